/** Where records are, for the verbs that read or keep them. */
import { resolve } from 'node:path';
import { openReading, type StoreReading } from '../store/reading.ts';

/** The folder that `npm start` uses too, unless another one is named. */
export const dataOf = (named: string | undefined, root: string): string =>
  resolve(named ?? resolve(root, '.vantage/data'));

/** Reads beside a server that writes, and closes again. */
export async function reading<T>(data: string, work: (store: StoreReading) => T | Promise<T>): Promise<T> {
  const store = openReading(data);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
