import { once } from 'node:events';
import { cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRetention, readConfig, UsageError } from '../config/config.ts';
import type { FleetChoice } from '../target/currentFleet.ts';
import { withVariable } from '../inventory/testing.ts';
import { until } from '../lab/testing.ts';
import { startServer } from '../server.ts';
import type { AuthChoice } from '../identity/authMode.ts';
import { readAudit } from './testing.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-start-'));
  file = join(directory, 'auth.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const none: FleetChoice = { kind: 'none', message: 'No machines here.' };
const start = (
  auth: AuthChoice,
  origins: readonly string[] = [],
  said: string[] = [],
  fleet: FleetChoice = none,
  from = content,
) =>
  startServer(
    {
      ...{
        name: 'docs-1',
        host: '127.0.0.1',
        port: 0,
        data: join(directory, 'data'),
        site: directory,
        origins,
        embed: [],
        trustedProxies: [],
        base: '/',
        auth,
      },
      ...{ keep: defaultRetention, fleet },
    },
    from,
    (line) => void said.push(line),
  );
const rows = () => readAudit(join(directory, 'data'));

describe('a server behind the socket of its proxy', () => {
  it('[T3] believes who comes in there, and nobody who comes by the port; it says at the start how people are known', async () => {
    const socketPath = join(directory, 'http.sock');
    writeFileSync(
      file,
      `proxy:\n  socket: ${socketPath}\n  userHeader: x-forwarded-user\n  everyone: [view]\n`,
      { mode: 0o600 },
    );
    // One that a server left behind which was killed.
    const before = createServer().listen(socketPath);
    await once(before, 'listening');
    const server = await start({ mode: 'proxy', file }, ['https://docs.example.org']);
    try {
      const headers = { host: 'docs.example.org', 'x-forwarded-user': 'ada' };
      const ask = async (where: { socketPath: string } | { port: string }) => {
        const asked = request({ ...where, path: '/runs/', headers }).end();
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        answer.resume();
        return answer.statusCode;
      };
      expect(await ask({ socketPath })).toBe(200);
      expect(await ask({ port: new URL(server.address).port })).toBe(401);
      expect(lstatSync(socketPath).mode & 0o777).toBe(0o660);
    } finally {
      await server.close();
      before.close();
    }
    expect(rows()).toMatchObject([
      {
        via: 'server',
        action: 'start',
        target: 'none',
        outcome: expect.stringMatching(
          /^auth proxy, 127\.0\.0\.1:\d+ \S+http\.sock https:\/\/docs\.example\.org$/,
        ),
      },
      { via: 'none', peer: '127.0.0.1', action: 'refused-identity', outcome: 'unlisted-proxy' },
    ]);
  }, 20_000);
});

describe('a server', () => {
  it('[T3] that should believe a proxy without knowing where it is does not start, and opens nothing', async () => {
    writeFileSync(file, 'proxy:\n  userHeader: x-forwarded-user\n', { mode: 0o600 });
    await expect(start({ mode: 'proxy', file })).rejects.toThrow(
      `${file}:2: proxy: expected the addresses of the proxy`,
    );
    expect(existsSync(join(directory, 'data'))).toBe(false);
  });
  it('without --auth stays on this machine, and says what to choose', () => {
    expect(() => readConfig(['--host', '0.0.0.0'], directory)).toThrow(UsageError);
    expect(() => readConfig(['--host', '0.0.0.0'], directory)).toThrow('--auth token --auth-file FILE');
  });
  it('without --auth behind a proxy warns the operator', async () => {
    const said: string[] = [];
    const server = await start({ mode: 'local' }, ['https://docs.example.org'], said);
    await server.close();
    expect(said.join('\n')).toContain(
      'everybody who gets through https://docs.example.org may run everything',
    );
  });
});

describe('a file of the operator’s that is not taken', () => {
  const mark = () => join(directory, 'mark');
  it.each<[string, (value: string) => string, number]>([
    ['an option of ssh', () => withVariable('ansible_host', `-oProxyCommand=touch\${IFS}${mark()}`), 4],
    ['a substitution', () => withVariable('ansible_user', `"$(touch ${mark()})"`), 5],
    [
      'a line end and what forges a line',
      () => withVariable('ansible_host', '"a\\n{\\"who\\":\\"root\\"}\\u2028"'),
      4,
    ],
    ['10 kB', () => withVariable('ansible_host', 'a'.repeat(10_000)), 4],
    ['a template', () => withVariable('ansible_host', "\"{{ lookup('pipe', 'id') }}\""), 4],
  ])(
    '[T19] an inventory with %s: the server is there, asks nobody, and has one line about it',
    async (_, text, line) => {
      const inventory = join(directory, 'inventory.yml');
      writeFileSync(inventory, text(''));
      const server = await start({ mode: 'local' }, [], [], {
        kind: 'inventory',
        files: [inventory],
        map: new Map(),
      });
      await until('a reason', () => server.fleet.view().state === 'none');
      await server.close();
      const [refused, ...more] = rows().filter(({ action }) => action !== 'start');
      expect(more).toEqual([]);
      expect(refused).toMatchObject({
        who: '',
        via: 'server',
        action: 'refused-inventory',
        target: inventory,
      });
      expect(refused?.outcome).toContain(`${inventory}:${line}: expected`);
      expect(existsSync(mark())).toBe(false);
    },
  );
  it('[T39] a check: the server does not start, has one line about it, and starts when it is mended', async () => {
    const from = join(directory, 'content');
    cpSync(content, from, { recursive: true });
    const file = join(from, 'what-ss-proves/checks/ping-self.yaml');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace(/^effect: .*/m, 'effect: "a\\n{\\"fake\\":1}"'));
    await expect(start({ mode: 'local' }, [], [], none, from)).rejects.toThrow('effect');
    expect(rows()).toMatchObject([
      {
        via: 'server',
        action: 'refused-content',
        outcome: expect.stringMatching(
          /^(?:2 faults, the first: )?content\/what-ss-proves\/checks\/ping-self\.yaml:\d+: effect/,
        ),
      },
    ]);
    writeFileSync(file, good);
    await (await start({ mode: 'local' }, [], [], none, from)).close();
    expect(rows().map(({ action }) => action)).toEqual(['refused-content', 'start']);
  }, 20_000);
});
