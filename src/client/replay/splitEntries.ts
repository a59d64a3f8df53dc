/** Cuts a stream of encoded entries, as it comes in pieces of any size, into whole entries. What they mean is left to `record-timeline.ts`. */
import type { Entry } from '../../core/run/entry.ts';
import { concat, decodeEntries } from '../../core/protocol/codec.ts';

export type Splitter = {
  /** The entries that this piece completes. Throws on bytes that no encoder of ours wrote. */
  feed(piece: Uint8Array): Entry[];
};

const LENGTH = 4;

export function createSplitter(): Splitter {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    feed(piece) {
      const bytes = rest.length === 0 ? piece : concat([rest, piece]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let end = 0;
      while (end + LENGTH <= bytes.length) {
        const next = end + LENGTH + view.getUint32(end);
        if (next > bytes.length) break;
        end = next;
      }
      // A copy: the piece that it came in may be far larger.
      rest = bytes.slice(end);
      return decodeEntries(bytes.subarray(0, end));
    },
  };
}
