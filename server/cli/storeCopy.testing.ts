/** What the tests of `vantage store copy` share: a real PostgreSQL, and for each test an empty database and a folder. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { inconclusive } from '../../src/core/run/judgement.ts';
import { defaultRetention } from '../config/config.ts';
import { startPostgres } from '../store/postgres/testing.ts';
import { indexOf, logOf } from '../store/reading.ts';
import { openStore } from '../store/store.ts';
import { entriesOf, headerOf, putLarge, putRun, putSet, stepsOf, summaryOf } from '../store/testing.ts';
import type { Terminal } from './command/verb.ts';
import { verbOf } from './verbs.ts';

export type CopyBench = Awaited<ReturnType<typeof openCopyBench>>;

export const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Columns that a folder has no use for. */
const ofDatabaseAlone = new Set(['next', 'server', 'once', 'machines']);

export async function openCopyBench() {
  const postgres = await startPostgres();
  /** For one test. */
  const fresh = async () => {
    const parent = mkdtempSync(join(tmpdir(), 'vantage-copy-'));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    const data = join(parent, 'data');
    mkdirSync(join(parent, 'content'));
    const address = postgres.address('postgres');
    await postgres.asked('postgres', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');

    /** A verb in this process. */
    async function vantageOn(terminal: Terminal | undefined, verb: string, ...args: readonly string[]) {
      let [out, err] = ['', ''];
      const exit = await (
        await verbOf(verb)
      ).run(args, {
        ...{ terminal, signal: new AbortController().signal, root: parent },
        out: (text) => {
          out += text;
        },
        print: (line) => {
          err += `${line}\n`;
        },
      });
      return { exit, out, err };
    }
    const vantage = (verb: string, ...args: readonly string[]) => vantageOn(undefined, verb, ...args);
    const password = ['--store-password-file', postgres.passwordFile];
    const copy = (from: string, to: string) => vantage('store', 'copy', from, to, ...password);
    const database = ['--store', address, ...password];

    const inData = (text: string, folder = data) => {
      const index = new DatabaseSync(indexOf(folder));
      try {
        return index.prepare(text).all();
      } finally {
        index.close();
      }
    };
    /** All that an index says, in one order. */
    const tables = [
      'runs ORDER BY run',
      'sets ORDER BY id',
      'members ORDER BY id, place',
      'removed ORDER BY id',
    ];
    const ofFolder = (folder: string) =>
      tables.map((table) => inData(`SELECT * FROM ${table}`, folder).map((row) => ({ ...row })));
    const ofDatabase = async () => {
      const found = [];
      for (const table of tables) {
        const rows = await postgres.asked('postgres', `SELECT * FROM ${table}`);
        found.push(
          rows.map((row) =>
            Object.fromEntries(
              Object.entries(row)
                .filter(([column]) => !ofDatabaseAlone.has(column))
                .map(([column, value]) => [column, column === 'bytes' ? Number(value) : value]),
            ),
          ),
        );
      }
      return found;
    };
    const logs = (folder: string) =>
      readdirSync(join(folder, 'runs'))
        .sort()
        .map((name) => [name, hash(readFileSync(join(folder, 'runs', name)))]);

    /** What a server of some months leaves: large, pinned, deleted, lost, damaged and unfinished runs. */
    async function filled() {
      const store = openStore(data);
      const runs: string[] = [];
      const put = async (day: number, more: object = {}) => {
        runs.push(await putRun(store, { day, ...more }));
      };
      await put(0);
      await stepsOf(store.retain({ ...defaultRetention, runs: 0 }, new Date()));
      await put(1, { verdict: 'differs', observed: 'x\n\u001b[2J\u0000ü \u202e', output: '\u0000ü\n' });
      runs.push(await putLarge(store, 3_000_000, { day: 2 }));
      for (const day of [3, 4, 5, 6]) await put(day);
      await store.keeping.keep(runs[1] ?? '', { by: 'Ada', at: new Date(5) }, defaultRetention);
      await store.keeping.noteAsked(runs[3] ?? '', new Date(6));
      await putSet(store, 7, runs.slice(1, 3), true);
      await putSet(store, 8, runs.slice(2, 5));
      // One that the disk did not take to its end, cut within an entry, and one of which it took nothing.
      for (const [day, sizes] of [
        [9, [900_000, 900_000]],
        [10, []],
      ] as const) {
        const header = headerOf({ day });
        const summary = summaryOf(header, { day });
        const log = store.create(header);
        const entries = sizes.flatMap((size) => entriesOf(header, summary, 'y'.repeat(size)).slice(2, 3));
        for (const entry of [...entriesOf(header, summary, '').slice(0, sizes.length), ...entries])
          log.append(encodeEntry(entry));
        log.abandon();
        const problem = { kind: 'not-recorded', message: 'The disk is full.' } as const;
        store.recordFailure({ ...summary, judgement: inconclusive(problem, summary.judgement) });
        if (sizes.length === 0) rmSync(logOf(data, header.run));
        runs.push(header.run);
      }
      const header = headerOf({ day: 11 });
      store.create(header).append(encodeEntry({ seq: 0, at: 0, body: header }));
      store.close();
      const damaged = logOf(data, runs[2] ?? '');
      writeFileSync(damaged, readFileSync(damaged).fill(66, 1_000_000, 1_000_003));
      appendFileSync(logOf(data, runs[4] ?? ''), 'more');
      inData(`UPDATE runs SET pinned = 1, kept_by = '', kept_at = '' WHERE run = '${runs[5]}'`);
      return runs;
    }

    const of = { parent, data, back: join(parent, 'back'), address, password, database };
    return { ...of, vantage, vantageOn, copy, inData, ofFolder, ofDatabase, logs, filled };
  };
  return { postgres, fresh, close: postgres.close };
}
