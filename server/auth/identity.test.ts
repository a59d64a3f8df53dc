import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, houseAtProvider, type TestProvider } from './testing-provider.ts';
import type { AuthServer } from './testing.ts';

/** What people call themselves: at many providers they may choose it. */
const namesOf: Readonly<Record<string, string>> = {
  'another-ada': 'ada',
  juergen: "Jürgen O'Brien",
  nobody: 'a\u0000b',
};

let provider: TestProvider;
let open: AuthServer;
beforeEach(async () => {
  ({ provider, open } = await houseAtProvider((id) => ({
    preferred_username: namesOf[id] ?? id,
    groups: ['dev', 'sre'],
  })));
});
afterEach(async () => {
  await open.close();
  await provider.close();
});

describe('who somebody is', () => {
  it('tells two people with the same name apart: by issuer and subject in the log, by a number for others', async () => {
    const names: string[] = [];
    for (const who of ['ada', 'another-ada']) {
      const one = createBrowser(open.base);
      await one.signIn(who);
      const cookie = [...one.cookies(open.base)].map(([name, value]) => `${name}=${value}`).join('; ');
      const page = await open.server.connect({ cookie });
      page.send({ type: 'watch', writeup: 'w' });
      names.push((await page.next('welcome')).you);
      page.send({ type: 'run', key: 'click-one', checks: ['reads'] });
      await page.next('accepted');
      await page.next('summary', ({ summary }) => summary.state === 'ended');
    }
    expect(names).toEqual(['ada', 'ada (2)']);
    const who = (action: string) => open.audit(action).map((line) => [line.id, line.who]);
    const people = [
      [`${provider.issuer} ada`, 'ada'],
      [`${provider.issuer} another-ada`, 'ada (2)'],
    ];
    for (const action of ['login', 'run', 'run-ended']) expect(who(action)).toEqual(people);
  }, 30_000);

  it.each([
    ['a name of any language', 'juergen', 303, ''],
    ['no control character in it', 'nobody', 401, 'no usable name'],
    ['no subject longer than any is', 'x'.repeat(256), 401, '1 to 255 ASCII characters'],
  ])(
    'takes %s',
    async (_, who, status, message) => {
      const one = createBrowser(open.base);
      const { url } = await one.signIn(who, `${open.base}/login/callback`);
      const answer = await one.ask(url);
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(message)]);
      if (status === 303)
        expect(await (await one.ask(`${open.base}/login`)).text()).toContain('Jürgen O&#39;Brien');
    },
    30_000,
  );
});
