/** Replaces the output before a position of a log by `skipped` entries, for pages that want its end only. */
import { encodeEntry, peekOutput } from '../../src/core/protocol/codec.ts';

/** Each entry of the log has a checksum before it. */
const checksumBytes = 4;

/** Skips output whose frame ends at or before byte `before`; other entries pass in order. Returns what gives of some entries, the first at `position` of the log, those that a page gets. */
export function outputSkipper(before: number) {
  let skipped: { seq: number; at: number; until: number; bytes: Record<string, number> } | undefined;
  const flush = (): Buffer[] => {
    if (!skipped) return [];
    const { seq, at, until, bytes } = skipped;
    skipped = undefined;
    return [Buffer.from(encodeEntry({ seq, at, body: { kind: 'skipped', until, bytes } }))];
  };
  return (entries: readonly Buffer[], position: number): readonly Buffer[] => {
    const passed: Buffer[] = [];
    let end = position;
    for (const entry of entries) {
      end += checksumBytes + entry.length;
      const output = end <= before ? peekOutput(entry) : undefined;
      if (output === undefined) {
        passed.push(...flush(), entry);
        continue;
      }
      skipped ??= { seq: output.seq, at: output.at, until: output.seq, bytes: {} };
      skipped.until = output.seq + 1;
      skipped.bytes[output.step] = (skipped.bytes[output.step] ?? 0) + output.bytes;
    }
    if (end >= before) passed.push(...flush());
    return passed;
  };
}
