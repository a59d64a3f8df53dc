/** Where the records are, for the verbs that read, keep or write them. */
import { DatabaseSync } from 'node:sqlite';
import type { EvidenceRecord } from '../../../src/core/run/record.ts';
import { type RecordsConfig, recordsConfig } from '../../config/config.ts';
import { loadSettings } from '../../config/loadSettings.ts';
import type { LoadedWriteup } from '../../content/load.ts';
import { lockFolder, StoreHeldError } from '../../files/folderLock.ts';
import { findRecord } from '../../store/assembleRecord.ts';
import type { Store, StoreReading } from '../../store/contract.ts';
import { openRecords, openRecordsReading, placeName, type RecordsPlace } from '../../store/open.ts';
import { type Pins, openPins } from '../../store/pins.ts';
import { indexOf } from '../../store/reading.ts';
import { sqliteSql } from '../../store/sql.ts';
import { CliError } from './exitStatus.ts';
import { flag, text, type Values } from './options.ts';

/** Settings of the server, with its names; as there, each can be in the environment too. */
export const placeOptions = {
  data: text('DIRECTORY', 'the folder with the records (default .vantage/data)'),
  store: text('URL', 'the PostgreSQL that has them instead, as VANTAGE_STORE says too'),
  'store-password-file': text('FILE', 'the file with the password for it'),
  config: text('FILE', "the server's file of settings, which says all three, and the limits"),
};
type PlaceOptions = Partial<Values<typeof placeOptions>>;
export const recordOperand = {
  form: 'RUN|SET',
  expected: 'Expected the id of a run or a set, as in its address: /runs/ID',
};
export const recordOptions = { record: flag('keeps the runs, as one record'), ...placeOptions };

const given = (values: PlaceOptions): readonly string[] =>
  Object.keys(placeOptions).flatMap((name) => {
    const value = values[name as keyof PlaceOptions];
    return value === undefined ? [] : `--${name}=${value}`;
  });

/** The place that a server with these settings has. Throws a sentence for a setting that is none. */
export function recordsPlace(values: PlaceOptions, root: string): RecordsConfig {
  const loaded = loadSettings(given(values), process.env);
  // No flag of ours asks for help.
  if (loaded === 'help') throw new Error('expected settings');
  return recordsConfig(loaded, root);
}

/** Where `--record` keeps the runs; nothing without it. */
export function recordingPlace(
  { record, ...values }: PlaceOptions & { readonly record: boolean },
  root: string,
): RecordsPlace | undefined {
  const [first] = given(values);
  if (first !== undefined && !record)
    throw new CliError(`${first.split('=')[0]} says where --record keeps the runs: write --record too.`);
  return record ? recordsPlace(values, root) : undefined;
}

/** Reads beside a server that writes, and closes again. */
export async function readRecords<T>(
  place: RecordsPlace,
  work: (store: StoreReading) => T | Promise<T>,
): Promise<T> {
  const store = await openRecordsReading(place);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

type WantedRecord = {
  readonly id: string;
  readonly writeups: readonly LoadedWriteup[];
  /** Of each step's output, so much at its start and at its end. */
  readonly edgeBytes: number;
};

/** One record. Throws what is wrong with it. */
export const readRecord = (place: RecordsPlace, wanted: WantedRecord): Promise<EvidenceRecord> =>
  readRecords(place, (store) => recordIn(store, placeName(place), wanted));

/** As `readRecord`, of a store that is open. */
export async function recordIn(
  store: StoreReading,
  name: string,
  { id, writeups, edgeBytes }: WantedRecord,
): Promise<EvidenceRecord> {
  const known = new Map(writeups.map((writeup) => [writeup.id, writeup]));
  const found = await findRecord(store, known, id, edgeBytes);
  if (found.found === 'record') return found.record;
  if (found.found === 'unreadable')
    throw new CliError(`The record ${id} in ${name} is damaged and cannot be shown: ${found.why}.`);
  if (found.found === 'removed')
    throw new CliError(
      `The record ${id} was deleted on ${found.at.slice(0, 10)} to make room for newer ones.`,
    );
  throw new CliError(`There is no run or set ${id} in ${name}. \`vantage history\` lists what is there.`);
}

/** Changes pins, beside a server, which sees it the next time it reads: SQLite allows that too. */
export async function writePins<T>(place: RecordsPlace, work: (pins: Pins) => Promise<T>): Promise<T> {
  if (place.store !== undefined) {
    const store = await openRecords(place, () => {});
    return work(store.keeping).finally(() => store.close());
  }
  // First: it reports a folder or a version that cannot be used.
  await readRecords(place, () => {});
  const database = new DatabaseSync(indexOf(place.data));
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    return await work(openPins(sqliteSql(database)));
  } finally {
    database.close();
  }
}

/** For writing. Nobody else may have a data folder meanwhile: rejects with a sentence, `instead` at its end. */
export async function holdRecords(
  place: RecordsPlace,
  print: (line: string) => void,
  instead: string,
): Promise<Store> {
  let lock: Awaited<ReturnType<typeof lockFolder>> | undefined;
  try {
    if (place.store === undefined) lock = await lockFolder(place.data);
    const store = await openRecords(place, print);
    return {
      ...store,
      async close() {
        await store.close();
        lock?.close();
      },
    };
  } catch (error) {
    lock?.close();
    if (!(error instanceof StoreHeldError)) throw error;
    throw new CliError(
      `The records in ${placeName(place)} are kept by a docs server that runs now, or by another \`vantage\`. ${instead}`,
    );
  }
}
