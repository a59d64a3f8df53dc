/** A store in a folder of its own for tests, and records in it that look as runs of a server leave them. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../src/core/run/entry.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { Verdict } from '../../src/core/vocabulary.ts';
import type { Store } from './contract.ts';
import { openStore } from './store.ts';
import { ulid } from './ulid.ts';

/** A store in a place of its own. */
export type TestStore = { store: Store; reopen(): Promise<void>; close(): void | Promise<void> };
export type OpenPlace = () => Promise<TestStore>;
/** One of files. */
export type TestFolder = ReturnType<typeof testStore>;

export function testStore() {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-store-'));
  const place = {
    store: openStore(directory),
    directory,
    async reopen() {
      place.store.close();
      place.store = openStore(directory);
    },
    close() {
      place.store.close();
      rmSync(directory, { recursive: true });
    },
  };
  return place;
}

const day = 86_400_000;
export const firstDay = Date.parse('2026-11-01T00:00:00.000Z');

export type Made = {
  /** Days since the first one; later ones sort after earlier ones. */
  readonly day: number;
  readonly header?: Partial<RunHeader>;
  readonly verdict?: Verdict;
  readonly observed?: string;
  readonly how?: EndedRun['how'];
  readonly output?: string;
};

export function headerOf({ day: at, header }: Made): RunHeader {
  const time = firstDay + at * day;
  return {
    kind: 'header',
    run: ulid(time),
    writeup: 'w',
    check: 'c',
    checkHash: 'h',
    documented: '0',
    steps: [{ id: 's', role: 'backend', command: 'true' }],
    fleet: 'lab',
    source: 'lab',
    condition: 'as-documented',
    startedAt: new Date(time).toISOString(),
    title: 'A check',
    commit: 'abc1234',
    by: 'Reader 1',
    ...header,
  };
}

export function entriesOf(header: RunHeader, summary: EndedRun, output: string): Entry[] {
  const text = new TextEncoder().encode(output);
  const end = { bytes: text.length, sha256: '' };
  const identity = { hostName: 'here', machineId: '', kernel: '', user: '', hostKey: '', gate: '' };
  const bodies: Entry['body'][] = [
    header,
    { kind: 'step-started', step: 's', machine: 'here', identity },
    { kind: 'output', step: 's', stream: 'stdout', bytes: text },
    {
      kind: 'step-ended',
      step: 's',
      ended: { how: 'complete', exit: 0, stdout: end, stderr: { bytes: 0, sha256: '' } },
      seconds: 1,
    },
    { kind: 'judged', judgement: summary.judgement },
    { kind: 'closed', how: summary.how, endedAt: summary.endedAt },
  ];
  return bodies.map((body, seq) => ({ seq, at: seq * 100, body }));
}

export function summaryOf(
  header: RunHeader,
  { verdict = 'agrees', observed = '0', how = 'finished' }: Made,
): EndedRun {
  const { run, check, checkHash, source, condition, startedAt, by } = header;
  return {
    ...{ state: 'ended', how, run, check, checkHash, source, condition, startedAt, by },
    endedAt: new Date(Date.parse(startedAt) + 1000).toISOString(),
    seconds: 1,
    judgement: { verdict, findings: [], observed, means: 'as documented', judge: 1 },
  };
}

/** A run that has ended, on disk; its id. */
export async function putRun(store: Store, made: Made): Promise<string> {
  const header = headerOf(made);
  const summary = summaryOf(header, made);
  const log = store.create(header);
  for (const entry of entriesOf(header, summary, made.output ?? 'one\n')) log.append(encodeEntry(entry));
  await log.seal(summary);
  return header.run;
}

/** A run with so much output, in entries as a machine's come, and with lines as a terminal has them. */
export async function putLarge(store: Store, bytes: number, made: Made = { day: 0 }): Promise<string> {
  const header = headerOf(made);
  const summary = summaryOf(header, made);
  const log = store.create(header);
  const [first, started, , ...rest] = entriesOf(header, summary, '');
  for (const entry of [first, started]) if (entry) log.append(encodeEntry(entry));
  const line = '2026-11-01T00:00:00 héllo wörld: <a href="x">0123456789</a>\r\n';
  const part = new TextEncoder().encode(line.repeat(1000));
  let seq = 2;
  for (let left = bytes; left > 0; left -= part.length, seq += 1)
    log.append(
      encodeEntry({
        ...{ seq, at: seq },
        body: {
          kind: 'output',
          step: 's',
          stream: 'stdout',
          bytes: part.subarray(0, Math.min(left, part.length)),
        },
      }),
    );
  for (const [index, entry] of rest.entries())
    log.append(encodeEntry({ ...entry, seq: seq + index, at: seq }));
  await log.seal(summary);
  return header.run;
}

export async function putSet(
  store: Store,
  at: number,
  runs: readonly string[],
  pinned = false,
): Promise<string> {
  const set = ulid(firstDay + at * day + 1000);
  const members = runs.map((run) => ({ check: 'c', run }));
  const startedAt = new Date(firstDay + at * day).toISOString();
  await store.sets.put({
    set,
    writeup: 'w',
    title: '',
    note: '',
    by: 'Reader 1',
    startedAt,
    pinned,
    members,
  });
  return set;
}

/** How many runs each step of the retention removed. */
export async function stepsOf(steps: AsyncIterable<number>): Promise<number[]> {
  const counts: number[] = [];
  for await (const count of steps) counts.push(count);
  return counts;
}
