/** The delay of the event loop over several lives of the server, as if it had been one. */
import type { ProbeResult } from '../serve.ts';

/** In ms: what the given part of all measurements was at most. */
export function delayOf(lives: readonly Pick<ProbeResult, 'delayOfAll'>[], part: number): number {
  const weighed = lives
    .flatMap(({ delayOfAll: { count, thousandthsMs } }) =>
      thousandthsMs.map((ms) => ({ ms, weight: count / thousandthsMs.length })),
    )
    .toSorted((a, b) => a.ms - b.ms);
  let left = part * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const { ms, weight } of weighed) {
    left -= weight;
    if (left <= 0) return ms;
  }
  return weighed.at(-1)?.ms ?? Number.NaN;
}
