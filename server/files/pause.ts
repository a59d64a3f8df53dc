/** Pauses in long work on a record, so that other requests get their turn, and its end when nobody wants it any more. */

/** Resolves when the work may go on. Rejects with `StoppedError` when nobody wants its result any more. */
export type Pause = () => Promise<void>;

export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** For work that shares the process with nobody, as in a command. */
export const pauseForOthers: Pause = () => new Promise((resolve) => setImmediate(resolve));

/** Rethrows `StoppedError`; `otherwise` handles every other error. */
export const unlessStopped =
  <T>(otherwise: (error: unknown) => T) =>
  (error: unknown): T => {
    if (error instanceof StoppedError) throw error;
    return otherwise(error);
  };
