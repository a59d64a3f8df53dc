import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepByDefault, readConfig, UsageError } from '../config.ts';
import { startServer } from '../server.ts';
import { auditFile } from './audit.ts';
import type { AuthChoice } from './choice.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-start-'));
  file = join(directory, 'auth.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const start = (auth: AuthChoice, origins: readonly string[] = [], said: string[] = []) =>
  startServer(
    {
      ...{ host: '127.0.0.1', port: 0, data: join(directory, 'data'), site: directory, origins, auth },
      ...{ keep: keepByDefault, fleet: { kind: 'none', say: 'No machines here.' } },
    },
    content,
    (line) => void said.push(line),
  );
const rows = () =>
  readFileSync(join(directory, 'data', auditFile), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

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
      'everybody whom https://docs.example.org lets through may run everything',
    );
  });
});
