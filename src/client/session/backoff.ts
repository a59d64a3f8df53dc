/** How long to wait before the next attempt to connect. */

const FIRST_MS = 250;
const MOST_MS = 15_000;

/** Milliseconds before attempt `attempt` (0 is the first after a loss): doubled each time, at random within the upper half. */
export function retryDelay(attempt: number, chance: number): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
