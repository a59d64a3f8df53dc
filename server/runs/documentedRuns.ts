/** Runs that the page is about: those on real machines, and those of the lab in its documented state. */
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import type { HistoryRow } from '../store/history.ts';
import type { StoreReading } from '../store/contract.ts';

export const documentedPlaces = [
  { source: 'live', condition: '' },
  { source: 'lab', condition: AS_DOCUMENTED },
] as const;
export type DocumentedPlace = (typeof documentedPlaces)[number];

/** Finished runs among the last `most` of a check in one place, newest first. */
export async function finishedRuns(
  { history }: Pick<StoreReading, 'history'>,
  { writeup, check }: { readonly writeup: string; readonly check: string },
  { source, condition }: DocumentedPlace,
  most: number,
): Promise<readonly HistoryRow[]> {
  const rows = await history.list({ writeup, check, source, condition }, most);
  return rows.filter(({ summary }) => summary.how === 'finished');
}

/** The newest finished run of a check in any of these places. */
export async function lastRun(
  store: Pick<StoreReading, 'history'>,
  of: { readonly writeup: string; readonly check: string },
): Promise<string | undefined> {
  const places = await Promise.all(documentedPlaces.map((place) => finishedRuns(store, of, place, 20)));
  return places
    .flat()
    .map(({ summary }) => summary.run)
    .sort()
    .at(-1);
}
