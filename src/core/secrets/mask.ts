/** Hides known secrets in a stream of bytes, in whatever encoding, also where one is split over chunks or by escape sequences. Finding secrets is left to the caller. */
import { createNeedles } from './findSecrets.ts';
import { concat } from '../protocol/codec.ts';

export type Mask = {
  /** What may be shown of this chunk and those before it. */
  feed(chunk: Uint8Array): Uint8Array;
  /** What was held back because it could have been the start of a secret. */
  flush(): Uint8Array;
};

const nothing = new Uint8Array(0);

/** Why a value cannot be hidden, to be said after its name; nothing when it can. */
export function unmaskable(value: string): string | undefined {
  if (new TextEncoder().encode(value).length < 8)
    return 'has fewer than 8 bytes, and cannot be masked without hiding ordinary text';
  if (new Set(value).size < 4)
    return 'has fewer than 4 different characters, and cannot be masked without hiding ordinary text';
  // An escape character inside of a secret would be taken for the beginning of a sequence.
  if (/[\x00-\x1f\x7f]/.test(value)) return 'has control characters, and cannot be masked';
  return undefined;
}

/**
 * `secrets` maps a name to its value; each is shown as `‹name›`, wherever it stands as it is, as JSON, URL, HTML, shell word,
 * hexadecimal, base64 or backwards. Throws for one that is `unmaskable`.
 */
export function createMask(secrets: ReadonlyMap<string, string>): Mask {
  for (const [name, value] of secrets) {
    const fault = unmaskable(value);
    if (fault !== undefined) throw new Error(`the secret ${name} ${fault}`);
  }
  if (secrets.size === 0) return { feed: (chunk) => chunk, flush: () => nothing };
  const needles = createNeedles(secrets);
  let held: Uint8Array = nothing;
  const scan = (bytes: Uint8Array, last: boolean): Uint8Array => {
    const { found, keep } = needles.find(bytes, last);
    const out: Uint8Array[] = [];
    let from = 0;
    for (const { start, end, shown } of found) {
      out.push(bytes.subarray(from, start), shown);
      from = end;
    }
    out.push(bytes.subarray(from, keep));
    held = bytes.slice(keep);
    return concat(out);
  };
  return {
    feed: (chunk) => scan(held.length === 0 ? chunk : concat([held, chunk]), false),
    flush: () => scan(held, true),
  };
}
