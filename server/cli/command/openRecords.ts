/** The data folder, for the verbs that read or keep records. */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EvidenceRecord } from '../../../src/core/run/record.ts';
import type { LoadedWriteup } from '../../content/load.ts';
import { findRecord } from '../../store/assembleRecord.ts';
import { type Pins, openPins } from '../../store/pins.ts';
import type { StoreReading } from '../../store/contract.ts';
import { indexOf, openReading } from '../../store/reading.ts';
import { sqliteSql } from '../../store/sql.ts';
import { CliError } from './exitStatus.ts';
import { flag, text } from './options.ts';

export const dataOption = {
  data: text('DIRECTORY', 'the folder with the records (default .vantage/data)'),
};
export const recordOperand = {
  form: 'RUN|SET',
  expected: 'Expected the id of a run or a set, as in its address: /runs/ID',
};
export const recordOptions = { record: flag('keeps the runs, as one record'), ...dataOption };

/** The folder that `npm start` uses too, unless another one is named. */
export const dataFolder = (named: string | undefined, root: string): string =>
  resolve(named ?? resolve(root, '.vantage/data'));

/** Where `--record` keeps the runs; nothing without it. */
export function recordFolder(
  { record, data }: { readonly record: boolean; readonly data: string | undefined },
  root: string,
): string | undefined {
  if (data !== undefined && !record)
    throw new CliError('--data says where --record keeps the runs: write --record too.');
  return record ? dataFolder(data, root) : undefined;
}

/** Reads beside a server that writes, and closes again. */
export async function readRecords<T>(
  data: string,
  work: (store: StoreReading) => T | Promise<T>,
): Promise<T> {
  const store = openReading(data);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** The record; of each step's output, `edgeBytes` at its start and at its end. Throws what is wrong with it. */
export async function readRecord(
  data: string,
  writeups: readonly LoadedWriteup[],
  id: string,
  edgeBytes: number,
): Promise<EvidenceRecord> {
  const known = new Map(writeups.map((writeup) => [writeup.id, writeup]));
  const found = await readRecords(data, (store) => findRecord(store, known, id, edgeBytes));
  if (found.found === 'record') return found.record;
  if (found.found === 'unreadable')
    throw new CliError(`The record ${id} in ${data} is damaged and cannot be shown: ${found.why}.`);
  if (found.found === 'removed')
    throw new CliError(
      `The record ${id} was deleted on ${found.at.slice(0, 10)} to make room for newer ones.`,
    );
  throw new CliError(`There is no run or set ${id} in ${data}. \`vantage history\` lists what is there.`);
}

/** Changes pins in the index: SQLite allows that beside a server, which sees it the next time it reads. */
export async function writePins<T>(data: string, work: (pins: Pins) => Promise<T>): Promise<T> {
  // First: it reports a folder or a version that cannot be used.
  await readRecords(data, () => {});
  const database = new DatabaseSync(indexOf(data));
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    return await work(openPins(sqliteSql(database)));
  } finally {
    database.close();
  }
}
