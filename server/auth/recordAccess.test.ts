import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routeRules } from './routes.ts';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, tokenFile } from './testing.ts';

const all = person('ada', 'run:read');
const none = person('nemo');
const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let open: AuthServer;
beforeEach(async () => {
  open = await startAuthServer([effectCheck('reads', 'read')], 'token', tokenFile([all, none]));
});
afterEach(() => open.close());

describe('[T5] what is kept', () => {
  /** From the table of addresses, so that a new form cannot be forgotten. */
  const forms = routeRules.flatMap(({ examples, methods }) =>
    examples
      .filter((path) => path.startsWith(`/runs/${unknown}`))
      .map((path) => ({
        form: path.slice(6 + unknown.length),
        method: methods.GET === undefined ? 'POST' : 'GET',
      })),
  );
  it('has all its forms here', () =>
    expect(forms.map(({ form }) => form)).toEqual(
      expect.arrayContaining(['', '.json', '.bundle.tar.gz', '/entries', '/keep']),
    ));
  it('answers a stranger the same for a record that is there and one that is not', async () => {
    const ada = await open.server.connect(bearer(all));
    ada.send({ type: 'watch', writeup: 'w' });
    ada.send({ type: 'run', key: 'click-one', checks: ['reads'] });
    const run = (await ada.next('accepted')).runs[0]?.run ?? '';
    await ada.next('summary', ({ summary }) => summary.state === 'ended');
    for (const { form, method } of forms)
      for (const accept of ['text/html', '*/*'])
        for (const headers of [{ accept }, { accept, ...bearer(none) }]) {
          const [there, not] = await Promise.all(
            [run, unknown].map(async (id) => {
              const answer = await fetch(`${open.base}/runs/${id}${form}`, {
                method,
                headers: { ...headers, origin: open.base },
              });
              const { date: _, ...kept } = Object.fromEntries(answer.headers);
              return { status: answer.status, kept, body: (await answer.text()).replaceAll(id, 'ID') };
            }),
          );
          expect(there?.status).toBe('authorization' in headers ? 403 : 401);
          expect(there).toEqual(not);
          expect(there?.body).not.toContain('hello');
        }
  });
});
