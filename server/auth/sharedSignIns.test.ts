/** Readers of two servers on one PostgreSQL: signed in at one, they are at the other; and what does not hold across servers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../store/contract.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { createBrowser, oidcFile, openProvider, secretEnv } from './testing-provider.ts';
import { type AuthServer, bearer, effectCheck, person, raw, startAuthServer, tokenFile } from './testing.ts';

describe.skipIf(!hasPostgres)('two servers on one PostgreSQL', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  let [address, stores, servers]: [string, Store[], AuthServer[]] = ['', [], []];
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  beforeEach(async () => {
    address = postgres.address(await postgres.database());
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    stores = [];
  });
  afterAll(() => postgres.close());

  const serve = async (
    mode: 'token' | 'oidc',
    text: string,
    origins: readonly string[] = [],
  ): Promise<AuthServer> => {
    const store = await openPostgresStore(address, postgres.passwordFile);
    const server = await startAuthServer([effectCheck('reads', 'read')], mode, text, { store, origins });
    stores.push(store);
    servers.push(server);
    return server;
  };
  const signIn = async ({ base }: AuthServer, token: string): Promise<string> => {
    const answer = await fetch(`${base}/login`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: base } },
      body: new URLSearchParams({ token }),
    });
    expect(answer.status).toBe(303);
    return answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
  };
  const statusAt = async ({ base }: AuthServer, cookie: string) =>
    (await fetch(`${base}/me`, { headers: { cookie } })).status;
  const stored = () =>
    postgres.asked(`d${address.split('/d')[1]?.split('?')[0] ?? ''}`, 'SELECT * FROM sessions');

  it('know a reader by one cookie, also with a link elsewhere, until they sign out at either', async () => {
    const ada = person('ada', 'run:read');
    const [one, two] = [await serve('token', tokenFile([ada])), await serve('token', tokenFile([ada]))];
    const cookie = await signIn(one, ada.token);
    expect([await statusAt(one, cookie), await statusAt(two, cookie)]).toEqual([200, 200]);
    const page = await two.server.connect({ cookie });
    page.send({ type: 'watch', writeup: 'w' });
    expect((await page.next('welcome')).you).toBe('ada');
    // Of the reading cookie alone, as with a link on another site; this server started after the sign-in.
    const later = await serve('token', tokenFile([ada]));
    const reading = [
      'GET / HTTP/1.1',
      `Host: ${new URL(later.base).host}`,
      `Cookie: ${cookie.split('; ')[1]}`,
    ];
    expect(await raw(later.server.port, [...reading, 'Connection: close'])).toBe('HTTP/1.1 200 OK');
    const signedOut = await fetch(`${one.base}/logout`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: one.base, cookie } },
    });
    expect(signedOut.status).toBe(303);
    // Long before the servers compare what they know.
    for (const server of servers)
      await expect.poll(() => statusAt(server, cookie), { timeout: 5000 }).toBe(401);
    expect(await page.closed).toBe(1008);
  });

  it('keep nothing that anybody could sign in with, and end everywhere what a person has too many of', async () => {
    const ada = person('ada', 'view');
    const file = tokenFile([ada]);
    const [one, two] = [await serve('token', file), await serve('token', file)];
    const first = await signIn(one, ada.token);
    expect(await statusAt(two, first)).toBe(200);
    const [, secret = ''] = /=([^;]+)/.exec(first) ?? [];
    const dump = JSON.stringify(await stored());
    expect(dump).toContain('ada');
    expect(dump).not.toContain(secret);
    expect(dump).not.toContain(ada.token);
    for (let more = 0; more < 20; more += 1) await signIn(more % 2 === 0 ? one : two, ada.token);
    for (const server of servers) await expect.poll(() => statusAt(server, first)).toBe(401);
    expect(await stored()).toHaveLength(20);
  });

  it('each hold to their own file: a token that is missing in one has no rights there, in a session or without', async () => {
    const ada = person('ada', 'view');
    const [one, two] = [await serve('token', tokenFile([ada])), await serve('token', 'tokens: []\n')];
    const cookie = await signIn(one, ada.token);
    expect([await statusAt(one, cookie), await statusAt(two, cookie)]).toEqual([200, 403]);
    const byToken = async ({ base }: AuthServer) =>
      (await fetch(`${base}/me`, { headers: bearer(ada) })).status;
    expect([await byToken(one), await byToken(two)]).toEqual([200, 401]);
  });

  it('count attempts each for itself: who may try no more at one may at the other', async () => {
    const [one, two] = [await serve('token', 'tokens: []\n'), await serve('token', 'tokens: []\n')];
    const wrong = async ({ base }: AuthServer) =>
      (
        await fetch(`${base}/login`, {
          ...{ method: 'POST', headers: { origin: base }, body: new URLSearchParams({ token: 'wrong' }) },
        })
      ).status;
    for (let attempt = 0; attempt < 10; attempt += 1) expect(await wrong(one)).toBe(401);
    expect([await wrong(one), await wrong(two)]).toEqual([429, 401]);
  });

  it('finish each other’s sign-ins at a provider, each once, and tell people of one name apart', async () => {
    const provider = await openProvider(() => ({ preferred_username: 'ada', groups: ['dev'] }));
    const secret = 'a-secret-of-the-test-only-0123456789';
    process.env[secretEnv] = secret;
    const file = oidcFile(provider.issuer, '    dev: [view]\n');
    const one = await serve('oidc', file);
    // As behind a balancer: both have the address of the first.
    const two = await serve('oidc', file, [one.base]);
    provider.serve(`${one.base}/login/callback`, secret);
    const ada = createBrowser(one.base);
    const { url } = await ada.signIn('ada', `${one.base}/login/callback`);
    const cookies = [...ada.cookies(one.base)].map(([name, value]) => `${name}=${value}`).join('; ');
    const { host, pathname, search } = new URL(url);
    const finishAt = ({ server }: AuthServer) =>
      raw(server.port, [
        `GET ${pathname}${search} HTTP/1.1`,
        ...[`Host: ${host}`, `Cookie: ${cookies}`, 'Connection: close'],
      ]);
    expect(await finishAt(two)).toBe('HTTP/1.1 303 See Other');
    expect(await finishAt(one)).toBe('HTTP/1.1 401 Unauthorized');
    const bob = createBrowser(one.base);
    await bob.signIn('bob');
    expect((await stored()).map(({ name }) => name).toSorted()).toEqual(['ada', 'ada (2)']);
    await provider.close();
  });

  it('say that nobody can be known while the database is gone, and who is known stays', async () => {
    const ada = person('ada', 'view');
    const [one, two] = [await serve('token', tokenFile([ada])), await serve('token', tokenFile([ada]))];
    const cookie = await signIn(one, ada.token);
    await postgres.stop();
    try {
      await expect.poll(() => stores[1]?.full()).toBeDefined();
      expect(await statusAt(one, cookie)).toBe(200);
      const answer = await fetch(`${two.base}/me`, { headers: { cookie } });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.text()).toContain('You stay signed in: try again in a moment.');
      expect(
        (await fetch(`${one.base}/logout`, { ...{ method: 'POST', headers: { origin: one.base, cookie } } }))
          .status,
      ).toBe(503);
    } finally {
      await postgres.start();
    }
    await expect.poll(() => stores[1]?.full()).toBeUndefined();
    expect(await statusAt(two, cookie)).toBe(200);
  });
});
