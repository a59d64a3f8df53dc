import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../lab/testing.ts';
import { effectCheck, type AuthServer, startAuthServer, raw } from './testing.ts';

const file = (peers: string, more = '') => `proxy:
  peers: [${peers}]
  userHeader: x-forwarded-user
  groupsHeader: x-forwarded-groups
  everyone: [view]
  groups:
    sre: [run:read]
${more}`;
let open: AuthServer;
afterEach(() => open.close());
const start = async (text: string) => {
  open = await startAuthServer([effectCheck('reads', 'read'), effectCheck('sends', 'send')], 'proxy', text);
};
/** As `fetch` and `ws` send it: each byte as a character. */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const get = (headers: Record<string, string>) => fetch(`${open.base}/`, { headers });
const ada = { 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'dev, sre' };

describe('behind a proxy', () => {
  it('its header names the reader, and the groups give rights', async () => {
    await start(file('127.0.0.1'));
    expect((await get(ada)).status).toBe(200);
    const page = await open.server.connect(ada);
    page.send({ type: 'watch', writeup: 'w' });
    expect(await page.next('welcome')).toMatchObject({
      you: 'ada',
      viewer: { who: { via: 'proxy', name: 'ada' }, rights: ['view', 'run:read'] },
    });
    page.send({ type: 'run', key: 'click-one', checks: ['reads'] });
    await page.next('accepted');
    page.send({ type: 'run', key: 'click-two', checks: ['sends'] });
    expect((await page.next('refused')).message).toContain('run:send');
    expect(open.audit('run')).toMatchObject([{ who: 'ada', via: 'proxy', peer: '127.0.0.1' }]);
  });
  it('[T3] a header from anywhere else is nobody’s, and is written down', async () => {
    await start(file('10.0.0.1'));
    expect((await get(ada)).status).toBe(401);
    await expect(open.server.connect(ada)).rejects.toThrow('401');
    expect(open.audit('refused-identity')).toMatchObject([
      { who: '', via: 'none', peer: '127.0.0.1', outcome: 'unlisted-proxy' },
      { who: '', peer: '127.0.0.1', outcome: 'unlisted-proxy', target: '/ws' },
    ]);
  });
  it('[T3] a header that comes twice is refused with 400', async () => {
    await start(file('127.0.0.1'));
    const { port } = open.server;
    for (const header of ['X-Forwarded-User', 'X-Forwarded-Groups']) {
      const lines = ['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'X-Forwarded-User: ada'];
      expect(await raw(port, [...lines, `${header}: x`, `${header}: admin`])).toContain(' 400 ');
    }
    expect(open.audit('refused-identity').length).toBe(2);
  });
  it('[T3] no chain of X-Forwarded-For changes the address in the log', async () => {
    await start(file('127.0.0.1'));
    await get({
      'x-forwarded-for': '203.0.113.9, 10.0.0.1',
      'x-real-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
    });
    expect(open.audit().map(({ peer }) => peer)).toEqual(['127.0.0.1']);
  });
  it('without a name, or with one that is none, everybody is nobody', async () => {
    await start(file('127.0.0.1'));
    expect((await get({})).status).toBe(401);
    for (const name of ['', ' ', '\u0085', '\u3000', 'a\tb', 'x'.repeat(129)])
      expect((await get({ 'x-forwarded-user': bytes(name) })).status).toBe(401);
    expect((await get({ ...ada, authorization: 'Bearer x' })).status).toBe(200);
  });
  it.each([
    ["O'Brien", "O'Brien"],
    ['a+b@example.org', 'a+b@example.org'],
    ['DOM\\ada', 'DOM\\ada'],
    ['Jürgen', 'Jürgen'],
    ['张伟', '张伟'],
    ['Lovelace, Ada', 'Lovelace, Ada'],
    ['<b>', '<b>'],
    ['ada\u200b', 'ada‹U+200B›'],
    ['\u202eada', '‹U+202E›ada'],
  ])('names are text: %j is who it is, for the page, for others and in the log', async (name, shown) => {
    await start(file('127.0.0.1'));
    const headers = { 'x-forwarded-user': bytes(name), 'x-forwarded-groups': 'sre' };
    const page = await open.server.connect(headers);
    page.send({ type: 'watch', writeup: 'w' });
    expect((await page.next('welcome')).you).toBe(shown);
    page.send({ type: 'run', key: 'click-one', checks: ['reads'] });
    await page.next('accepted');
    const { summary } = await page.next('summary', (one) => one.summary.state === 'ended');
    expect(summary.by).toBe(shown);
    expect(open.audit('run', 'run-ended')).toMatchObject([
      { who: shown, id: name, via: 'proxy' },
      { who: shown, id: name, via: 'server' },
    ]);
  });
  it('a name in Latin-1, which some proxies send, is read too; groups are UTF-8 like names', async () => {
    await start(file('127.0.0.1').replace('sre:', 'Züge:').replace('everyone: [view]', 'everyone: []'));
    for (const group of [bytes('Züge'), 'Züge'])
      expect((await get({ 'x-forwarded-user': 'Jürgen', 'x-forwarded-groups': group })).status).toBe(200);
  });
  it('group names of every object have no rights', async () => {
    await start(file('127.0.0.1').replace('everyone: [view]', 'everyone: []'));
    for (const group of ['constructor', '__proto__', 'toString', '', 'SRE'])
      expect((await get({ 'x-forwarded-user': 'eve', 'x-forwarded-groups': group })).status).toBe(403);
  });
  it('[T6] a changed mapping ends the page; the time after which the proxy is asked again lets it come back by itself', async () => {
    await start(file('127.0.0.1', '  recheckMinutes: 15\n'));
    const page = await open.server.connect(ada);
    open.advance(16 * 60_000);
    expect(await page.closed).toBe(4003);
    const again = await open.server.connect({ 'x-forwarded-user': 'bob' });
    writeFileSync(
      join(open.directory, 'auth.yaml'),
      file('127.0.0.1').replace('everyone: [view]', 'everyone: []'),
    );
    expect(await again.closed).toBe(1008);
    await until('written', () => open.audit('lost').length === 2);
  });
});

describe('a proxy without a list', () => {
  it('[T3] keeps the server from starting, and says what to write', async () => {
    await start(file('127.0.0.1'));
    await expect(startAuthServer([], 'proxy', file(''))).rejects.toThrow(/proxy.*peers: \[127\.0\.0\.1\]/s);
  });
});
