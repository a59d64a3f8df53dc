/** Leaves out the output before a place in the file, for a viewer who came late and asked for the end; what is left out is told. */
import { encodeEntry, peekOutput } from '../../src/core/protocol/codec.ts';

export type OutputSkipper = {
  /** What a viewer gets of these entries, the first of which stands at `position` of the file. */
  skip(entries: readonly Buffer[], position: number): readonly Buffer[];
};

/** Four bytes of checksum stand before each entry in the file. */
const CHECKSUM = 4;

/** Output whose frame ends at or before byte `before` is left out. Everything else goes through, in order. */
export function createOutputSkipper(before: number): OutputSkipper {
  let open: { seq: number; at: number; until: number; bytes: Record<string, number> } | undefined;
  const told = (): Buffer[] => {
    if (!open) return [];
    const { seq, at, until, bytes } = open;
    open = undefined;
    return [Buffer.from(encodeEntry({ seq, at, body: { kind: 'skipped', until, bytes } }))];
  };
  return {
    skip(entries, position) {
      const wanted: Buffer[] = [];
      let end = position;
      for (const entry of entries) {
        end += CHECKSUM + entry.length;
        const output = end <= before ? peekOutput(entry) : undefined;
        if (output === undefined) {
          wanted.push(...told(), entry);
          continue;
        }
        open ??= { seq: output.seq, at: output.at, until: output.seq, bytes: {} };
        open.until = output.seq + 1;
        open.bytes[output.step] = (open.bytes[output.step] ?? 0) + output.bytes;
      }
      if (end >= before) wanted.push(...told());
      return wanted;
    },
  };
}
