/** Reads a run's entries from the server for a replay, as they come. */
import type { Entry } from '../../core/run/entry.ts';
import { concat, readEntries } from '../../core/protocol/codec.ts';
import { MOST_REPLAYED_BYTES, Timeline } from './timeline.ts';

const open = new Map<string, Promise<Timeline>>();

/** The timeline of a run that has ended; everything that asks for the same run gets the same one. Rejects when it cannot be read. */
export function timelineOf(run: string): Promise<Timeline> {
  const own = open.get(run) ?? read(run);
  open.set(run, own);
  // What failed may work the next time.
  own.catch(() => open.delete(run));
  return own;
}

async function read(run: string): Promise<Timeline> {
  const answer = await fetch(`/runs/${run}/entries?most=${MOST_REPLAYED_BYTES}`);
  if (!answer.ok || answer.body === null)
    throw new Error(`expected the entries of ${run}, found status ${answer.status}`);
  const feed = createSplitter();
  const timeline = new Timeline();
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return timeline;
    timeline.add(feed(value));
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
