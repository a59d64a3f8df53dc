/** `npm run bench -- --peers`: wetty, the web terminal that npm has, on the same sshd in the same run. webssh2 is not on npm any more. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../server/files/testing-port.ts';
import { flood } from './flood.ts';
import type { BenchSite } from './fixtures/server.ts';
import { residentMib } from './fixtures/process.ts';
import { latency } from './latency.ts';
import { memoryIdle } from './memory.ts';
import type { Raw } from './raw.ts';
import { median, type Row, type Rows, spread } from './report.ts';

/** Installed in a temporary folder when it is wanted: we do not depend on it. Its package has the client of its socket. */
const peer = 'wetty@3.2.0';
const idleViewers = 50;
const startLimitMs = 20_000;

/** A socket of Socket.IO, as far as it is used here. */
type PeerSocket = {
  on(event: string, then: (data: string) => void): void;
  emit(event: string, value: number): void;
  disconnect(): void;
};

/** Our rows that a peer has too, each beside it. Rejects with a sentence when the peer cannot be installed or started. */
export async function besidePeers(
  site: BenchSite,
  raw: Raw,
  pour: string,
  rounds: { readonly latency: number; readonly flood: number },
): Rows {
  const wetty = await startWetty(raw);
  try {
    const ours = [
      ...(await memoryIdle(site)),
      ...(await latency(site.address, raw, rounds.latency)),
      ...(await flood(site.address, raw, pour, rounds.flood)),
    ];
    const [first, last, whole]: [number[], number[], number[]] = [[], [], []];
    for (let turn = 0; turn < rounds.latency; turn += 1) {
      const echo = await wetty.session('echo hello');
      first.push(echo.firstMs);
      last.push(echo.endMs);
      await pause(500);
    }
    const { bytes } = await raw.pipe(pour);
    for (let turn = 0; turn < rounds.flood; turn += 1) {
      const got = await wetty.session(pour);
      // Its terminal adds carriage returns.
      if (got.characters < bytes)
        throw new Error(`wetty should have sent the ${bytes} bytes, but sent ${got.characters}.`);
      whole.push(got.endMs);
    }
    const beside = (what: string, value: number, note: string): Row => {
      const row = ours.find((one) => one.what === what);
      if (row === undefined) throw new Error(`The benchmark should have the row ${what}.`);
      return { what, unit: row.unit, ours: row.ours, beside: { what: 'wetty', value }, note };
    };
    return [
      beside('echo: click to first byte', median(first), `wetty ${spread(first)}`),
      beside('echo: click to verdict, on disk', median(last), `wetty ${spread(last)}`),
      beside('50 MiB to one reader', bytes / 1000 / median(whole), `wetty ${spread(whole)}`),
      beside(
        'Memory for each idle page',
        await wetty.idleKib(),
        'of its server alone: each viewer has an ssh of its own too',
      ),
    ];
  } finally {
    await wetty.close();
  }
}

/** The peer on loopback; its ssh uses the open connection of the floor. */
async function startWetty(raw: Raw) {
  const folder = mkdtempSync('/tmp/vantage-peers-');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, 'package.json'), '{"private": true, "allowScripts": {"node-pty": true}}');
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', peer], { cwd: folder });
  } catch (error) {
    remove();
    throw error;
  }
  const port = await freePort();
  const argv = ['--force-ssh', '--ssh-config', raw.config, '--ssh-host', raw.host, '--ssh-user', raw.user];
  const main = join(folder, 'node_modules/wetty/build/main.js');
  const server = spawn(
    process.execPath,
    [
      main,
      ...argv,
      ...['--ssh-auth', 'publickey', '--known-hosts', '/dev/null', '--allow-remote-command'],
      ...['--base', '/wetty', '--host', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(server, 'exit');
  const close = async () => {
    server.kill();
    await exited;
    remove();
  };
  try {
    await answers(port);
  } catch (error) {
    await close();
    throw error;
  }
  const { io } = createRequire(join(folder, 'package.json'))('socket.io-client') as {
    io: (url: string, options: object) => PeerSocket;
  };
  const open = (command: string) =>
    io(`http://127.0.0.1:${port}`, {
      ...{ path: '/wetty/socket.io', transports: ['websocket'], forceNew: true, reconnection: false },
      extraHeaders: { referer: `http://127.0.0.1:${port}/wetty?command=${encodeURIComponent(command)}` },
    });
  return {
    close,
    /** From opening a page to its first output and to its end. */
    async session(command: string) {
      const start = performance.now();
      const socket = open(command);
      let firstMs = Number.NaN;
      let characters = 0;
      socket.on('data', (text) => {
        // Before it, ssh says that the lab's machines give no terminal.
        if (Number.isNaN(firstMs) && /^\w+\r$/m.test(text)) firstMs = performance.now() - start;
        characters += text.length;
        // As its page does; it stops when nobody counts.
        socket.emit('commit', text.length);
      });
      await new Promise<void>((resolve, reject) => {
        socket.on('logout', () => resolve());
        for (const event of ['connect_error', 'disconnect'])
          socket.on(event, () => reject(new Error(`${peer} broke off a session (${event}).`)));
      });
      // What it holds back for a moment comes after the end.
      const endMs = performance.now() - start;
      await pause(50);
      socket.disconnect();
      return { firstMs, endMs, characters };
    },
    /** KiB that one more viewer costs in its process. */
    async idleKib(): Promise<number> {
      const pid = server.pid ?? 0;
      const before = residentMib(pid);
      const sockets = Array.from({ length: idleViewers }, () => open('cat'));
      await Promise.all(
        sockets.map((socket) => new Promise<void>((resolve) => socket.on('data', () => resolve()))),
      );
      const each = ((residentMib(pid) - before) * 1024) / idleViewers;
      for (const socket of sockets) socket.disconnect();
      return each;
    },
  };
}

/** Resolves when something accepts connections there. */
async function answers(port: number): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const opened = await once(socket, 'connect').catch(() => undefined);
    socket.destroy();
    if (opened) return;
    if (performance.now() > deadline) throw new Error(`${peer} did not start; its own words are above.`);
    await pause(100);
  }
}
