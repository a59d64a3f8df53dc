/** What may stand within a secret or beside it: escape sequences, and the base64 characters of one group, which may carry a part of it. */

/** How long an escape sequence of ECMA-48 is: CSI, strings (OSC, DCS, SOS, PM, APC) with their end, and short ones. */
export type Sequence = { readonly start: number; readonly end: number };

/** The most bytes of sequences that the search looks through between two characters of a secret. */
export const longestGapBytes = 256;
export const ESC = 0x1b;
const BEL = 0x07;
const STRINGS: readonly number[] = [0x5d, 0x50, 0x58, 0x5e, 0x5f];

/** The length of the sequence at `at`; 0 when there is none of at most `most` bytes; less than 0 when it has not ended yet. */
export function sequenceAt(bytes: Uint8Array, at: number, most: number): number {
  if (bytes[at] !== ESC) return 0;
  const limit = Math.min(bytes.length, at + most);
  const open = limit < at + most ? -1 : 0;
  const skip = (from: number, low: number, high: number): number => {
    let end = from;
    while (end < limit && isWithin(bytes[end], low, high)) end += 1;
    return end;
  };
  const first = at + 1 < limit ? (bytes[at + 1] ?? 0) : 0;
  if (first === 0x5b) {
    const end = skip(at + 2, 0x20, 0x3f);
    if (end >= limit) return open;
    return isWithin(bytes[end], 0x40, 0x7e) ? end + 1 - at : 0;
  }
  if (STRINGS.includes(first)) {
    let end = at + 2;
    while (end < limit && bytes[end] !== BEL && bytes[end] !== ESC) end += 1;
    if (end >= limit) return open;
    if (bytes[end] === BEL) return end + 1 - at;
    if (end + 1 >= limit) return open;
    return bytes[end + 1] === 0x5c ? end + 2 - at : 0;
  }
  const end = skip(at + 1, 0x20, 0x2f);
  if (end >= limit) return open;
  return isWithin(bytes[end], 0x30, 0x7e) ? end + 1 - at : 0;
}

const isWithin = (byte: number | undefined, low: number, high: number): boolean =>
  byte !== undefined && byte >= low && byte <= high;

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
