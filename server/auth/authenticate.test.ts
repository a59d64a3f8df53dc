import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { beatMs } from '../socket/heartbeat.ts';
import { routeRules, ruleOf } from './routes.ts';
import { effectCheck, type AuthServer, startAuthServer, raw } from './testing.ts';

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer([effectCheck('quick', 'read')], 'local');
});
afterAll(() => open.close());

const upgrade = (host: string, origins: readonly string[], path = '/ws', protocol = subProtocol) => [
  `GET ${path} HTTP/1.1`,
  `Host: ${host}`,
  ...origins.map((origin) => `Origin: ${origin}`),
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Sec-WebSocket-Protocol: ${protocol}`,
];
const here = () => `127.0.0.1:${open.server.port}`;
/** The right upgrade, with something of it exchanged. */
const swapped = (from: string | RegExp, to: string) =>
  upgrade(here(), [`http://${here()}`]).map((line) => line.replace(from, to));
const runs = () => open.audit('run').length;

describe('[T1] the upgrade', () => {
  it.each<[string, string, (host: string) => string]>([
    ['as a browser asks', '/ws', (host) => host],
    ['to an address in absolute form, whatever the host says', 'http://HERE/ws', () => 'attacker.test'],
    ['by a name in capitals', '/ws', (host) => host.replace('127.0.0.1', 'LOCALHOST')],
  ])('lets the page of this server in: %s', async (_, path, host) => {
    const lines = upgrade(host(here()), [`http://${here()}`], path.replace('HERE', here()));
    expect(await raw(open.server.port, lines)).toBe('HTTP/1.1 101 Switching Protocols');
  });
  const port = () => open.server.port;
  it.each<[string, () => readonly string[]]>([
    ['none', () => []],
    ['null', () => ['null']],
    ['https for http', () => [`https://${here()}`]],
    ['a host that goes on', () => [`http://${here()}.evil.com`]],
    ['a host that begins otherwise', () => [`http://evil-127.0.0.1:${port()}`]],
    ['a longer top', () => [`http://localhost.comedy:${port()}`]],
    ['another port', () => [`http://127.0.0.1:${port() + 1}`]],
    ['no port', () => ['http://127.0.0.1']],
    ['upper case', () => [`http://LOCALHOST:${port()}`]],
    ['a dot at the end', () => [`http://localhost.:${port()}`]],
    ['punycode', () => [`http://xn--localhost-4ya:${port()}`]],
    ['a user', () => [`http://a@${here()}`]],
    ['a path', () => [`http://${here()}/`]],
    ['a blank', () => [`http://${here()} `.repeat(2).trim()]],
    ['two, the right one first', () => [`http://${here()}`, 'http://evil.example']],
    ['two, the right one last', () => ['http://evil.example', `http://${here()}`]],
    ['two right ones', () => [`http://${here()}`, `http://${here()}`]],
  ])('is refused for the origin: %s; before 101, with one line and no run', async (_, origins) => {
    const before = open.audit().length;
    expect(await raw(port(), upgrade(here(), origins()))).toBe('HTTP/1.1 403 Forbidden');
    const lines = open.audit().slice(before);
    expect(lines).toMatchObject([
      { action: 'refused-origin', target: '/ws', peer: '127.0.0.1', via: 'none' },
    ]);
    expect(runs()).toBe(0);
  });
  it.each<[string, () => readonly string[], string]>([
    ['another host', () => upgrade('attacker.test', [`http://attacker.test:${port()}`]), '421'],
    ['two hosts', () => upgrade(`${here()}\r\nHost: attacker.test`, [`http://${here()}`]), '400'],
    ['another address', () => upgrade(here(), [`http://${here()}`], '/ws2'), '404'],
    ['another protocol', () => upgrade(here(), [`http://${here()}`], '/ws', 'vantage.0'), '400'],
    [
      'a bad key',
      () =>
        upgrade(here(), [`http://${here()}`]).map((line) =>
          line.replace(/^Sec-WebSocket-Key.*/, 'Sec-WebSocket-Key: x'),
        ),
      '400',
    ],
    [
      'an old version',
      () => upgrade(here(), [`http://${here()}`]).map((line) => line.replace(': 13', ': 12')),
      '400',
    ],
    ['two Upgrade headers', () => [...upgrade(here(), [`http://${here()}`]), 'Upgrade: websocket'], '400'],
    ['ours after another', () => swapped(/^Upgrade:.*/, 'Upgrade: h2c, WebSocket'), '400'],
    ['an address of the site', () => upgrade(here(), [`http://${here()}`], '/'), '404'],
    ['no host', () => upgrade('', [`http://${here()}`]).filter((line) => line !== 'Host: '), '400'],
    ['an empty host', () => upgrade('', [`http://${here()}`]), '421'],
    ['HTTP/1.0', () => swapped('HTTP/1.1', 'HTTP/1.0'), '400'],
    ['HTTP/2.0', () => swapped('HTTP/1.1', 'HTTP/2.0'), '400'],
    ['an absolute address of something else', () => swapped('/ws', `http://${here()}/ws2`), '404'],
    ['an absolute address elsewhere', () => swapped('/ws', 'http://attacker.test/ws'), '421'],
    ['an absolute address with a user', () => swapped('/ws', `http://a@${here()}/ws`), '400'],
    ['an absolute address of another scheme', () => swapped('/ws', `ftp://${here()}/ws`), '400'],
    ['another method', () => swapped('GET', 'POST'), '400'],
    ['CONNECT', () => swapped('GET /ws', `CONNECT ${here()}`), '405'],
    ['a header of 64 KB', () => [...swapped('x', 'x'), `X: ${'x'.repeat(65_536)}`], '431'],
    ['thousands of headers', () => [...swapped('x', 'x'), ...Array(4000).fill('X: x')], '431'],
    ['a header with a NUL', () => [...swapped('x', 'x'), 'X: a\u0000b'], '400'],
    ['a header in two lines', () => [...swapped('x', 'x'), 'X: a', ' Y: b'], '400'],
    ['a header without a colon', () => [...swapped('x', 'x'), 'nonsense'], '400'],
    ['a body of two lengths', () => [...swapped('x', 'x'), 'Content-Length: 1', 'Content-Length: 2'], '400'],
    ['no HTTP at all', () => ['\u0016\u0003\u0001\u0002\u0000\u0001'], '400'],
  ])('is refused for %s, with one line', async (_, lines, status) => {
    const before = open.audit().length;
    expect(await raw(port(), lines())).toContain(` ${status} `);
    expect(open.audit().slice(before).length).toBe(1);
  });
});

describe('[T2] every address', () => {
  const paths = routeRules.flatMap(({ examples }) => examples);
  it('has a rule, and every rule has addresses that are knocked at here', () => {
    for (const rule of routeRules) {
      expect(rule.examples.length).toBeGreaterThan(0);
      for (const path of rule.examples) expect(ruleOf(path).name).toBe(rule.name);
    }
  });
  it.each(paths)('%s is closed to a host that was bound to us, with one line', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      const before = open.audit().length;
      const first = await raw(open.server.port, [
        `${method} ${path} HTTP/1.1`,
        `Host: attacker.test:${open.server.port}`,
        `Origin: http://attacker.test:${open.server.port}`,
        'Content-Length: 0',
      ]);
      expect(first).toContain(' 421 ');
      expect(open.audit().slice(before)).toMatchObject([{ action: 'refused-host', target: path }]);
    }
  });
  it.each(paths.filter((path) => path !== '/login/callback'))(
    '%s is closed to a page of another site, with one line; our own page and a program are let in',
    async (path) => {
      const ask = (method: string, ...more: readonly string[]) =>
        raw(open.server.port, [
          `${method} ${path} HTTP/1.1`,
          `Host: ${here()}`,
          ...more,
          'Content-Length: 0',
        ]);
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'])
        for (const origin of ['http://evil.test', 'null', `http://${here()}.evil.test`]) {
          const before = open.audit().length;
          expect(await ask(method, `Origin: ${origin}`)).toContain(' 403 ');
          expect(open.audit().slice(before)).toMatchObject([
            { action: 'refused-origin', target: path, outcome: origin },
          ]);
        }
      const alone = await ask('GET');
      expect(alone).not.toContain(' 403 ');
      expect(await ask('GET', `Origin: http://${here()}`)).toBe(alone);
    },
  );
  it('a provider of sign-ins may send people back, whatever the browser says about where from', async () => {
    const lines = ['GET /login/callback?code=x HTTP/1.1', `Host: ${here()}`];
    const alone = await raw(open.server.port, lines);
    expect(await raw(open.server.port, [...lines, 'Origin: null'])).toBe(alone);
    expect(alone).not.toContain(' 403 ');
  });
  it.each(['LOCALHOST.', 'localhost.', '127.0.0.1', '127.1', '2130706433', '', '[::]'])(
    'is closed to the host "%s"',
    async (host) => {
      const port = host === '127.0.0.1' ? '' : `:${open.server.port}`;
      expect(await raw(open.server.port, ['GET / HTTP/1.1', `Host: ${host}${port}`])).toContain(' 421 ');
    },
  );
  it('answers no request without a host, or with two', async () => {
    expect(await raw(open.server.port, ['GET / HTTP/1.1'])).toContain(' 400 ');
    expect(await raw(open.server.port, ['GET / HTTP/1.0'])).toContain(' 400 ');
    expect(
      await raw(open.server.port, ['GET / HTTP/1.1', `Host: ${here()}`, 'Host: attacker.test']),
    ).toContain(' 400 ');
  });
});

describe.concurrent('[T12] a connection', () => {
  it.each([
    ['half a request', 'GET / HTTP/1.1\r\nHost: x\r\nA: '],
    ['half an upgrade', 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n'],
    ['nothing', ''],
  ])(
    'that brings %s is closed, soon after ten seconds',
    async (_, text) => {
      const began = performance.now();
      const socket = connect(open.server.port, '127.0.0.1', () => socket.write(text));
      await new Promise((resolve, reject) => {
        socket.on('data', () => {});
        socket.once('error', reject).once('close', resolve);
      });
      expect(performance.now() - began).toBeGreaterThan(9000);
    },
    45_000,
  );
});

describe('[T12] [R8] a socket', () => {
  it('that never answers a ping is gone after two beats; one that does stays, and so does the run that both follow', async () => {
    const beat = 400;
    const long = checkOf('long', [onceStep('s', 'echo begun; sleep 2; echo over')]);
    const quick = await startAuthServer([long], 'local', '', { beat });
    try {
      const { port } = quick.server;
      const page = await quick.server.connect();
      page.send({ type: 'watch', writeup: 'w' });
      page.send({ type: 'run', key: 'long-click', checks: ['long'] });
      const [{ run } = expect.unreachable()] = (await page.next('accepted')).runs;
      page.send({ type: 'follow', run, from: 0 });
      const began = performance.now();
      const silent = new WebSocket(`ws://127.0.0.1:${port}/ws`, subProtocol, {
        ...{ origin: `http://127.0.0.1:${port}`, autoPong: false },
      });
      silent.on('open', () => {
        silent.send(JSON.stringify({ type: 'watch', writeup: 'w' }));
        silent.send(JSON.stringify({ type: 'follow', run, from: 0 }));
      });
      // No closing handshake: it is cut off, as nobody would answer one.
      expect(await new Promise((resolve) => silent.once('close', resolve))).toBe(1006);
      expect(performance.now() - began).toBeGreaterThan(beat);
      expect(await page.ended(run)).toMatchObject({ state: 'finished', judgement: { verdict: 'agrees' } });
      expect(beatMs * 2).toBeLessThanOrEqual(50_000);
    } finally {
      await quick.close();
    }
  }, 20_000);
});

describe('a line of the log', () => {
  it('[T34] is one line, whatever the headers hold', async () => {
    const before = open.audit().length;
    // What the parser lets through of it: bytes above 127, quotes, backslashes. Control characters are no request for it.
    const dirty = 'x\u2028\u202e\u009b2J\\r\\n","who":"root","fake":1}';
    await raw(open.server.port, upgrade(here(), [dirty]));
    await raw(open.server.port, ['GET /%0d%0a{"fake":1} HTTP/1.1', `Host: ${dirty}`]);
    expect(await raw(open.server.port, upgrade(here(), ['\u001b[2J']))).toContain(' 400 ');
    const lines = open.audit().slice(before);
    expect(lines.map(({ action, who }) => [action, who])).toEqual([
      ['refused-origin', ''],
      ['refused-host', ''],
      ['refused-request', ''],
    ]);
    for (const line of lines) expect(Object.keys(line).length).toBe(9);
  });
});
