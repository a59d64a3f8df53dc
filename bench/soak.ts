/** `npm run soak`: the figures that must be met under load, measured on a server and a lab of their own, each with its limit. Exit 1 when one is not met. */
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { subProtocol } from '../src/core/protocol/version.ts';
import { processesOf, residentMib, type Figure, figureTable, labExec } from './soak-parts.ts';
import { openReader, type Reader } from './reader.ts';
import { quantile } from './report.ts';
import { openStage, type Stage } from './setup.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
/** One loopback address may hold a thousand connections. */
const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;

async function idleSockets({ address, pid }: Stage): Promise<Figure> {
  const wanted = 1950;
  await pause(1500);
  const before = residentMib(pid);
  const sockets: WebSocket[] = [];
  for (let opened = 0; opened < wanted; opened += 50)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, wanted - opened) }, (_, index) => open(address, opened + index)),
      )),
    );
  await pause(1500);
  const grown = residentMib(pid) - before;
  for (const socket of sockets) socket.close();
  await pause(1500);
  return { what: `${wanted} idle pages: growth of memory`, unit: 'MiB', measured: grown, must: 64 };
}

function open(address: string, index: number): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, subProtocol, {
    origin: address,
    localAddress: addresses[index % addresses.length] ?? '127.0.0.1',
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'watch', writeup: 'bench' }));
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

async function viewers({ address }: Stage): Promise<Figure> {
  const readers = await Promise.all(Array.from({ length: 100 }, () => openReader(address, 'bench')));
  const [first] = readers;
  const [run = ''] = (await first?.run(['ticks'])) ?? [];
  const lags: number[] = [];
  const totals = readers.map((reader) => {
    let bytes = 0;
    reader.follow(run, ({ body }) => {
      if (body.kind !== 'output') return;
      bytes += body.bytes.length;
      const now = (performance.timeOrigin + performance.now()) / 1000;
      for (const line of Buffer.from(body.bytes).toString().trim().split('\n'))
        if (/^\d+\.\d+$/.test(line)) lags.push((now - Number(line)) * 1000);
    });
    return () => bytes;
  });
  await first?.ended(run);
  await pause(1000);
  const different = new Set(totals.map((total) => total())).size;
  await close(readers);
  if (different !== 1) throw new Error('The hundred viewers should have the same bytes, and they have not.');
  return {
    what: '100 viewers, 100 lines a second: p99 of the lag',
    unit: 'ms',
    measured: quantile(lags, 0.99),
    must: 1000,
  };
}

/** A tenth of the viewers read nothing while 50 MiB flow: the others have every byte, and hardly more is held than when all read. */
async function stalled(stage: Stage): Promise<Figure> {
  await pouring(stage, 0);
  const all = await pouring(stage, 0);
  const some = await pouring(stage, 2);
  return {
    ...{ what: '2 of 20 viewers stalled in 50 MiB: memory more than with none', unit: 'MiB' },
    measured: Math.max(0, some - all),
    must: 32,
  };
}

/** The highest memory of the server while 50 MiB go to twenty viewers, some of whom read nothing. */
async function pouring({ address, pid }: Stage, stalledOnes: number): Promise<number> {
  const starter = await openReader(address, 'bench');
  const readers = await Promise.all(
    Array.from({ length: 20 - stalledOnes }, () => openReader(address, 'bench')),
  );
  const still = await Promise.all(Array.from({ length: stalledOnes }, (_, index) => open(address, index)));
  const [run = ''] = await starter.run(['flood']);
  for (const socket of still) {
    socket.send(JSON.stringify({ type: 'follow', run, from: 0 }));
    socket.pause();
  }
  let peak = 0;
  const looking = setInterval(() => {
    peak = Math.max(peak, residentMib(pid));
  }, 50);
  const whole = await Promise.all(
    readers.map(
      (reader) =>
        new Promise<number>((resolve) => {
          let bytes = 0;
          reader.follow(run, ({ body }) => {
            if (body.kind === 'output') bytes += body.bytes.length;
            else if (body.kind === 'closed') resolve(bytes);
          });
        }),
    ),
  );
  clearInterval(looking);
  for (const socket of still) socket.terminate();
  await close([starter, ...readers]);
  if (whole.some((bytes) => bytes !== 52_428_800))
    throw new Error('Every viewer who reads should have 52428800 bytes, and one has not.');
  return peak;
}

async function flood({ address, pid }: Stage): Promise<readonly Figure[]> {
  const reader = await openReader(address, 'bench');
  await pause(1000);
  const before = residentMib(pid);
  let peak = before;
  const looking = setInterval(() => {
    peak = Math.max(peak, residentMib(pid));
  }, 50);
  const [run = ''] = await reader.run(['gush']);
  const { judgement } = await reader.ended(run);
  const ended = performance.now();
  clearInterval(looking);
  while ((await processesOf('backend', 'yes The quick.*')) > 0) await pause(50);
  const gone = (performance.now() - ended) / 1000;
  await reader.close();
  if (judgement.problem?.kind !== 'truncated')
    throw new Error(
      `1 GiB should be cut off, and the row says ${judgement.problem?.kind ?? judgement.verdict}.`,
    );
  return [
    {
      what: '1 GiB offered to a limit of 64 MiB: growth of memory',
      unit: 'MiB',
      measured: peak - before,
      must: 128,
    },
    { what: '… and nothing runs on the machine after', unit: 's', measured: gone, must: 5 },
  ];
}

async function cancels({ address }: Stage): Promise<readonly Figure[]> {
  const reader = await openReader(address, 'bench');
  const times: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const [run = ''] = await reader.run(['endless']);
    // Any moment, also before it has begun.
    await pause(Math.random() * 400);
    const start = performance.now();
    reader.cancel(run);
    const { how } = await reader.ended(run);
    times.push(performance.now() - start);
    if (how !== 'cancelled') throw new Error(`The run should be cancelled, and it is ${how}.`);
  }
  await reader.close();
  return [
    {
      what: '40 cancels at random moments: p99 until confirmed',
      unit: 's',
      measured: quantile(times, 0.99) / 1000,
      must: 3,
    },
    {
      what: '… and processes left on the machine',
      unit: '',
      measured: await processesOf('backend', 'sleep 97.5'),
      must: 0,
    },
  ];
}

async function starts({ address }: Stage): Promise<Figure> {
  // Several people: one page may say ten things a second.
  const readers = await Promise.all(Array.from({ length: 4 }, () => openReader(address, 'bench')));
  const firsts: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    const reader = readers[round % readers.length];
    if (reader === undefined) break;
    const start = performance.now();
    const [run = ''] = await reader.run(['echo']);
    await new Promise<void>((resolve) =>
      reader.follow(run, ({ body }) => (body.kind === 'output' || body.kind === 'closed') && resolve()),
    );
    firsts.push(performance.now() - start);
    await reader.ended(run);
    reader.unfollow(run);
    await pause(Math.max(0, 200 - (performance.now() - start)));
  }
  await close(readers);
  return {
    ...{ what: '60 runs at 5 a second: p95 from click to first byte', unit: 'ms' },
    measured: quantile(firsts, 0.95),
    must: 700,
  };
}

const close = (readers: readonly Reader[]) => Promise.all(readers.map((reader) => reader.close()));

const stage = await openStage();
const figures: Figure[] = [];
try {
  for (const [what, measure] of [
    ['idle pages', idleSockets],
    ['viewers', viewers],
    ['stalled viewers', stalled],
    ['a flood', flood],
    ['cancels', cancels],
    ['starts', starts],
  ] as const) {
    say(`Measuring: ${what}.`);
    figures.push(...[await measure(stage)].flat());
  }
  const cleared = await labExec('backend', 'pgrep -c -f vantage-run || true');
  say(`Agents that wait on .20 at the end: ${cleared.trim()}.`);
} finally {
  await stage.close();
}
process.stdout.write(`${figureTable(figures)}\n`);
process.exit(figures.every(({ measured, must }) => measured <= must) ? 0 : 1);
