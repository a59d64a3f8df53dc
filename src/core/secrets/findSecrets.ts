/** Finds secrets in a piece of a stream, and from where on that is not decided yet. */
import { sharedAfter, sharedBefore } from './base64Groups.ts';
import { encodingsOf } from './encodings.ts';
import { ESC, longestGapBytes, type Sequence, sequenceAt } from '../text/escapeSequence.ts';

type Found = { readonly start: number; readonly end: number; readonly shown: Uint8Array };
/** Before `keep` nothing changes, whatever comes next. */
type Search = { readonly found: readonly Found[]; readonly keep: number };
type SecretSearch = {
  /** `bytes` start at the last `keep`. `last`: nothing comes after them. */
  find(bytes: Uint8Array, last: boolean): Search;
};

type Needle = { readonly bytes: Uint8Array; readonly shares: boolean; readonly shown: Uint8Array };

/** The answer is not in the bytes yet. */
const OPEN = -1;
const NO = -2;
const none: readonly Needle[] = [];

/** `secrets` maps names to values. Each is found in every encoding of `encodings.ts`, also with escape sequences inside. */
export function createSecretSearch(secrets: ReadonlyMap<string, string>): SecretSearch {
  const encoder = new TextEncoder();
  const needles: Needle[] = [...secrets]
    .flatMap(([name, value]) =>
      encodingsOf(value).map((encoded) => ({ ...encoded, shown: encoder.encode(`‹${name}›`) })),
    )
    .sort((a, b) => b.bytes.length - a.bytes.length);
  const starts = Map.groupBy(needles, ({ bytes }) => bytes[0]);
  // For speed: almost no pair of bytes begins a secret.
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
      // Never within a sequence: the next search must read it in the same way.
      const within = sequences.at(-1);
      const whole = within !== undefined && within.end > at ? within.start : at;
      return { found, keep: sharedBefore(bytes, from, whole, sequences) };
    },
  };
}

/** The longest needle at `at`. Where a longer one may still be coming, a complete shorter one waits. */
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
