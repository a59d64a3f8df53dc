/** From a click to the first byte and to the verdict, through the whole stack, against plain ssh for the same command. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Raw, Times } from './raw.ts';
import { measuredWriteup } from './fixtures/server.ts';
import { mustAgree, openReader, type Reader, runOne } from './fixtures/reader.ts';
import { median, medianRow, type Row, type Rows, spread } from './report.ts';

/** A reader's pause between two clicks: the machine's waiting agents are replaced in it. */
const betweenMs = 500;

const cases = [
  { writeup: 'bench', check: 'echo', command: 'echo hello' },
  { writeup: measuredWriteup, check: 'route-lookup', command: 'ip route get 127.0.0.1' },
] as const;

/** Interleaved, so that whatever disturbs the machine disturbs both. */
export async function latency(address: string, raw: Raw, rounds: number): Rows {
  const rows: Row[] = [];
  for (const { writeup, check, command } of cases) {
    const reader = await openReader(address, writeup);
    const [ours, floor]: [Times[], Times[]] = [[], []];
    await click(reader, check);
    await raw.once(command);
    for (let round = 0; round < rounds; round += 1) {
      await pause(betweenMs);
      ours.push(await click(reader, check));
      floor.push(await raw.once(command));
    }
    await reader.close();
    for (const [part, to, end] of [
      ['first', 'first byte', 'first byte'],
      ['end', 'verdict, on disk', 'end'],
    ] as const) {
      const [mine, theirs] = [ours.map((times) => times[part]), floor.map((times) => times[part])];
      rows.push({
        ...medianRow(`${check}: click to ${to}`, 'ms', mine, `ssh ${spread(theirs)}`),
        beside: { what: `plain ssh to ${end}`, value: median(theirs) },
      });
    }
  }
  return [...rows, await processesOfAnOrder(address)];
}

const ordersCounted = 20;

/** How far the numbers of processes on the machine go on with each run, but for the shell of its command: all that the agent starts for it. */
async function processesOfAnOrder(address: string): Promise<Row> {
  const reader = await openReader(address, 'bench');
  const number = async (): Promise<number> => {
    let text = '';
    await reader.followToEnd(await runOne(reader, 'pid'), (bytes) => {
      text += Buffer.from(bytes).toString();
    });
    return Number(text);
  };
  const first = await number();
  for (let order = 1; order < ordersCounted; order += 1) await number();
  const ours = ((await number()) - first) / ordersCounted - 1;
  await reader.close();
  return {
    ...{ what: 'processes of an order', unit: 'processes', ours },
    note: `the command's own shell apart, what is started ahead counted; ${ordersCounted} orders one after the other`,
  };
}

/** One click, and what it waits for. Throws when the check does not agree. */
export async function click(reader: Reader, check: string): Promise<Times> {
  const start = performance.now();
  const run = await runOne(reader, check);
  let first = Number.NaN;
  reader.follow(run, ({ body }) => {
    if (body.kind === 'output' && Number.isNaN(first)) first = performance.now() - start;
  });
  const ended = await reader.ended(run);
  const end = performance.now() - start;
  mustAgree(ended);
  // The summary comes when the record is closed; its last bytes may still be on their way.
  if (Number.isNaN(first)) first = end;
  reader.unfollow(run);
  return { first, end };
}
