/** One calm clock for all ages of a page: they change together, every ten seconds. */

const TICK_MS = 10_000;
const waiting = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls back at every tick until the signal. */
export function onTick(signal: AbortSignal, then: () => void): void {
  waiting.add(then);
  timer ??= setInterval(() => {
    for (const one of [...waiting]) one();
  }, TICK_MS);
  signal.addEventListener('abort', () => {
    waiting.delete(then);
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
}
