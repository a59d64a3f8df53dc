import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, houseAtProvider, type TestProvider } from './testing-provider.ts';
import { type AuthServer, startAuthServer } from './testing.ts';

/** A real provider on loopback: its people may do what their groups say. */
const groupsOf: Readonly<Record<string, string[]>> = { ada: ['dev', 'sre'], bob: ['dev'], eve: [] };

let provider: TestProvider;
let issuer: string;
let callback: string;
let open: AuthServer;
const claimsOf = (id: string) => ({ preferred_username: id, groups: groupsOf[id] ?? [] });
beforeEach(async () => {
  ({ provider, open } = await houseAtProvider(claimsOf));
  ({ issuer } = provider);
  callback = `${open.base}/login/callback`;
});
afterEach(async () => {
  await open.close();
  await provider.close();
});
const browser = () => createBrowser(open.base);

describe('signing in at a provider', () => {
  it('gives the rights of the groups, by code, PKCE, state and nonce', async () => {
    const ada = browser();
    const { url, answer } = await ada.signIn('ada');
    expect([url, answer?.status]).toEqual([`${open.base}/runs/`, 200]);
    const asked = new URL(ada.visited.find((one) => one.startsWith(`${issuer}/auth?`)) ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', redirect_uri: callback },
      ...{ state: expect.stringMatching(/^.{43}$/), nonce: expect.stringMatching(/^.{43}$/) },
    });
    expect((await ada.ask(`${open.base}/`)).status).toBe(200);
    const cookie = [...ada.cookies(open.base)].map(([name, value]) => `${name}=${value}`).join('; ');
    const page = await open.server.connect({ cookie });
    page.send({ type: 'watch', writeup: 'w' });
    expect((await page.next('welcome')).you).toBe('ada');
    page.send({ type: 'run', key: 'click-one', checks: ['reads'] });
    await page.next('accepted');
    page.send({ type: 'run', key: 'click-two', checks: ['sends'] });
    expect((await page.next('refused')).message).toContain('run:send');
    expect(
      open.audit('login', 'run').map(({ who, target, outcome }) => [who, target.split(' ')[0], outcome]),
    ).toEqual([
      ['ada', 'oidc', 'ok'],
      ['ada', 'reads', 'started'],
    ]);
    expect(JSON.stringify(open.audit())).not.toMatch(/code=|state=/);
  }, 30_000);

  it('leads back below the path that the site lives at, with cookies for that path alone', async () => {
    const below = await houseAtProvider(claimsOf, '/docs/');
    const ada = createBrowser(below.open.base);
    const { url, answer } = await ada.signIn('ada');
    expect([new URL(url).pathname, answer?.status]).toEqual(['/docs/runs/', 200]);
    expect([...ada.cookies(below.open.base).keys()].filter((name) => !name.endsWith('-docs'))).toEqual([]);
    expect(ada.cookies(below.open.base).size).toBe(2);
    await below.open.close();
    await below.provider.close();
  }, 30_000);

  it('of somebody without a group that counts shows a page that says so', async () => {
    const eve = browser();
    await eve.signIn('eve');
    const answer = await eve.ask(`${open.base}/`);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining('You may not read anything here yet'),
    ]);
  }, 30_000);

  it('is finished only by the browser that began it, once, and with the state that it was given', async () => {
    const ada = browser();
    const { url } = await ada.signIn('ada', `${open.base}/login/callback`);
    expect(url).toContain('code=');
    // Somebody else's browser with the same address: login CSRF.
    expect((await fetch(url)).status).toBe(401);
    const forged = new URL(url);
    forged.searchParams.set('state', 'x'.repeat(43));
    expect((await ada.ask(forged.href)).status).toBe(401);
    // Nobody ends it by that. A copy of the cookie is of no use once it was finished.
    const copy = [...ada.cookies(open.base)].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await ada.ask(url)).status).toBe(303);
    expect([...ada.cookies(open.base).keys()].some((name) => name.includes('signing-in'))).toBe(false);
    expect((await fetch(url, { headers: { cookie: copy } })).status).toBe(401);
    expect(open.audit('login').map(({ outcome }) => outcome.slice(0, 7))).toEqual([
      'failed:',
      'failed:',
      'ok',
      'failed:',
    ]);
  }, 30_000);

  it.each([
    ['nonce', 'nonce'],
    ['challenge of PKCE', 'code_challenge'],
  ])('is refused when the %s is not the one that it began with', async (_, parameter) => {
    const ada = browser();
    const { answer } = await ada.signIn('ada', ' ', (url) => {
      url.searchParams.set(parameter, 'x'.repeat(43));
      return url;
    });
    expect([answer?.status, ada.cookies(open.base).size]).toEqual([401, 0]);
    expect(await answer?.text()).toContain('The provider’s answer was refused');
  });

  it('works in two tabs at the same time, each to where it began', async () => {
    const ada = browser();
    const begin = async (to: string) => {
      const begun = await ada.ask(`${open.base}/login/start?to=${to}`);
      return begun.headers.get('location') ?? '';
    };
    const first = await begin('/runs/');
    const second = await ada.signIn('ada', `${open.base}/login/callback`);
    expect((await ada.ask(second.url)).headers.get('location')).toBe('/runs/');
    const { url } = await ada.follow(first, `${open.base}/login/callback`);
    expect((await ada.ask(url)).status).toBe(303);
  }, 30_000);

  it('is nobody’s to block: a flood of begun ones is answered 429 with one line, and who is at the provider comes back', async () => {
    const ada = browser();
    const { url } = await ada.signIn('ada', `${open.base}/login/callback`);
    const statuses = new Map<number, number>();
    let refused: Response | undefined;
    for (let nth = 0; nth < 1100; nth += 100) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => fetch(`${open.base}/login/start`, { redirect: 'manual' })),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      refused = answers.find(({ status }) => status === 429) ?? refused;
    }
    expect([...statuses.keys()].sort()).toEqual([303, 429]);
    expect(statuses.get(303)).toBeLessThan(200);
    expect(open.audit('refused-limit')).toMatchObject([
      { target: '/login/start', peer: '127.0.0.1', outcome: expect.stringContaining('too many sign-ins') },
    ]);
    expect(refused?.headers.get('retry-after')).toBe('10');
    expect(await refused?.text()).toContain('Wait ten seconds, then try again');
    expect((await ada.ask(url)).status).toBe(303);
    expect((await ada.ask(`${open.base}/`)).status).toBe(200);
    open.advance(60_000);
    expect((await fetch(`${open.base}/login/start`, { redirect: 'manual' })).status).toBe(303);
  }, 30_000);

  it('is too late after ten minutes', async () => {
    const ada = browser();
    const { url } = await ada.signIn('ada', `${open.base}/login/callback`);
    open.advance(11 * 60_000);
    const answer = await ada.ask(url);
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('too long ago')]);
  }, 30_000);

  it('says so when the provider refused, and when it cannot be reached; and works again when it can', async () => {
    const ada = browser();
    const begun = await ada.ask(`${open.base}/login/start`);
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state');
    const refused = await ada.ask(
      `${callback}?error=access_denied&error_description=%3Cb%3E&state=${state}&iss=${encodeURIComponent(issuer)}`,
    );
    const text = await refused.text();
    expect(refused.status).toBe(401);
    expect(text).toContain('The provider’s answer was refused');
    expect(text).not.toContain('<b>');
    await provider.close();
    const away = await startAuthServer([], 'oidc', `oidc:\n  issuer: ${issuer}\n  clientId: docs\n`);
    const start = await fetch(`${away.base}/login/start`, { redirect: 'manual' });
    expect([start.status, await start.text()]).toEqual([
      401,
      expect.stringContaining('cannot be reached just now'),
    ]);
    await provider.comeBack();
    expect((await fetch(`${away.base}/login/start`, { redirect: 'manual' })).status).toBe(303);
    await away.close();
  }, 30_000);

  it('keeps what it needs where nobody reads it, in a cookie that every browser takes, however long the place to go on to', async () => {
    for (const query of ['\\'.repeat(1022), 'ü'.repeat(170), 'x'.repeat(4000)]) {
      const answer = await fetch(`${open.base}/login/start?to=${encodeURIComponent(`/?${query}`)}`, {
        redirect: 'manual',
      });
      const [set = '', ...more] = answer.headers.getSetCookie();
      expect([answer.status, more]).toEqual([303, []]);
      // RFC 6265 asks browsers for 4,096 bytes; three of these fit into the headers of a request.
      expect(set.length).toBeLessThan(4096);
      expect(set).toMatch(
        /^vantage-signing-in-without-tls-[\w-]{16}=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
      );
    }
  });

  it('leads to the provider and nowhere else, and never to another site afterwards', async () => {
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      const answer = await fetch(`${open.base}/login/start?to=${encodeURIComponent(to)}`, {
        redirect: 'manual',
      });
      expect(answer.headers.get('location')?.startsWith(`${issuer}/auth?`)).toBe(true);
      expect(answer.headers.get('location')).not.toContain('evil');
    }
    const page = await (await fetch(`${open.base}/`, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('href="/login/start?to=%2F"');
  });
});
