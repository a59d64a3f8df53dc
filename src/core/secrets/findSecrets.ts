/** Where secrets stand in a piece of a stream, and from where on that is not decided yet. What is shown in their place is left to `mask.ts`. */
import { sharedAfter, sharedBefore } from './base64Groups.ts';
import { encodingsOf } from './encodings.ts';
import { ESC, longestGapBytes, type Sequence, sequenceAt } from '../text/escapeSequence.ts';

export type Found = { readonly start: number; readonly end: number; readonly shown: Uint8Array };
/** What stands before `keep` will not change, whatever comes next. */
export type Search = { readonly found: readonly Found[]; readonly keep: number };
export type Needles = {
  /** Looks through the bytes from the last `keep` on. `last`: nothing comes after them. */
  find(bytes: Uint8Array, last: boolean): Search;
};

type Needle = { readonly bytes: Uint8Array; readonly shares: boolean; readonly shown: Uint8Array };

/** The answer is not in the bytes yet. */
const OPEN = -1;
const NO = -2;
const none: readonly Needle[] = [];

/** `secrets` maps a name to its value; each is found in every encoding of `encodings.ts`, also with escape sequences inside of it. */
export function createNeedles(secrets: ReadonlyMap<string, string>): Needles {
  const encoder = new TextEncoder();
  const needles: Needle[] = [...secrets]
    .flatMap(([name, value]) =>
      encodingsOf(value).map((encoded) => ({ ...encoded, shown: encoder.encode(`‹${name}›`) })),
    )
    .sort((a, b) => b.bytes.length - a.bytes.length);
  const starts = Map.groupBy(needles, ({ bytes }) => bytes[0]);
  // Every byte of a flood comes by here, and almost none of them begins a secret: two are looked up at once.
  const pairs = new Uint8Array(256 * 256);
  for (const { bytes } of needles) {
    pairs[pair(bytes, 0)] = 1;
    pairs[((bytes[0] ?? 0) << 8) | ESC] = 1;
  }
  pairs.fill(1, ESC << 8, (ESC + 1) << 8);

  return {
    find(bytes, last) {
      const found: Found[] = [];
      let sequences: Sequence[] = [];
      let from = 0;
      let at = 0;
      for (; at < bytes.length; at += 1) {
        if (at + 1 < bytes.length && pairs[pair(bytes, at)] === 0) continue;
        if (bytes[at] === ESC && at >= (sequences.at(-1)?.end ?? 0)) {
          const length = sequenceAt(bytes, at, longestGapBytes);
          if (length < 0 && !last) break;
          if (length > 0) sequences.push({ start: at, end: at + length });
        }
        const one = first(starts.get(bytes[at]) ?? none, bytes, at, last);
        if (one === OPEN) break;
        if (one === NO) continue;
        const { needle } = one;
        const end = needle.shares ? sharedAfter(bytes, one.end, last) : one.end;
        if (end === undefined) break;
        const start = needle.shares ? sharedBefore(bytes, from, at, sequences) : at;
        found.push({ start, end, shown: needle.shown });
        from = end;
        at = end - 1;
        sequences = [];
      }
      if (last) return { found, keep: bytes.length };
      // Never within a sequence: what is left must be read again as it was read now.
      const within = sequences.at(-1);
      const whole = within !== undefined && within.end > at ? within.start : at;
      return { found, keep: sharedBefore(bytes, from, whole, sequences) };
    },
  };
}

/** The longest needle that stands here. A longer one may still be coming where a shorter one is already whole: then both wait. */
function first(
  candidates: readonly Needle[],
  bytes: Uint8Array,
  at: number,
  last: boolean,
): { readonly needle: Needle; readonly end: number } | typeof OPEN | typeof NO {
  let whole: { readonly needle: Needle; readonly end: number } | undefined;
  for (const needle of candidates) {
    const end = endOf(needle.bytes, bytes, at);
    if (end === OPEN && !last) return OPEN;
    if (end >= 0) whole ??= { needle, end };
  }
  return whole ?? NO;
}

/** Where the needle that begins at `at` ends. */
function endOf(needle: Uint8Array, bytes: Uint8Array, at: number): number {
  let place = at;
  let gap = 0;
  for (let index = 0; index < needle.length;) {
    if (place >= bytes.length) return OPEN;
    if (bytes[place] === needle[index]) {
      place += 1;
      index += 1;
      gap = 0;
      continue;
    }
    if (bytes[place] !== ESC) return NO;
    const length = sequenceAt(bytes, place, longestGapBytes - gap);
    if (length <= 0) return length < 0 ? OPEN : NO;
    place += length;
    gap += length;
  }
  return place;
}

const pair = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
