import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookieName } from '../identity/cookies.ts';
import { routeRules } from './routes.ts';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, raw, tokenFile } from './testing.ts';
import { newToken } from '../identity/token.ts';

const ada = person('ada', 'run:read');
let open: AuthServer;
beforeEach(async () => {
  open = await startAuthServer([effectCheck('reads', 'read')], 'token', tokenFile([ada]));
});
afterEach(() => open.close());

const health = routeRules.find((rule) => rule.name === 'health')?.examples[0] ?? '';
const name = cookieName('session', { scheme: 'loopback-http', base: '/' });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${open.base}${path}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { origin: open.base, ...headers },
  });
const signedIn = async (): Promise<{ readonly cookie: string }> => {
  const answer = await post('/login', { token: ada.token, to: '/' });
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${open.base}${path}`, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });

describe('a stranger', () => {
  it.each(
    routeRules.filter(({ methods }) => methods.GET?.ask === 'view').flatMap(({ examples }) => examples),
  )('gets the page for signing in at %s, and a program a 401', async (path) => {
    const page = await get(path);
    expect([page.status, page.headers.get('cache-control')]).toEqual([401, 'no-store']);
    expect(await page.text()).toContain('<form method="post" action="/login">');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    const program = await get(path, { accept: '*/*' });
    expect([program.status, program.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });
  it.each([
    '/login/../runs/',
    '/LOGIN',
    '/login/x',
    '/login/style.css/../../index.html',
    '/healthz/',
    '//healthz',
    health.replace('h', '%68'),
    '/healthz%2f..%2f..%2findex.html',
  ])('is not let in by an address that looks like an open one: %s', async (path) => {
    expect(
      await raw(open.server.port, [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${open.server.port}`]),
    ).toContain(' 401 ');
  });
  it('may ask how the server is', async () => expect((await get('/healthz')).status).toBe(200));
});

describe('signing in', () => {
  it('by token sets a cookie that opens what the token opens, and goes on where one wanted to', async () => {
    const answer = await post('/login', { token: ada.token, to: '/runs/?writeup=w' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs/?writeup=w']);
    const [set = ''] = answer.headers.getSetCookie();
    expect(set).toMatch(new RegExp(`^${name}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
    expect(set).not.toContain(ada.token.slice(8));
    const cookie = set.split(';')[0] ?? '';
    expect((await get('/', { cookie })).status).toBe(200);
    const page = await open.server.connect({ cookie });
    page.send({ type: 'watch', writeup: 'w' });
    expect((await page.next('welcome')).you).toBe('ada');
    expect(await (await get('/login', { cookie })).text()).toContain('You are ada');
    expect(open.audit('login')).toMatchObject([
      { who: 'ada', via: 'session', target: 'token', outcome: 'ok' },
    ]);
  });
  it('never leads to another site', async () => {
    for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example'])
      expect((await post('/login', { token: ada.token, to })).headers.get('location')).toBe('/');
  });
  it('is refused to a form of another site', async () => {
    for (const path of ['/login', '/logout'])
      for (const origin of ['https://evil.example', 'null', ''])
        expect((await post(path, { token: ada.token }, { origin })).status).toBe(403);
    expect(open.audit('login').length).toBe(0);
    expect(open.audit('refused-origin').length).toBe(6);
  });
  it('with a wrong token is refused with a line that does not hold it; after ten of them with 429; a right one still opens', async () => {
    const wrong = Array.from({ length: 12 }, () => newToken());
    const statuses: number[] = [];
    for (const token of wrong) statuses.push((await post('/login', { token })).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect((await post('/login', { token: ada.token })).status).toBe(303);
    const lines = JSON.stringify(open.audit());
    for (const token of [...wrong, ada.token]) expect(lines).not.toContain(token.slice(8));
    expect(open.audit('login').map(({ outcome }) => outcome.split(':')[0])).toEqual([
      ...Array(10).fill('failed'),
      'ok',
    ]);
    // However many come: one line, and a sentence for whoever waits.
    expect(open.audit('refused-limit')).toMatchObject([{ target: '/login', peer: '127.0.0.1' }]);
  });
  it('answers what is no form at all', async () => {
    for (const body of ['{}', 'token='.padEnd(10_000, 'x')]) {
      const type = body === '{}' ? 'application/json' : 'application/x-www-form-urlencoded';
      const answer = await fetch(`${open.base}/login`, {
        ...{ method: 'POST', body, redirect: 'manual' },
        headers: { origin: open.base, 'content-type': type },
      });
      expect(answer.status).toBe(401);
    }
  });
  it('gives a new session each time, and ends the one that was brought along', async () => {
    const first = await signedIn();
    const again = await post('/login', { token: ada.token }, first);
    expect(again.headers.get('set-cookie')).not.toContain(first.cookie);
    expect((await get('/', first)).status).toBe(401);
  });
});

describe('a session', () => {
  it('[T6] ends by signing out: its page is closed at once, the cookie opens nothing', async () => {
    const session = await signedIn();
    const page = await open.server.connect(session);
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
    const began = performance.now();
    const answer = await post('/logout', {}, session);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([
      303,
      expect.stringContaining('Max-Age=0'),
    ]);
    expect(await page.closed).toBe(1008);
    expect(performance.now() - began).toBeLessThan(2000);
    expect((await get('/', session)).status).toBe(401);
    expect(open.audit('logout', 'lost')).toMatchObject([{ who: 'ada' }, { who: 'ada' }]);
  });
  it('[T6] ends when nothing was done for two hours, and its page with it', async () => {
    const session = await signedIn();
    const page = await open.server.connect(session);
    open.advance(119 * 60_000);
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
    open.advance(119 * 60_000);
    expect((await get('/', session)).status).toBe(200);
    open.advance(121 * 60_000);
    expect(await page.closed).toBe(1008);
    expect((await get('/', session)).status).toBe(401);
  });
});

describe('a program', () => {
  it('comes in with its token and no session; a wrong one is nobody, whatever cookie is beside it', async () => {
    const ok = await get('/', bearer(ada));
    expect([ok.status, ok.headers.get('set-cookie')]).toEqual([200, null]);
    const session = await signedIn();
    expect((await get('/', { ...session, authorization: `Bearer ${newToken()}` })).status).toBe(401);
    expect(open.audit('refused-identity')).toMatchObject([{ outcome: 'wrong-token' }]);
    expect((await get('/', { ...session, authorization: 'Basic YTpi' })).status).toBe(200);
  });
});

describe('a link on another site', () => {
  /** As a browser says it; `fetch` would say something of its own. */
  const go = (cookie: string, ...more: readonly string[]) =>
    raw(open.server.port, [
      'GET /runs/ HTTP/1.1',
      `Host: 127.0.0.1:${open.server.port}`,
      `Cookie: ${cookie}`,
      ...more,
    ]);
  const cookies = async () => {
    const answer = await post('/login', { token: ada.token });
    return answer.headers.getSetCookie();
  };
  it('is followed with the cookie for reading, which opens pages to a browser that goes there, and nothing else', async () => {
    const [, set = ''] = await cookies();
    expect(set).toMatch(/^vantage-reading-without-tls=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const reading = set.split(';')[0] ?? '';
    expect(await go(reading, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate')).toContain(' 200 ');
    expect(await go(reading)).toContain(' 200 ');
    for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket'])
      expect(await go(reading, `Sec-Fetch-Mode: ${mode}`)).toContain(' 401 ');
    await expect(open.server.connect({ cookie: reading })).rejects.toThrow('401');
    // Nobody is signed out by it, and it is no id of a session.
    await post('/logout', {}, { cookie: reading });
    expect(await go(reading)).toContain(' 200 ');
    expect(await go(reading.replace('vantage-reading-without-tls', name))).toContain(' 401 ');
  });
  it('opens nothing any more when the session was ended', async () => {
    const [session = '', reading = ''] = (await cookies()).map((set) => set.split(';')[0]);
    expect(await go(reading)).toContain(' 200 ');
    await post('/logout', {}, { cookie: `${session}; ${reading}` });
    expect(await go(reading)).toContain(' 401 ');
  });
});
