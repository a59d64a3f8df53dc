/** Finds secrets in a piece of a stream, in each form that they may appear in, and from where on that is not decided yet. */
import {
  sharedAfter,
  sharedBefore,
  ESC,
  longestGapBytes,
  type Sequence,
  sequenceAt,
} from './base64Groups.ts';

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

/** `secrets` maps names to values. Each is found in every encoding of `encodingsOf`, also with escape sequences inside. */
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

type Encoded = {
  readonly bytes: Uint8Array;
  /** Base64 shares characters with its neighbours: up to one group before and after it reveals a part. */
  readonly shares: boolean;
};

const encoder = new TextEncoder();
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value as it is, as JSON, URL, HTML, shell word, reversed, and, with its JSON, in hexadecimal, base64 and base64url at each alignment. */
export function encodingsOf(value: string): readonly Encoded[] {
  const json = JSON.stringify(value).slice(1, -1);
  const raw = encoder.encode(value);
  const forms = json === value ? [raw] : [raw, encoder.encode(json)];
  const hexes = forms.map(hexOf);
  const plain = [
    value,
    json,
    encodeURIComponent(value),
    percentAll(raw),
    value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    value.replace(/[&<>"']/g, (character) => named[character] ?? character),
    value.replaceAll("'", `'\\''`),
    ...hexes,
    ...hexes.map((hex) => hex.toUpperCase()),
    [...value].reverse().join(''),
  ];
  const shared = forms.flatMap((form) =>
    [0, 1, 2].flatMap((before) => {
      const inner = base64Inside(form, before);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  );
  // The inner base64 of a short secret could be an ordinary word.
  const all = [
    ...plain.map((text) => ({ text, shares: false })),
    ...shared.filter((text) => text.length >= 8).map((text) => ({ text, shares: true })),
  ];
  return [...new Map(all.map((one) => [one.text, one])).values()].map(({ text, shares }) => ({
    bytes: encoder.encode(text),
    shares,
  }));
}

const named: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const percentAll = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The characters of base64 that this value alone decides, when `before` bytes of something else stand in its first group. */
function base64Inside(value: Uint8Array, before: number): string {
  const bytes = [...Array.from({ length: before }, () => 0), ...value];
  let text = '';
  for (let at = 0; at + 2 < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += alphabet.charAt((group >> shift) & 63);
  }
  return text.slice(before === 0 ? 0 : 4);
}
