/** How long work on a record is interrupted: so that others have their turn, and for good when nobody wants it any more. */

/** Resolves when the work may go on. Rejects with `StoppedError` when its result is not wanted any more. */
export type Pause = () => Promise<void>;

export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** For who is alone, as a command is. */
export const pauseForOthers: Pause = () => new Promise((resolve) => setImmediate(resolve));

/** Passes on that the work was stopped; every other error is answered by `otherwise`. */
export const unlessStopped =
  <T>(otherwise: (error: unknown) => T) =>
  (error: unknown): T => {
    if (error instanceof StoppedError) throw error;
    return otherwise(error);
  };
