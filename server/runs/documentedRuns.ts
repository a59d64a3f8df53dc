/** Runs that the page is about: those on real machines, and those of the lab in its documented state. */
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import type { HistoryRow } from '../store/history.ts';
import type { StoreReading } from '../store/reading.ts';

export const documentedPlaces = [
  { source: 'live', condition: '' },
  { source: 'lab', condition: AS_DOCUMENTED },
] as const;
export type DocumentedPlace = (typeof documentedPlaces)[number];

/** Finished runs among the last `most` of a check in one place, newest first. */
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

/** The newest finished run of a check in any of these places. */
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
