/** Opens the records where they are kept: in a data folder, or in PostgreSQL. Only then is its client loaded. */
import { inFolder } from '../files/dataFolder.ts';
import type { Store, StoreReading } from './contract.ts';
import { openReading } from './reading.ts';
import { rebuiltSentence } from './rebuild.ts';
import { openStore } from './store.ts';

export type RecordsPlace = {
  /** The folder that has the audit log and the key that signs, and the records unless a `store` has them. */
  readonly data: string;
  /** The PostgreSQL that keeps the records in place of the data folder. */
  readonly store?: { readonly address: string; readonly passwordFile?: string };
};

/** What a sentence calls it. */
export const placeName = ({ data, store }: RecordsPlace): string => store?.address ?? data;

async function inPostgres({ address, passwordFile }: NonNullable<RecordsPlace['store']>): Promise<Store> {
  const { openPostgresStore } = await import('./postgres/store.ts');
  return openPostgresStore(address, passwordFile);
}

/**
 * For a process that records. `print` gets a sentence when the index was made anew, and when the clock here is not that of the database.
 * Rejects with a sentence for the operator.
 */
export async function openRecords(
  { data, store }: RecordsPlace,
  print: (line: string) => void,
): Promise<Store> {
  if (store !== undefined) {
    const opened = await inPostgres(store);
    if (opened.shared?.clockFault !== undefined) print(opened.shared.clockFault);
    return opened;
  }
  const files = inFolder(data, () => openStore(data));
  const rebuilt = rebuiltSentence(files.rebuilt);
  if (rebuilt !== undefined) print(rebuilt);
  return files;
}

/** For reading only, beside a server that writes. Rejects with a sentence when there is nothing to read. */
export const openRecordsReading = async ({
  data,
  store,
}: RecordsPlace): Promise<StoreReading & Pick<Store, 'close'>> =>
  store === undefined ? openReading(data) : inPostgres(store);
