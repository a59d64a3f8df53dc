/** `vantage store`: what a check finds, and a backup that is taken while a store is written to, restored. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRetention } from '../config/config.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import { indexOf, logOf } from '../store/reading.ts';
import { type FileStore, openStore } from '../store/store.ts';
import { putRun, putSet } from '../store/testing.ts';
import { storeVerb } from './store.ts';

let parent = '';
let data = '';
let store: FileStore;
let runs: readonly string[] = [];
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'vantage-store-verb-'));
  data = join(parent, 'data');
  store = openStore(data);
  runs = [
    await putRun(store, { day: 0 }),
    await putRun(store, { day: 1, verdict: 'differs', observed: '1' }),
  ];
});
afterEach(() => {
  store.close();
  rmSync(parent, { recursive: true });
});

async function role(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const exit = await storeVerb.run(args, {
    ...{ terminal: undefined, signal: new AbortController().signal, root: parent },
    out: (text) => {
      out += text;
    },
    print: (line) => {
      err += `${line}\n`;
    },
  });
  return { exit, out, err };
}
const check = () => role('check', '--data', data, '--format', 'json');
const first = () => logOf(data, runs[0] ?? '');
const sql = (text: string) => {
  const database = new DatabaseSync(indexOf(data));
  database.exec(text);
  database.close();
};

describe('vantage store check', () => {
  it('finds nothing in a store that a server writes to, and says how much it read', async () => {
    expect(await role('check', '--data', data)).toEqual({
      ...{ exit: 0, err: '' },
      out: `${data}: 2 runs were read and compared with the index: nothing is wrong\n`,
    });
  });
  it.each([
    ['a file that is missing', 'missing', () => rmSync(first())],
    ['a file that the index does not know', 'extra', () => sql(`DELETE FROM runs WHERE run = '${runs[0]}'`)],
    [
      'a byte that was changed',
      'damaged',
      () => writeFileSync(first(), readFileSync(first()).fill(66, 700, 701)),
    ],
    ['bytes behind its end', 'damaged', () => appendFileSync(first(), 'more')],
    ['the file of another run', 'damaged', () => cpSync(logOf(data, runs[1] ?? ''), first())],
    [
      'a header that says something else than the index',
      'unlike',
      () =>
        sql(
          `UPDATE runs SET summary = replace(summary, '"source":"lab"', '"source":"live"') WHERE run = '${runs[0]}'`,
        ),
    ],
    [
      'another verdict in the index',
      'unlike',
      () => sql(`UPDATE runs SET verdict = 'differs' WHERE run = '${runs[0]}'`),
    ],
    [
      'a row that nobody of ours wrote',
      'index',
      () => sql(`UPDATE runs SET summary = '{}' WHERE run = '${runs[0]}'`),
    ],
    ['a file that others may write', 'writable', () => chmodSync(first(), 0o666)],
  ])('finds %s', async (_, kind, harm) => {
    harm();
    const { exit, out } = await check();
    expect(exit).toBe(1);
    expect(JSON.parse(out).problems).toEqual([
      { about: runs[0], kind, message: expect.stringMatching(/.{10}/) },
    ]);
    expect((await role('check', '--data', data)).out).toMatch(
      new RegExp(`^${kind} +${runs[0]}  .*\n.*: 1 problem`),
    );
  });
  it('of a folder without an index is no answer', async () => {
    await expect(role('check', '--data', join(parent, 'nowhere'))).rejects.toThrow('There are no records in');
  });
});

describe('vantage store backup', () => {
  const to = () => join(parent, 'backups', 'today');
  /** Everything that a reader sees of a store. */
  const seen = async (one: FileStore) => ({
    rows: await one.history.list({}, 1000),
    sets: await one.sets.list(undefined, 10),
    records: await Promise.all(
      (await one.history.list({}, 1000)).map(({ summary }) => assembleRun(one, summary.run, 1e6)),
    ),
  });

  it('taken while runs are recorded holds every run that had ended, and restored it is a store again', async () => {
    await store.keeping.keep(runs[0] ?? '', { by: 'ada', at: new Date() }, defaultRetention);
    await putSet(store, 1, runs, true);
    writeFileSync(join(data, 'signing_ed25519'), 'a key', { mode: 0o600 });
    writeFileSync(join(data, 'audit.log'), 'who did what\n', { mode: 0o600 });
    const before = await seen(store);
    let isDone = false;
    const busy = (async () => {
      for (let day = 2; !isDone; day += 1) await putRun(store, { day, output: 'x'.repeat(100_000) });
    })();
    const { exit, out } = await role('backup', to(), '--data', data);
    isDone = true;
    await busy;
    expect([exit, out]).toEqual([
      0,
      expect.stringMatching(/today: \d+ runs were read .*nothing is wrong\n$/),
    ]);
    expect(statSync(to()).mode & 0o777).toBe(0o700);
    expect(readdirSync(to()).sort()).toEqual(['audit.log', 'index.sqlite', 'runs', 'signing_ed25519']);
    // The restore: the copy in the place of the folder, and a server on it.
    store.close();
    renameSync(data, join(parent, 'broken'));
    cpSync(to(), data, { recursive: true });
    store = openStore(data);
    await store.recover(() => new Date());
    const after = await seen(store);
    expect(after.rows.slice(-before.rows.length)).toEqual(before.rows);
    expect(after.records.slice(-before.records.length)).toEqual(before.records);
    expect(after.sets).toEqual(before.sets);
    expect(after.records.map((record) => record?.damage)).toEqual(after.rows.map(() => undefined));
    await putRun(store, { day: 400 });
    expect((await check()).exit).toBe(0);
  });

  it('writes over nothing, and says so', async () => {
    await role('backup', to(), '--data', data);
    const names = readdirSync(to(), { recursive: true });
    await expect(role('backup', to(), '--data', data)).rejects.toThrow('a backup never overwrites anything');
    await expect(role('backup', data, '--data', data)).rejects.toThrow('a backup never overwrites anything');
    expect(readdirSync(to(), { recursive: true })).toEqual(names);
  });

  it('that is broken off leaves nothing that looks like one', async () => {
    const where = join(parent, 'none');
    await expect(role('backup', where, '--data', join(parent, 'nowhere'))).rejects.toThrow(
      'There are no records',
    );
    store.close();
    const index = readFileSync(indexOf(data));
    writeFileSync(indexOf(data), 'no index\n'.repeat(1000));
    await expect(role('backup', where, '--data', data)).rejects.toThrow('file is not a database');
    expect([existsSync(where), existsSync(`${where}.partial`)]).toEqual([false, false]);
    writeFileSync(indexOf(data), index);
    store = openStore(data);
  });

  it('of a store with damage is made and says what is damaged', async () => {
    appendFileSync(first(), 'more');
    const { exit, err } = await role('backup', to(), '--data', data);
    expect([exit, err]).toEqual([1, expect.stringMatching(new RegExp(`^damaged +${runs[0]}  `))]);
    expect(existsSync(to())).toBe(true);
  });
});

it('the verb names what it can do', async () => {
  expect(() => storeVerb.run(['chek'], undefined as never)).toThrow('found "chek"');
});
