/** Hides known secrets in a stream of bytes, in whatever encoding, also where one is split over chunks. Finding secrets is left to the caller. */
import { encodingsOf } from './encodings.ts';
import { concat } from './protocol/codec.ts';

export type Mask = {
  /** What may be shown of this chunk and those before it. */
  feed(chunk: Uint8Array): Uint8Array;
  /** What was held back because it could have been the start of a secret. */
  flush(): Uint8Array;
};

type Needle = { readonly bytes: Uint8Array; readonly shares: boolean; readonly shown: Uint8Array };

/** One group of base64: that many characters beside a secret may carry a part of it. */
const GROUP = 4;

/**
 * `secrets` maps a name to its value; each is shown as `‹name›`, wherever it stands as it is, as JSON, URL, HTML, shell word,
 * hexadecimal, base64 or backwards. A secret of fewer than 8 bytes is refused with a throw.
 */
export function createMask(secrets: ReadonlyMap<string, string>): Mask {
  const encoder = new TextEncoder();
  for (const value of secrets.values())
    if (encoder.encode(value).length < 8)
      throw new Error('a secret of fewer than 8 bytes cannot be masked without hiding ordinary text');
  const needles: Needle[] = [...secrets]
    .flatMap(([name, value]) =>
      encodingsOf(value).map((encoded) => ({ ...encoded, shown: encoder.encode(`‹${name}›`) })),
    )
    .sort((a, b) => b.bytes.length - a.bytes.length);
  const starts = new Map<number, Needle[]>();
  for (const needle of needles) {
    const first = needle.bytes[0] ?? 0;
    starts.set(first, [...(starts.get(first) ?? []), needle]);
  }
  let held: Uint8Array = new Uint8Array(0);

  const scan = (bytes: Uint8Array, last: boolean): Uint8Array => {
    const out: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length) {
      const candidates = starts.get(bytes[at] ?? 0);
      if (candidates === undefined) {
        at += 1;
        continue;
      }
      // A longer secret may still be coming where a shorter one is already whole: the longest wins, so both must wait.
      if (!last && candidates.some((needle) => couldStart(bytes, at, needle.bytes))) break;
      const whole = candidates.find((needle) => startsWith(bytes, at, needle.bytes));
      if (whole === undefined) {
        at += 1;
        continue;
      }
      let end = at + whole.bytes.length;
      if (whole.shares) {
        if (!last && end + GROUP > bytes.length) break;
        end += sharedAfter(bytes, end);
      }
      const start = whole.shares ? at - sharedBefore(bytes, from, at) : at;
      out.push(bytes.subarray(from, start), whole.shown);
      at = end;
      from = end;
    }
    const keep = last ? bytes.length : at - sharedBefore(bytes, from, at);
    out.push(bytes.subarray(from, keep));
    held = bytes.slice(keep);
    return concat(out);
  };
  if (needles.length === 0) return { feed: (chunk) => chunk, flush: () => new Uint8Array(0) };
  return { feed: (chunk) => scan(concat([held, chunk]), false), flush: () => scan(held, true) };
}

function sharedBefore(bytes: Uint8Array, from: number, at: number): number {
  let count = 0;
  while (count < GROUP && at - count > from && isBase64(bytes[at - count - 1] ?? 0)) count += 1;
  return count;
}

function sharedAfter(bytes: Uint8Array, end: number): number {
  let count = 0;
  while (count < GROUP && isBase64(bytes[end + count] ?? 0)) count += 1;
  return count;
}

const isBase64 = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  [0x2b, 0x2d, 0x2f, 0x5f, 0x3d].includes(byte);

function startsWith(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  return at + needle.length <= bytes.length && needle.every((byte, index) => bytes[at + index] === byte);
}

function couldStart(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  const left = bytes.length - at;
  return left < needle.length && bytes.subarray(at).every((byte, index) => byte === needle[index]);
}
