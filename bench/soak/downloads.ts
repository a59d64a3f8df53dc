/** Forty downloads at once of a run of 60 MB, by ten people who leave in the middle as often as not; beside them somebody asks whether the server is well. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hashOf, newToken } from '../../server/identity/token.ts';
import { openStore } from '../../server/store/store.ts';
import { putLarge } from '../../server/store/testing.ts';
import { SERVER_FLAGS } from '../../tools/setup/node.mjs';
import { root } from '../setup.ts';
import type { ReadersSeen, ReadersWish } from './downloadReaders.ts';
import type { Figure } from './figures.ts';
import { residentMib, type Stage, yieldTo } from './stage.ts';

const megabytes = 60;
const people = 10;
const atOnce = 40;
const seconds = 15;
const everyMs = 50;

export async function downloads({ directory }: Pick<Stage, 'directory'>): Promise<readonly Figure[]> {
  const place = join(directory, 'downloads');
  const data = join(place, 'data');
  mkdirSync(data, { recursive: true });
  const store = openStore(data);
  const run = await putLarge(store, megabytes * 1e6);
  store.close();
  const tokens = Array.from({ length: people }, newToken);
  const file = join(place, 'auth.yaml');
  const entries = tokens.map(
    (token, nth) => `  - name: p${nth}\n    rights: [view]\n    hash: ${hashOf(token)}\n`,
  );
  writeFileSync(file, `tokens:\n${entries.join('')}`, { mode: 0o600 });

  const argv = ['--no-lab', '--port', '0', '--data', data, '--site', place, '--dev'];
  const child = fork(join(root, 'server/main.ts'), [...argv, '--auth', 'token', '--auth-file', file], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [...SERVER_FLAGS],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = await once(child.stdout ?? child, 'data');
    const address = /http:\S+/.exec(String(line))?.[0] ?? '';
    const pid = child.pid ?? 0;
    yieldTo(pid);
    await askHealth(address);
    const before = residentMib(pid);
    const readers = fork(join(root, 'bench/soak/downloadReaders.ts'), { execArgv: [...SERVER_FLAGS] });
    const wish: ReadersWish = { address, run, tokens, atOnce, seconds };
    // They share the processors with the server, which on a host of its own they would not.
    setPriority(readers.pid ?? 0, 10);
    readers.send(wish);
    let seen: ReadersSeen | undefined;
    const over = once(readers, 'message').then(([found]) => {
      seen = found as ReadersSeen;
    });
    const waits: number[] = [];
    let peak = before;
    while (seen === undefined) {
      waits.push(await askHealth(address));
      peak = Math.max(peak, residentMib(pid));
      await pause(everyMs);
    }
    await over;
    readers.kill();
    waits.sort((a, b) => a - b);
    const what = `${atOnce} downloads at once of ${megabytes} MB by ${people} people`;
    return [
      {
        what: `${what}: /healthz, p99`,
        unit: 'ms',
        measured: waits[Math.floor(waits.length * 0.99)] ?? 0,
        must: { atMost: 100 },
      },
      { what: '… /healthz, most', unit: 'ms', measured: waits.at(-1) ?? 0, must: { atMost: 100 } },
      {
        what: '… memory of the server on top of what it had',
        unit: 'MiB',
        measured: peak - before,
        must: { atMost: 450 },
      },
      { what: '… whole ones', unit: '', measured: seen.whole, must: { atLeast: 20 } },
      { what: '… told to come later', unit: '', measured: seen.refused, must: { atLeast: 1 } },
      { what: '… that ended otherwise', unit: '', measured: seen.otherwise.length, must: { atMost: 0 } },
    ];
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** In milliseconds, with a connection of its own as an orchestrator has. */
function askHealth(address: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request(`${address}/healthz`, { agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(performance.now() - began));
    })
      .once('error', reject)
      .end();
  });
}
