/** The base64 characters beside a secret: those of one group may carry a part of it. Escape sequences between them do not count. */
import { longestGapBytes, type Sequence, sequenceAt } from '../text/escapeSequence.ts';

const GROUP = 4;

/** The start of up to one group of base64 before `at`, not before `from`. `sequences`: the escape sequences between them. */
export function sharedBefore(
  bytes: Uint8Array,
  from: number,
  at: number,
  sequences: readonly Sequence[],
): number {
  let start = at;
  let gap = 0;
  let nth = sequences.length - 1;
  while (nth >= 0 && (sequences[nth]?.end ?? 0) > at) nth -= 1;
  for (let place = at, count = 0; count < GROUP && gap <= longestGapBytes;) {
    const before = sequences[nth];
    if (before?.end === place) {
      gap += before.end - before.start;
      place = before.start;
      nth -= 1;
    } else if (place > from && isBase64(bytes[place - 1] ?? 0)) {
      place -= 1;
      start = place;
      count += 1;
    } else break;
  }
  return start;
}

/** The end of up to one group of base64 from `end` on; nothing when more bytes are needed. */
export function sharedAfter(bytes: Uint8Array, end: number, last: boolean): number | undefined {
  let after = end;
  let gap = 0;
  for (let place = end, count = 0; count < GROUP;) {
    if (place >= bytes.length) return last ? after : undefined;
    const length = sequenceAt(bytes, place, longestGapBytes - gap);
    if (length < 0 && !last) return undefined;
    if (length > 0) {
      place += length;
      gap += length;
    } else if (isBase64(bytes[place] ?? 0)) {
      place += 1;
      after = place;
      count += 1;
    } else break;
  }
  return after;
}

const isBase64 = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  [0x2b, 0x2d, 0x2f, 0x5f, 0x3d].includes(byte);
