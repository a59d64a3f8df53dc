/**
 * Copies all records of one store into another, as they are: rows of the index, and logs byte for byte. A record is added whole or not at all and none is
 * changed, so a copy that was broken off goes on when it is started again.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Store, Transfer } from '../contract.ts';
import { placesFor, type Row } from '../sql.ts';
import { differenceOf, insertion, memberColumns, runColumns, setColumns } from './tables.ts';

const rowsAtOnce = 100;
/** Of logs that are added together, unless one alone is larger. */
const batchBytes = 8 * 1024 * 1024;

/** Runs, and bytes of logs, that are in the new place for certain. */
export type CopyProgress = { readonly runs: number; readonly of: number; readonly bytes: number };

export type CopyResult = {
  readonly copied: { readonly runs: number; readonly sets: number; readonly bytes: number };
  /** Were there already, the same. */
  readonly same: { readonly runs: number; readonly sets: number };
  /** Were there once, and the limits of the new place removed them. */
  readonly removed: number;
  /** Runs that have not ended; they are not copied. */
  readonly running: number;
  /** What stands under the same id in the new place and is another record. It was left as it is. */
  readonly different: readonly { readonly id: string; readonly message: string }[];
};

/** Nothing else may use the stores meanwhile. Rejects with the error of the one that failed: what was copied until then is whole. */
export async function copyRecords(
  { transfer: from, history }: Store,
  { transfer: to }: Store,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyResult> {
  const copied = { runs: 0, sets: 0, bytes: 0 };
  const same = { runs: 0, sets: 0 };
  const different: { id: string; message: string }[] = [];
  let removed = 0;
  const { runs: of } = await history.total();

  for await (const rows of pages(from, 'runs', 'run')) {
    const there = await byKey(to, 'runs', 'run', rows);
    const gone = await byKey(to, 'removed', 'id', rows, 'run');
    const absent: Row[] = [];
    for (const row of rows) {
      const run = String(row['run']);
      const found = gone.has(run) ? 'removed' : await compared(from, to, row, there.get(run));
      if (found === 'removed') removed += 1;
      else if (found === 'absent') absent.push(row);
      else if (found === 'same') same.runs += 1;
      else different.push({ id: run, message: found.differs });
    }
    for (const batch of batchesOf(absent)) {
      await addRuns(from, to, batch);
      copied.runs += batch.length;
      copied.bytes += bytesOf(batch);
      onProgress({ runs: copied.runs + same.runs, of, bytes: copied.bytes });
    }
    onProgress({ runs: copied.runs + same.runs, of, bytes: copied.bytes });
  }
  for await (const rows of pages(from, 'sets', 'id')) {
    const there = await byKey(to, 'sets', 'id', rows);
    const gone = await byKey(to, 'removed', 'id', rows);
    for (const row of rows) {
      const id = String(row['id']);
      if (gone.has(id)) continue;
      const members = await membersOf(from, id);
      const other = there.get(id);
      const differs = other && setDifference(row, other, members, await membersOf(to, id));
      if (differs !== undefined) different.push({ id, message: differs });
      else if (other !== undefined) same.sets += 1;
      else {
        await to.sql.change(
          insertion('sets', setColumns.all, row),
          ...members.map((member) => insertion('members', memberColumns, member)),
        );
        copied.sets += 1;
      }
    }
  }
  for await (const rows of pages(from, 'removed', 'id'))
    await to.sql.change(...rows.map((row) => insertion('removed', ['id', 'at'], row)));
  const [unfinished] = await from.sql.all("SELECT count(*) AS n FROM runs WHERE state = 'running'");
  return { copied, same, removed, running: Number(unfinished?.['n']), different };
}

/** Every row of a table, some at a time, by key; of runs only those that have ended. */
async function* pages({ sql }: Transfer, table: string, key: string): AsyncGenerator<readonly Row[]> {
  const ended = table === 'runs' ? "AND state = 'ended'" : '';
  for (let last = ''; ;) {
    const text = `SELECT * FROM ${table} WHERE ${key} > ? ${ended} ORDER BY ${key} LIMIT ?`;
    const rows = await sql.all(text, last, rowsAtOnce);
    if (rows.length === 0) return;
    yield rows;
    last = String(rows.at(-1)?.[key]);
  }
}

/** The rows of a table with the keys that these rows have in `of`. */
async function byKey({ sql }: Transfer, table: string, key: string, rows: readonly Row[], of = key) {
  const keys = rows.map((row) => String(row[of]));
  const found = await sql.all(`SELECT * FROM ${table} WHERE ${key} IN (${placesFor(keys)})`, ...keys);
  return new Map(found.map((row) => [String(row[key]), row]));
}

const membersOf = ({ sql }: Transfer, id: string) =>
  sql.all('SELECT id, run, check_id, place FROM members WHERE id = ? ORDER BY place', id);

const bytesOf = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row['bytes']), 0);

function batchesOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const batches: Row[][] = [];
  for (const row of rows) {
    const last = batches.at(-1);
    if (last !== undefined && bytesOf([...last, row]) <= batchBytes) last.push(row);
    else batches.push([row]);
  }
  return batches;
}

async function addRuns(from: Transfer, to: Transfer, rows: readonly Row[]): Promise<void> {
  const runs = rows.map((row) => ({ row, run: String(row['run']), hash: createHash('sha256') }));
  await to.add(runs.map(({ row, hash }) => ({ row, log: watched(from, row, hash) })));
  for (const { run, hash } of runs) {
    const [wanted, found] = [hash.digest('hex'), await hashOf(to, run)];
    if (found !== wanted)
      throw new Error(`the log of ${run} was written with the SHA-256 ${wanted} and is read with ${found}`);
  }
}

/** The log of a run, which adds itself to a hash. Throws when the run was removed meanwhile. */
async function* watched(from: Transfer, row: Row, hash: Hash): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const part of from.log(String(row['run']))) {
    hash.update(part);
    length += part.length;
    yield part;
  }
  if (length < Number(row['bytes']) && (await byKey(from, 'runs', 'run', [row])).size === 0)
    throw new Error('records are removed while they are copied: stop whatever uses them');
}

async function hashOf(of: Transfer, run: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of of.log(run)) hash.update(part);
  return hash.digest('hex');
}

const noBytes = createHash('sha256').digest('hex');

async function compared(
  from: Transfer,
  to: Transfer,
  row: Row,
  other: Row | undefined,
): Promise<'same' | 'absent' | { readonly differs: string }> {
  if (other === undefined) return 'absent';
  const column = differenceOf(runColumns.fixed, row, other);
  if (column !== undefined) return { differs: `its ${column} is another one` };
  const run = String(row['run']);
  const [wanted, found] = [await hashOf(from, run), await hashOf(to, run)];
  if (wanted === found) return 'same';
  // A copy was broken off before its log was in place.
  return found === noBytes ? 'absent' : { differs: `its log has the SHA-256 ${found} in place of ${wanted}` };
}

function setDifference(
  row: Row,
  other: Row,
  members: readonly Row[],
  others: readonly Row[],
): string | undefined {
  const column = differenceOf(setColumns.fixed, row, other);
  if (column !== undefined) return `its ${column} is another one`;
  const isSame =
    members.length === others.length &&
    members.every((one, index) => differenceOf(memberColumns, one, others[index] ?? {}) === undefined);
  return isSame ? undefined : 'it has other members';
}
