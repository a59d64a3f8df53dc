/** A frame of the database holds several batches of a reader: the first is given, and the others are remembered. */
import type { Encoded } from '../../../src/core/protocol/codec.ts';
import { framedLength } from '../frames.ts';
import type { Batch, createRecent } from '../tail.ts';

/** `read`: what was read from `position` on. A batch is at most about `bytes`, with at least one entry. */
export function firstBatch(
  recent: ReturnType<typeof createRecent>,
  run: string,
  { position, bytes, read }: { readonly position: number; readonly bytes: number; readonly read: Batch },
): Batch {
  const batches: Batch[] = [];
  let entries: Encoded[] = [];
  let [start, next] = [position, position];
  const close = () => {
    const batch = { entries, next };
    if (entries.length > 0) batches.push(start === position ? batch : recent(run, start, bytes, () => batch));
    [entries, start] = [[], next];
  };
  for (const entry of read.entries) {
    const length = framedLength(entry);
    if (next + length - start > bytes) close();
    entries.push(entry);
    next += length;
  }
  close();
  return batches[0] ?? read;
}
