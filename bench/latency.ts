/** From a click to the first byte and to the verdict, through the whole stack, against plain ssh for the same command. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Raw } from './raw.ts';
import { mustAgree, openReader, type Reader } from './reader.ts';
import { median, type Row, spread } from './report.ts';

/** A reader's pause between two clicks: the machine's waiting agents are replaced in it. */
const betweenMs = 500;

const cases = [
  { writeup: 'bench', check: 'echo', command: 'echo hello' },
  { writeup: 'wsl2-mirrored-networking', check: 'route-lookup', command: 'ip route get 127.0.0.1' },
] as const;

/** Interleaved, so that whatever disturbs the machine disturbs both. */
export async function latency(address: string, raw: Raw, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { writeup, check, command } of cases) {
    const reader = await openReader(address, writeup);
    const ours = { first: [] as number[], end: [] as number[] };
    const floor = { first: [] as number[], end: [] as number[] };
    await click(reader, check);
    await raw.once(command);
    for (let round = 0; round < rounds; round += 1) {
      await pause(betweenMs);
      const mine = await click(reader, check);
      ours.first.push(mine.first);
      ours.end.push(mine.end);
      const theirs = await raw.once(command);
      floor.first.push(theirs.first);
      floor.end.push(theirs.end);
    }
    await reader.close();
    for (const [part, to] of [
      ['first', 'first byte'],
      ['end', 'verdict, on disk'],
    ] as const)
      rows.push({
        what: `${check}: click to ${to}`,
        unit: 'ms',
        ours: median(ours[part]),
        beside: {
          what: `plain ssh to ${part === 'first' ? 'first byte' : 'end'}`,
          value: median(floor[part]),
        },
        note: `${spread(ours[part])}; ssh ${spread(floor[part])}`,
      });
  }
  return rows;
}

async function click(
  reader: Reader,
  check: string,
): Promise<{ readonly first: number; readonly end: number }> {
  const start = performance.now();
  const [run] = await reader.run([check]);
  if (run === undefined) throw new Error(`The server accepted ${check} without a run.`);
  let first = Number.NaN;
  reader.follow(run, ({ body }) => {
    if (body.kind === 'output' && Number.isNaN(first)) first = performance.now() - start;
  });
  const ended = await reader.ended(run);
  const end = performance.now() - start;
  mustAgree(ended);
  // The summary is said when the record is closed; its last bytes may still be on their way here.
  if (Number.isNaN(first)) first = end;
  reader.unfollow(run);
  return { first, end };
}
