/** Reads a run's entries from the server for a replay, as they come. */
import type { Entry } from '../../core/run/entry.ts';
import { concat, readEntries } from '../../core/protocol/codec.ts';
import { addressOf } from '../state/address.ts';
import { append } from '../state/fillLog.ts';
import { createRunLog, type RunLog } from '../state/runLog.ts';

/** Of a larger run its beginning is replayed. */
const MOST_REPLAYED_BYTES = 4 * 1024 * 1024;

/** Rejects when it cannot be read. */
export async function readRun(run: string): Promise<RunLog> {
  const answer = await fetch(addressOf(`/runs/${run}/entries?most=${MOST_REPLAYED_BYTES}`));
  if (!answer.ok || answer.body === null)
    throw new Error(`expected the entries of ${run}, found status ${answer.status}`);
  const feed = createSplitter();
  const log = createRunLog();
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return log;
    append(log, feed(value));
  }
}

const LENGTH_BYTES = 4;

/** Cuts a stream of encoded entries into whole ones: gives those that a piece completes. Throws on bytes that no encoder of ours wrote. */
export function createSplitter(): (piece: Uint8Array) => Entry[] {
  let rest: Uint8Array = new Uint8Array(0);
  return (piece) => {
    const bytes = rest.length === 0 ? piece : concat([rest, piece]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = 0;
    while (end + LENGTH_BYTES <= bytes.length) {
      const next = end + LENGTH_BYTES + view.getUint32(end);
      if (next > bytes.length) break;
      end = next;
    }
    // A copy: the piece that it came in may be far larger.
    rest = bytes.slice(end);
    return readEntries(bytes.subarray(0, end), JSON.parse);
  };
}
