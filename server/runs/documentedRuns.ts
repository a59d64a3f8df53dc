/** Which of all runs are about what the page says: those on real machines, and of the lab those in its documented state. */
import type { HistoryRow } from '../store/history.ts';
import type { StoreReading } from '../store/reading.ts';

export const documentedPlaces = [
  { source: 'live', condition: '' },
  { source: 'lab', condition: 'as-documented' },
] as const;
export type DocumentedPlace = (typeof documentedPlaces)[number];

/** The last finished runs of a check in one of the places, newest first; of the last `most`, those that were cancelled are left out. */
export function finishedRuns(
  { history }: Pick<StoreReading, 'history'>,
  { writeup, check }: { readonly writeup: string; readonly check: string },
  { source, condition }: DocumentedPlace,
  most: number,
): readonly HistoryRow[] {
  return history
    .list({ writeup, check, source, condition }, most)
    .filter(({ summary }) => summary.how === 'finished');
}

/** The newest finished run of a check, wherever the page is about it: what a change to the page is proposed from. */
export function lastRun(
  store: Pick<StoreReading, 'history'>,
  of: { readonly writeup: string; readonly check: string },
): string | undefined {
  return documentedPlaces
    .flatMap((place) => finishedRuns(store, of, place, 20))
    .map(({ summary }) => summary.run)
    .sort()
    .at(-1);
}
