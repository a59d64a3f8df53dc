/** `systemctl stop` in mid-run, as the unit in `ops/` does it: what runs is cancelled and recorded, nothing is left, exit status 0, in time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closeCodes, subProtocol } from '../../src/core/protocol/version.ts';
import type { Lab } from '../lab/lab.ts';
import { testPlace, until } from '../lab/testing.ts';
import { openReading } from '../store/reading.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const limitMs = 15_000;
const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const place = testPlace();
let lab: Lab;
beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, mode: 'detached', log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});
const onBackend = async (line: string) =>
  (await lab.exec('backend', ['/bin/sh', '-c', line], { asRoot: true })).stdout;

it('[R12] SIGTERM in mid-run cancels and records it, leaves nothing, and ends with 0 within 15 s', async () => {
  const quiet = await onBackend('ps -u autobot -o comm= | sort');
  const [site, data] = [join(place.parent, 'site'), join(place.parent, 'data')];
  mkdirSync(site);
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>site</title>');
  const child = spawn(
    process.execPath,
    [
      ...[main, '--port', '0', '--data', data, '--site', site],
      ...['--lab', place.directory, '--metrics', '127.0.0.1:0'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  let log = '';
  child.stdout.on('data', (bytes) => {
    out += String(bytes);
  });
  child.stderr.on('data', (bytes) => {
    log += String(bytes);
  });
  try {
    await until(
      'the server is ready',
      () => / is at http/.test(out) && log.includes('"msg":"Ready: '),
      30_000,
    );
    const origin = /http:\S+/.exec(out)?.[0] ?? '';
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, subProtocol, { origin });
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    await once(socket, 'open');
    const send = (message: object): void => socket.send(JSON.stringify(message));
    // Silence keeps the capture under way for 3 s.
    await onBackend(
      'nft "table inet hang { chain in { type filter hook input priority 0; tcp dport 8443 drop; }; }"',
    );
    send({ type: 'watch', writeup: 'wsl2-mirrored-networking' });
    send({ type: 'run', key: 'click-0001', checks: ['tcpdump-any'] });
    await until('the capture runs', async () => /^\d+\n/.test(await onBackend('pgrep -x tcpdump')), 20_000);

    const began = performance.now();
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await exit;
    const took = performance.now() - began;
    expect(code, log).toBe(0);
    expect(took).toBeLessThan(limitMs);
    // By this code a page knows that it may come back.
    expect((await closed)[0]).toBe(closeCodes.shuttingDown);
    expect(log).toContain('Stopping: running checks are cancelled');
    await until('nothing of ours on the machine', async () => {
      return (await onBackend('ps -u autobot -o comm= | sort')) === quiet;
    });
  } finally {
    child.kill('SIGKILL');
    await onBackend('nft delete table inet hang');
  }
  const store = openReading(data);
  const kept = (await store.history.list({}, 10)).map(({ summary }) => `${summary.check} ${summary.how}`);
  store.close();
  expect(kept).toEqual(['tcpdump-any cancelled']);
  // Every line of the log of a process without a terminal is one event.
  for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info' });
});

it('[R12] a second signal means now', async () => {
  const [site, data] = [join(place.parent, 'second'), join(place.parent, 'second-data')];
  mkdirSync(site);
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>site</title>');
  const argv = [main, '--no-lab', '--port', '0', '--data', data, '--site', site];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const exit = once(child, 'exit');
  // Two of one kind could arrive as one.
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
});
