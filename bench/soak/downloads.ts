/** Forty downloads at once of a run of 60 MB, by ten people who leave in the middle as often as not, while `/healthz` is asked. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { person, tokenFile } from '../../server/auth/testing.ts';
import { openStore } from '../../server/store/store.ts';
import { putLarge } from '../../server/store/testing.ts';
import { SERVER_FLAGS } from '../../tools/setup/places.mjs';
import { peakMib, prioritize, residentMib } from '../fixtures/process.ts';
import { root, startPlainServer } from '../fixtures/server.ts';
import { quantile } from '../report.ts';
import type { DownloadRequest, DownloadResults } from './downloadReaders.ts';
import { atLeast, atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const megabytes = 60;
const atOnce = 40;
const seconds = 15;
const everyMs = 50;

export async function downloads({ directory }: Pick<SoakSite, 'directory'>): Promise<readonly Figure[]> {
  const place = join(directory, 'downloads');
  const data = join(place, 'data');
  mkdirSync(data, { recursive: true });
  const store = openStore(data);
  const run = await putLarge(store, megabytes * 1e6);
  store.close();
  const people = Array.from({ length: 10 }, (_, nth) => person(`p${nth}`, 'view'));
  const file = join(place, 'auth.yaml');
  writeFileSync(file, tokenFile(people), { mode: 0o600 });
  const server = await startPlainServer(data, place, ['--dev', '--auth', 'token', '--auth-file', file]);
  const { address, pid } = server;
  try {
    prioritize(pid);
    await healthMs(address);
    const before = residentMib(pid);
    const readers = fork(join(root, 'bench/soak/downloadReaders.ts'), { execArgv: [...SERVER_FLAGS] });
    // They share the processors with the server, which on a host of its own they would not.
    setPriority(readers.pid ?? 0, 10);
    const wish: DownloadRequest = { address, run, tokens: people.map(({ token }) => token), atOnce, seconds };
    readers.send(wish);
    let results: DownloadResults | undefined;
    const over = once(readers, 'message').then(([message]) => {
      results = message as DownloadResults;
    });
    const waits: number[] = [];
    const peak = await peakMib(
      () => pid,
      async () => {
        while (results === undefined) {
          waits.push(await healthMs(address));
          await pause(everyMs);
        }
        await over;
      },
    );
    readers.kill();
    const { whole, refused, failed } = results ?? { whole: 0, refused: 0, failed: [] };
    const what = `${atOnce} downloads at once of ${megabytes} MB by ${people.length} people`;
    return [
      atMost(`${what}: /healthz, p99`, quantile(waits, 0.99), 100, 'ms'),
      atMost('… /healthz, most', Math.max(...waits), 100, 'ms'),
      atMost('… memory of the server on top of what it had', peak - before, 450, 'MiB'),
      atLeast('… whole ones', whole, 20),
      atLeast('… told to come later', refused, 1),
      atMost('… that ended otherwise', failed.length, 0),
    ];
  } finally {
    await server.stop();
  }
}

/** How long an answer takes, with a connection of its own as an orchestrator has. */
function healthMs(address: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request(`${address}/healthz`, { agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(performance.now() - began));
    })
      .once('error', reject)
      .end();
  });
}
