/** Long work in slices: between two of them everybody else has a turn, however many such works go on at once. */
import { type Pause, StoppedError } from './pause.ts';

export type Slices = (signal: AbortSignal) => Pause;

/** Of all works that wait one goes on in each turn of the event loop. Who asked for it and has left is told so by `StoppedError`. */
export function createSlices(): Slices {
  let last: Promise<void> = Promise.resolve();
  return (signal) => async () => {
    if (signal.aborted) throw new StoppedError();
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    await last;
    if (signal.aborted) throw new StoppedError();
  };
}

/** So long one slice may take: the rest of a request like `/healthz` is shorter. */
const sliceMs = 8;
const pieceChars = 64 * 1024;

/** Text as it is written, in pieces of some size; an empty chunk is a place where others may have their turn too. */
export async function* encodeChunks(chunks: Iterable<string>, pause: Pause): AsyncGenerator<Uint8Array> {
  let piece = '';
  let began = performance.now();
  for (const chunk of chunks) {
    piece += chunk;
    if (piece.length >= pieceChars) {
      yield Buffer.from(piece);
      piece = '';
    }
    if (performance.now() - began < sliceMs) continue;
    await pause();
    began = performance.now();
  }
  if (piece !== '') yield Buffer.from(piece);
}
