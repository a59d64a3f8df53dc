/** Each address answers the methods that its rule has, and no form without a word about where it comes from changes anything. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedMethods, type Methods, routeRules, ruleOf } from './routes.ts';
import { effectCheck, type AuthServer, startAuthServer } from './testing.ts';

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer([effectCheck('quick', 'read')], 'local');
});
afterAll(() => open.close());
const here = () => `127.0.0.1:${open.server.port}`;
/** One answer to any method, from our own page unless said otherwise. */
const send = (
  method: string,
  path: string,
  headers: Record<string, string> = { origin: `http://${here()}` },
) =>
  new Promise<{ readonly status: number | undefined; readonly allow: string | undefined }>(
    (resolve, reject) => {
      request(`http://${here()}${path}`, { method, headers, agent: false }, (answer) => {
        answer.destroy();
        resolve({ status: answer.statusCode, allow: answer.headers.allow });
      })
        .once('error', reject)
        .end();
    },
  );

describe('[T2] every address', () => {
  const paths = routeRules.flatMap(({ examples }) => examples);
  it.each(paths)(
    '%s answers the methods that its rule has, and every other with 405 and Allow',
    async (path) => {
      const rule = ruleOf(path);
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        const { status, allow } = await send(method, path);
        const has = method in rule.methods;
        expect([method, status === 405, allow]).toEqual([
          method,
          !has,
          has ? undefined : allowedMethods(rule),
        ]);
      }
      // The compiler holds the same: see `routes.ts`.
      // @ts-expect-error a GET keeps nothing
      const _: Methods = { GET: { ask: 'view', effect: 'pins' } };
    },
  );
  it('no form without a word about where it comes from changes anything, but that of a program with a token', async () => {
    const before = open.audit().length;
    for (const path of routeRules.filter(({ methods }) => methods.POST).flatMap(({ examples }) => examples))
      expect([path, (await send('POST', path, {})).status]).toEqual([path, 403]);
    expect(open.audit().slice(before)[0]).toMatchObject({ action: 'refused-origin', outcome: 'none' });
  });
});
