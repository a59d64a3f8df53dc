/** Replaces the output before a position of a log by `skipped` entries, for pages that want its end only. */
import { type Encoded, encodeParts, peekOutput } from '../../src/core/protocol/codec.ts';
import { framedLength } from '../store/frames.ts';

/** One entry stands for all output that was left out since the last `flush`. */
export function collectSkipped() {
  let skipped: { seq: number; at: number; until: number; bytes: Record<string, number> } | undefined;
  return {
    add({ seq, at, step, bytes }: NonNullable<ReturnType<typeof peekOutput>>): void {
      skipped ??= { seq, at, until: seq, bytes: {} };
      skipped.until = seq + 1;
      skipped.bytes[step] = (skipped.bytes[step] ?? 0) + bytes;
    },
    flush(): Encoded[] {
      if (!skipped) return [];
      const { seq, at, ...body } = skipped;
      skipped = undefined;
      return [encodeParts({ seq, at, body: { kind: 'skipped', ...body } })];
    },
  };
}

/** Skips output whose frame ends at or before byte `before`; other entries pass in order. Returns what gives of some entries, the first at `position` of the log, those that a page gets. */
export function outputSkipper(before: number) {
  const skipped = collectSkipped();
  return (entries: readonly Encoded[], position: number): readonly Encoded[] => {
    const passed: Encoded[] = [];
    let end = position;
    for (const entry of entries) {
      end += framedLength(entry);
      const output = end <= before ? peekOutput(entry) : undefined;
      if (output === undefined) {
        passed.push(...skipped.flush(), entry);
        continue;
      }
      skipped.add(output);
    }
    if (end >= before) passed.push(...skipped.flush());
    return passed;
  };
}
