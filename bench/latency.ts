/** From a click to the first byte and to the verdict, through the whole stack, against plain ssh for the same command. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Raw, Times } from './raw.ts';
import { measuredWriteup } from './fixtures/server.ts';
import { mustAgree, openReader, type Reader, runOne } from './fixtures/reader.ts';
import { besideRow, median, round, type Row, type Rows } from './report.ts';

/** A reader's pause between two clicks: the machine's waiting agents are replaced in it. */
const betweenMs = 500;

export const cases = [
  { writeup: 'bench', check: 'echo', command: 'echo hello' },
  { writeup: measuredWriteup, check: 'route-lookup', command: 'ip route get 127.0.0.1' },
] as const;

/** Interleaved, so that whatever disturbs the machine disturbs all. */
export async function latency(address: string, raw: Raw, rounds: number): Rows {
  const rows: Row[] = [];
  const shell = raw.shell();
  for (const { writeup, check, command } of cases) {
    const reader = await openReader(address, writeup);
    const [theirs = [], ours = [], floor = []] = await inTurns(
      [() => raw.once(command), () => click(reader, check), () => shell.once(command)],
      rounds,
    );
    await reader.close();
    rows.push(
      ...timeRows(check, { ours, theirs }, 'plain ssh').map((row, index) => {
        const least = median(floor.map(({ first, end }) => (index === 0 ? first : end)));
        const part = round(least / row.beside.value);
        return {
          ...row,
          note: `${row.note}; a shell that waits over ssh, with no agent, server or record: ${round(least)} ms (${part})`,
        };
      }),
    );
  }
  shell.close();
  return [...rows, await processesOfAnOrder(address)];
}

export type Both<T> = { readonly ours: T; readonly theirs: T };

/** Each of them so many times, and once before that does not count. */
export async function inTurns(works: readonly (() => Promise<Times>)[], rounds: number) {
  const all = works.map((work) => ({ work, times: [] as Times[] }));
  for (let turn = 0; turn <= rounds; turn += 1)
    for (const { work, times } of all) {
      await pause(betweenMs);
      times.push(await work());
    }
  return all.map(({ times }) => times.slice(1));
}

/** `name`: what these times are set beside. */
export const timeRows = (check: string, { ours, theirs }: Both<readonly Times[]>, name: string) =>
  (
    [
      ['first', 'first byte'],
      ['end', 'verdict, stored'],
    ] as const
  ).map(([part, to]) => {
    const [mine, beside] = [ours, theirs].map((all) => all.map((times) => times[part]));
    return besideRow(`${check}: click to ${to}`, 'ms', mine ?? [], beside ?? [], name);
  });

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
