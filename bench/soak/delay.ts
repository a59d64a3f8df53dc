/** The delay of the event loop over several lives of the server, as if it had been one. */
import type { Self } from '../fixtures/serverProcess.ts';

/** In ms: what the given part of all measurements was at most. */
export function delayOf(lives: readonly Pick<Self, 'delayOfAll'>[], part: number): number {
  const weighted = lives
    .flatMap(({ delayOfAll: { count, thousandthsMs } }) =>
      thousandthsMs.map((ms) => ({ ms, weight: count / thousandthsMs.length })),
    )
    .toSorted((a, b) => a.ms - b.ms);
  let left = part * weighted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { ms, weight } of weighted) {
    left -= weight;
    if (left <= 0) return ms;
  }
  return weighted.at(-1)?.ms ?? Number.NaN;
}
