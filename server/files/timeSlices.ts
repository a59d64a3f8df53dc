/** Long work in slices, so that other requests get their turn however many such works run at once. */
import { type Pause, StoppedError } from './pause.ts';

/** In each turn of the event loop one of the waiting works goes on. Rejects with `StoppedError` after `signal`. */
export function createSlices(): (signal: AbortSignal) => Pause {
  let last: Promise<void> = Promise.resolve();
  return (signal) => async () => {
    if (signal.aborted) throw new StoppedError();
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    await last;
    if (signal.aborted) throw new StoppedError();
  };
}

/** The longest slice: a request like `/healthz` takes less. */
const sliceMs = 8;
const pieceChars = 64 * 1024;

/** Text as bytes, in pieces of some size, with a pause after each slice. An empty chunk is a place for a pause too. */
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
