/** The site of nginx as it lies in `ops/`, run before the real server: TLS, the sign-in of a stand-in gateway, pages and their sockets. All of it over Unix sockets. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect as tls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/run/entry.ts';
import { defaultRetention } from '../config/config.ts';
import { testPlace, until } from '../lab/testing.ts';
import { type RunningServer, startServer } from '../server.ts';
import { connectAt, type TestConnection } from '../socket/testing-connection.ts';
import { nginx, nginxIn, opsText } from './testing.ts';

const place = testPlace();
const at = (name: string): string => join(place.parent, name);
const front = at('front.sock');
const origin = 'https://docs.example.org';
const pourBytes = 4 * 1024 * 1024;

/** Knows people by a cookie, as a gateway behind `auth_request` does. */
const gateway = createServer(({ url = '', headers }, reply) => {
  const [, user = '', groups = ''] = /sso=(\w+):([\w,-]*)/.exec(headers.cookie ?? '') ?? [];
  const back = encodeURIComponent(String(headers['x-auth-request-redirect']));
  if (url === '/oauth2/start')
    reply.writeHead(302, { location: `https://id.example.org/?back=${back}` }).end();
  else if (url !== '/oauth2/auth') reply.end(`the gateway answers ${url}`);
  else if (user === '') reply.writeHead(401).end();
  else reply.writeHead(202, { 'x-auth-request-user': user, 'x-auth-request-groups': groups }).end();
});
let server: RunningServer;
let proxy: ReturnType<typeof spawn>;

beforeAll(async () => {
  const [bench, checks] = [new URL('../../bench/content/', import.meta.url), at('content/load/checks')];
  mkdirSync(checks, { recursive: true });
  copyFileSync(new URL('index.mdx', bench), join(checks, '../index.mdx'));
  copyFileSync(new URL('checks/echo.yaml', bench), join(checks, 'echo.yaml'));
  const flood = readFileSync(new URL('checks/flood.yaml', bench), 'utf8');
  writeFileSync(join(checks, 'flood.yaml'), flood.replace('-c 52428800', `-c ${pourBytes}`));
  mkdirSync(at('site'));
  writeFileSync(at('site/index.html'), '<!doctype html><title>site</title>');
  writeFileSync(at('site/404.html'), '<!doctype html><title>not found</title>');
  writeFileSync(
    at('inventory.yaml'),
    'backend:\n  hosts:\n    here: { ansible_host: 127.0.0.1, ansible_connection: local }\n',
  );
  writeFileSync(at('auth.yaml'), opsText('auth.yaml').replace('/run/vantage', place.parent), { mode: 0o600 });
  mkdirSync(at('data'));
  server = await startServer(
    {
      ...{
        name: 'docs-1',
        host: '127.0.0.1',
        port: 0,
        data: at('data'),
        site: at('site'),
        origins: [origin],
        embed: [],
        trustedProxies: [],
        base: '/',
      },
      ...{ keep: defaultRetention, auth: { mode: 'proxy', file: at('auth.yaml') } },
      fleet: { kind: 'inventory', files: [at('inventory.yaml')], map: new Map() },
    },
    at('content'),
    () => {},
  );
  gateway.listen(at('sso.sock'));
  const site = (text: string): string =>
    text
      .replace('listen 443 ', `listen unix:${front} `)
      .replace('/run/vantage/http.sock', at('http.sock'))
      .replaceAll('http://127.0.0.1:4180/', `http://unix:${at('sso.sock')}:/`)
      .replaceAll('http://127.0.0.1:4180;', `http://unix:${at('sso.sock')};`);
  proxy = spawn(nginx, [...nginxIn(place.parent, site), '-g', 'daemon off;'], { stdio: 'inherit' });
  await until(
    'nginx listens and the fleet is there',
    () => existsSync(front) && server.fleet.view().state === 'ready',
  );
});
afterAll(async () => {
  proxy.kill('SIGQUIT');
  await once(proxy, 'close');
  gateway.close();
  await server.close();
  place.remove();
});

const forged = { 'x-forwarded-user': 'mallory', 'x-forwarded-groups': 'fleet-owners', authorization: 'x' };
const createConnection = () => tls({ path: front, rejectUnauthorized: false });
/** As a browser would ask for a page. */
const get = (path: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { createConnection, headers }, (reply) => {
      let text = `${reply.statusCode} ${reply.headers.location ?? ''}`.trim();
      reply.setEncoding('utf8').on('data', (part: string) => {
        text += ` ${part}`;
      });
      reply.on('end', () => resolve(text));
    });
    asked.on('error', reject).end();
  });
const page = (cookie: string, hear?: (entries: readonly Entry[]) => void): Promise<TestConnection> =>
  connectAt(
    `${origin.replace('https', 'wss')}/ws`,
    { createConnection, headers: { origin, cookie, ...forged } },
    hear,
  );
const take = async (on: TestConnection, check: string, key: string): Promise<string> => {
  on.send({ type: 'run', key, checks: [check] });
  const [begun] = (await on.next('accepted', (message) => message.key === key)).runs;
  if (begun === undefined) throw new Error('expected a run');
  return begun.run;
};

describe('nginx in front of the server', () => {
  it('leads who is not signed in to the gateway, whatever headers they bring, and opens no socket for them', async () => {
    const signIn = `302 https://id.example.org/?back=`;
    expect(await get('/', forged)).toBe(`${signIn}%2F`);
    const link = '/records/?check=self-loopback&source=lab&rd=https://elsewhere.example.org/';
    expect(await get(link, forged)).toBe(signIn + encodeURIComponent(link));
    expect(await get('/oauth2/callback?code=1&state=2', {})).toBe(
      '200 the gateway answers /oauth2/callback?code=1&state=2',
    );
    expect(await get('/sso/auth', { cookie: 'sso=ada:engineers' })).toMatch(/^404/);
    await expect(page('')).rejects.toThrow('302');
  });

  it('[T3] says who asks in the words of the gateway; what a browser sends under these names is thrown away', async () => {
    expect(await get('/', { cookie: 'sso=ada:engineers', ...forged })).toMatch(/^200 .*<title>site/);
    const ada = await page('sso=ada:engineers');
    ada.send({ type: 'watch', writeup: 'load' });
    expect((await ada.next('welcome')).you).toBe('ada');
    const run = await take(ada, 'echo', 'click-one');
    await ada.next('summary', ({ summary }) => summary.run === run && summary.state === 'ended');
    const eve = await page('sso=eve:');
    eve.send({ type: 'watch', writeup: 'load' });
    eve.send({ type: 'run', key: 'click-two', checks: ['echo'] });
    expect((await eve.next('refused')).message).toContain('run:read');
    for (const file of ['audit.log', 'audit-refused.log'])
      expect(readFileSync(at(`data/${file}`), 'utf8')).not.toContain('mallory');
    for (const one of [ada, eve]) one.close();
  });

  it('passes every byte of a large output on, and keeps a page over a reload', async () => {
    let bytes = 0;
    const ada = await page('sso=ada:engineers', (entries) => {
      for (const { body } of entries) if (body.kind === 'output') bytes += body.bytes.length;
    });
    ada.send({ type: 'watch', writeup: 'load' });
    await ada.next('welcome');
    const workers = (): string => readFileSync(`/proc/${proxy.pid}/task/${proxy.pid}/children`, 'utf8');
    const before = workers();
    proxy.kill('SIGHUP');
    await until('nginx has new workers', () => workers() !== before);
    const run = await take(ada, 'flood', 'click-three');
    ada.send({ type: 'follow', run, from: 0 });
    await ada.until(() => ada.last(run)?.body.kind === 'closed');
    expect(bytes).toBe(pourBytes);
    const later = await page('sso=ada:engineers');
    later.send({ type: 'watch', writeup: 'load' });
    expect((await later.next('welcome')).you).toBe('ada');
    for (const one of [ada, later]) one.close();
  });
});
