/** Pages that only watch: two thousand that idle, a hundred that follow one run, and some that read nothing of a flood. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import {
  manyTimes,
  closeReaders,
  openReader,
  openReaders,
  type Reader,
  runOne,
  closeAll,
  openPage,
} from '../fixtures/reader.ts';
import { peakMib } from '../fixtures/process.ts';
import { quantile } from '../report.ts';
import { atLeast, atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const idle = 2000;

export async function idlePages(site: SoakSite): Promise<readonly Figure[]> {
  const { residentMib: before } = await site.measure(true);
  const sockets = await manyTimes(idle, 50, (index) => openPage(site, index));
  // Until all of them know of the last one who came.
  await pause(1000);
  const { residentMib: after } = await site.measure(true);
  await closeAll(sockets);
  return [atMost(`${idle} idle pages: growth of memory`, after - before, 64, 'MiB')];
}

/** Follows a run to its end; resolves with the hash of its output. */
async function digestOf(
  reader: Reader,
  run: string,
  onText: (text: string) => void = () => {},
): Promise<string> {
  const hash = createHash('sha256');
  await reader.followToEnd(run, (bytes) => {
    hash.update(bytes);
    onText(Buffer.from(bytes).toString());
  });
  return hash.digest('hex');
}
const unlikeFirst = (digests: readonly string[]) => digests.filter((digest) => digest !== digests[0]).length;

/** Pages that follow a run, and never read from their socket. */
async function stalledPages(site: SoakSite, count: number, run: string): Promise<readonly WebSocket[]> {
  const sockets = await manyTimes(count, count, (index) => openPage(site, index));
  for (const socket of sockets) {
    socket.send(JSON.stringify({ type: 'follow', run, from: 0 }));
    socket.pause();
  }
  return sockets;
}

/** One run with `count` readers beside pages that read nothing. */
async function followed(
  site: SoakSite,
  {
    check,
    count,
    stalled,
    onText,
  }: { check: string; count: number; stalled: number; onText?: (text: string) => void },
): Promise<{ readonly unlike: number; readonly queuedBytes: number }> {
  const starter = await openReader(site.address, 'bench');
  const readers = [starter, ...(await openReaders(site.address, count - 1, 'bench'))];
  const run = await runOne(starter, check);
  const sockets = await stalledPages(site, stalled, run);
  await site.measure();
  const digests = await Promise.all(readers.map((reader) => digestOf(reader, run, onText)));
  const { queuedBytes } = await site.measure();
  for (const socket of sockets) socket.terminate();
  await closeReaders(readers);
  return { unlike: unlikeFirst(digests), queuedBytes };
}

export async function followers(site: SoakSite): Promise<readonly Figure[]> {
  const lags: number[] = [];
  const onText = (text: string) => {
    const now = performance.timeOrigin + performance.now();
    for (const line of text.trim().split('\n'))
      if (/^\d+\.\d+$/.test(line)) lags.push(now - Number(line) * 1000);
  };
  const { unlike } = await followed(site, { check: 'ticks', count: 100, stalled: 10, onText });
  return [
    atMost(
      '100 viewers beside 10 stalled, 100 lines a second: p99 of the lag',
      quantile(lags, 0.99),
      1000,
      'ms',
    ),
    atMost('… that have other bytes than the first', unlike, 0),
  ];
}

/** A tenth of the viewers read nothing while 50 MiB flow. */
export async function stalled(site: SoakSite): Promise<readonly Figure[]> {
  const { unlike, queuedBytes } = await followed(site, { check: 'flood', count: 18, stalled: 2 });
  return [
    atMost('2 of 20 viewers stalled in 50 MiB: most that waits for one', queuedBytes / 1024, 256, 'KiB'),
    atMost('… others that have not the same bytes', unlike, 0),
  ];
}

const mib = 2 ** 20;
const cap = 64 * mib;

export async function flood(site: SoakSite): Promise<readonly Figure[]> {
  const reader = await openReader(site.address, 'bench');
  const { residentMib: before } = await site.measure(true);
  let kept = 0;
  let gone = 0;
  const peak = await peakMib(site.pid, async () => {
    const run = await runOne(reader, 'gush');
    reader.follow(run, ({ body }) => {
      if (body.kind === 'output') kept += body.bytes.length;
    });
    const { judgement } = await reader.ended(run);
    const ended = performance.now();
    if (judgement.problem?.kind !== 'truncated')
      throw new Error(
        `1 GiB should be truncated, but the row says ${judgement.problem?.kind ?? judgement.verdict}.`,
      );
    while ((await site.running('yes The quick.*', 'backend')) > 0) await pause(50);
    gone = (performance.now() - ended) / 1000;
    while (kept < cap && performance.now() - ended < 20_000) await pause(50);
  });
  await reader.close();
  return [
    atMost('1 GiB offered: growth of memory', peak - before, 128, 'MiB'),
    atMost('… bytes that are kept', kept / mib, cap / mib, 'MiB'),
    atLeast('… bytes that are kept', kept / mib, cap / mib, 'MiB'),
    atMost('… until nothing of it runs on the machine', gone, 5, 's'),
  ];
}
