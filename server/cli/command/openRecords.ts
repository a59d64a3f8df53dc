/** Where records are, for the verbs that read or keep them. */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Pins, openPins } from '../../store/pins.ts';
import { indexOf, openReading, type StoreReading } from '../../store/reading.ts';

/** The folder that `npm start` uses too, unless another one is named. */
export const dataOf = (named: string | undefined, root: string): string =>
  resolve(named ?? resolve(root, '.vantage/data'));

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

/** Writes one mark into the index: SQLite allows that beside a server, which sees it at its next look. */
export async function writePins<T>(data: string, work: (keeping: Pins) => T): Promise<T> {
  // First: whatever is wrong with the folder or its version is said by it.
  await readRecords(data, () => {});
  const database = new DatabaseSync(indexOf(data));
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    return work(openPins(database));
  } finally {
    database.close();
  }
}
