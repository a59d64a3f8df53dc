/** Pages that look on: two thousand that idle, a hundred that follow one run, and some that read nothing of a flood. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { openReader, type Reader } from '../reader.ts';
import { quantile } from '../report.ts';
import type { Figure } from './figures.ts';
import { closeAll, openPage } from './sockets.ts';
import { peakMib, type Stage } from './stage.ts';

const idle = 2000;

export async function idlePages(stage: Stage): Promise<readonly Figure[]> {
  const { residentMib: before } = await stage.look(true);
  const sockets: WebSocket[] = [];
  while (sockets.length < idle)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, (_, index) => openPage(stage, sockets.length + index)),
      )),
    );
  // What they were told arrives, and all of them hear of the last who came.
  await pause(1000);
  const { residentMib: after } = await stage.look(true);
  const grown = after - before;
  await closeAll(sockets);
  return [
    { what: `${idle} idle pages: growth of memory`, unit: 'MiB', measured: grown, must: { atMost: 64 } },
  ];
}

/** Follows a run and hashes its output; resolves at its end. */
function digestOf(reader: Reader, run: string, heard: (text: string) => void = () => {}): Promise<string> {
  const hash = createHash('sha256');
  const whole = new Promise<string>((resolve) =>
    reader.follow(run, ({ body }) => {
      if (body.kind === 'output') {
        hash.update(body.bytes);
        heard(Buffer.from(body.bytes).toString());
      } else if (body.kind === 'closed') resolve(hash.digest('hex'));
    }),
  );
  // Rejects when the connection is lost.
  return reader.ended(run).then(() => whole);
}

/** Pages that follow, and never take anything from their socket. */
async function stalledPages(stage: Stage, count: number, run: string): Promise<readonly WebSocket[]> {
  const sockets = await Promise.all(Array.from({ length: count }, (_, index) => openPage(stage, index)));
  for (const socket of sockets) {
    socket.send(JSON.stringify({ type: 'follow', run, from: 0 }));
    socket.pause();
  }
  return sockets;
}

const openReaders = ({ address }: Stage, count: number): Promise<readonly Reader[]> =>
  Promise.all(Array.from({ length: count }, () => openReader(address, 'bench')));
const close = (readers: readonly Reader[]) => Promise.all(readers.map((reader) => reader.close()));

export async function followers(stage: Stage): Promise<readonly Figure[]> {
  const readers = await openReaders(stage, 100);
  const [run = ''] = (await readers[0]?.run(['ticks'])) ?? [];
  const still = await stalledPages(stage, 10, run);
  const lags: number[] = [];
  const lag = (text: string) => {
    const now = performance.timeOrigin + performance.now();
    for (const line of text.trim().split('\n'))
      if (/^\d+\.\d+$/.test(line)) lags.push(now - Number(line) * 1000);
  };
  const digests = await Promise.all(readers.map((reader) => digestOf(reader, run, lag)));
  for (const socket of still) socket.terminate();
  await close(readers);
  return [
    {
      ...{ what: '100 viewers beside 10 stalled, 100 lines a second: p99 of the lag', unit: 'ms' },
      ...{ measured: quantile(lags, 0.99), must: { atMost: 1000 } },
    },
    {
      ...{ what: '… that have other bytes than the first', unit: '' },
      ...{ measured: digests.filter((digest) => digest !== digests[0]).length, must: { atMost: 0 } },
    },
  ];
}

/** A tenth of the viewers read nothing while 50 MiB flow. */
export async function stalled(stage: Stage): Promise<readonly Figure[]> {
  const readers = await openReaders(stage, 18);
  const [run = ''] = (await readers[0]?.run(['flood'])) ?? [];
  const still = await stalledPages(stage, 2, run);
  await stage.look();
  const digests = await Promise.all(readers.map((reader) => digestOf(reader, run)));
  const { queuedBytes } = await stage.look();
  for (const socket of still) socket.terminate();
  await close(readers);
  return [
    {
      ...{ what: '2 of 20 viewers stalled in 50 MiB: most that waits for one', unit: 'KiB' },
      ...{ measured: queuedBytes / 1024, must: { atMost: 256 } },
    },
    {
      ...{ what: '… others that have not the same bytes', unit: '' },
      ...{ measured: digests.filter((digest) => digest !== digests[0]).length, must: { atMost: 0 } },
    },
  ];
}

const mib = 2 ** 20;
const cap = 64 * mib;

export async function flood(stage: Stage): Promise<readonly Figure[]> {
  const reader = await openReader(stage.address, 'bench');
  const { residentMib: before } = await stage.look(true);
  let kept = 0;
  let gone = 0;
  const peak = await peakMib(stage, async () => {
    const [run = ''] = await reader.run(['gush']);
    reader.follow(run, ({ body }) => {
      if (body.kind === 'output') kept += body.bytes.length;
    });
    const { judgement } = await reader.ended(run);
    const ended = performance.now();
    if (judgement.problem?.kind !== 'truncated')
      throw new Error(
        `1 GiB should be cut off, and the row says ${judgement.problem?.kind ?? judgement.verdict}.`,
      );
    while ((await stage.runningOn('backend', 'yes The quick.*')) > 0) await pause(50);
    gone = (performance.now() - ended) / 1000;
    while (kept < cap && performance.now() - ended < 20_000) await pause(50);
  });
  await reader.close();
  return [
    { what: '1 GiB offered: growth of memory', unit: 'MiB', measured: peak - before, must: { atMost: 128 } },
    { what: '… bytes that are kept', unit: 'MiB', measured: kept / mib, must: { atMost: cap / mib } },
    { what: '… bytes that are kept', unit: 'MiB', measured: kept / mib, must: { atLeast: cap / mib } },
    { what: '… until nothing of it runs on the machine', unit: 's', measured: gone, must: { atMost: 5 } },
  ];
}
