/** Hides known secrets in a stream of bytes, also where a secret is split over chunks. Finding secrets is left to the caller. */
import { concat } from './protocol/codec.ts';

export type Mask = {
  /** What may be shown of this chunk and those before it. */
  feed(chunk: Uint8Array): Uint8Array;
  /** What was held back because it could have been the start of a secret. */
  flush(): Uint8Array;
};

/** `secrets` maps a name to its value; each value is shown as `‹name›`. An empty or one-byte secret is refused. */
export function createMask(secrets: ReadonlyMap<string, string>): Mask {
  const encoder = new TextEncoder();
  const needles = [...secrets]
    .map(([name, value]) => ({ bytes: encoder.encode(value), shown: encoder.encode(`‹${name}›`) }))
    .sort((a, b) => b.bytes.length - a.bytes.length);
  for (const { bytes } of needles)
    if (bytes.length < 8)
      throw new Error('a secret of fewer than 8 bytes cannot be masked without hiding ordinary text');
  let held: Uint8Array = new Uint8Array(0);
  const scan = (bytes: Uint8Array, last: boolean): Uint8Array => {
    const out: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length) {
      // A longer secret may still be coming where a shorter one is already whole: the longest wins, so both must wait.
      if (!last && needles.some(({ bytes: needle }) => couldStart(bytes, at, needle))) break;
      const whole = needles.find(({ bytes: needle }) => startsWith(bytes, at, needle));
      if (whole) {
        out.push(bytes.subarray(from, at), whole.shown);
        at += whole.bytes.length;
        from = at;
      } else at += 1;
    }
    out.push(bytes.subarray(from, at));
    held = bytes.slice(at);
    return concat(out);
  };
  if (needles.length === 0) return { feed: (chunk) => chunk, flush: () => new Uint8Array(0) };
  return { feed: (chunk) => scan(concat([held, chunk]), false), flush: () => scan(held, true) };
}

function startsWith(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  return at + needle.length <= bytes.length && needle.every((byte, index) => bytes[at + index] === byte);
}

function couldStart(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  const left = bytes.length - at;
  return left < needle.length && bytes.subarray(at).every((byte, index) => byte === needle[index]);
}
