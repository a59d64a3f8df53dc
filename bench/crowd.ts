/** Three hundred readers of one run at three servers: how late each line comes, and what it costs. */
import { processorSeconds } from './fixtures/process.ts';
import { openReaders, type Reader, runOne } from './fixtures/reader.ts';
import { openTally } from './fixtures/tally.ts';
import { median, quantile, type Row, round } from './report.ts';

/** Of each server; a tenth of them measures. */
const readersEach = 100;

/** How late the lines of a run come to those who read it at all three servers. */
export async function delayRows(
  together: readonly string[],
  pids: readonly number[],
): Promise<readonly Row[]> {
  const delays: number[] = [];
  const crowds = await Promise.all(
    together.map(async (address) => ({
      readers: await openReaders(address, readersEach / 10, 'bench'),
      tallies: await Promise.all(
        Array.from({ length: readersEach - readersEach / 10 }, () => openTally(address, 'bench')),
      ),
    })),
  );
  const readers = crowds.flatMap((crowd) => crowd.readers);
  const tallies = crowds.flatMap((crowd) => crowd.tallies);
  const [first] = readers;
  if (first === undefined) throw new Error('expected a reader');
  const cost = processorOf(pids);
  const run = await runOne(first, 'ticks');
  for (const tally of tallies) tally.follow(run);
  await Promise.all(readers.map((reader) => delaysOf(reader, run, delays)));
  const processor = cost(
    'Processor time of the three servers for a line at one reader',
    (delays.length / readers.length) * (readers.length + tallies.length),
  );
  await Promise.all([...readers, ...tallies].map((reader) => reader.close()));
  const note = `p99; median ${round(median(delays))}, most ${round(Math.max(...delays))}; of ${delays.length} lines at 30 of them; at most 100`;
  const what = 'Delay of a line to 300 readers at three servers';
  return [{ what, unit: 'ms', ours: quantile(delays, 0.99), note }, processor];
}

/** What these processes use from now on, shared among so many. */
export function processorOf(pids: readonly number[]): (what: string, among: number) => Row {
  const used = () => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
  const before = used();
  return (what, among) => ({
    what,
    unit: 'ms',
    ours: ((used() - before) * 1000) / among,
    note: `${round(among)} of them`,
  });
}

async function delaysOf(reader: Reader, run: string, delays: number[]): Promise<void> {
  let rest = '';
  await reader.followToEnd(run, (bytes) => {
    const lines = (rest + Buffer.from(bytes).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) delays.push(Date.now() - Number(line) * 1000);
  });
}
