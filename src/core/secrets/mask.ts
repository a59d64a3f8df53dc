/** Hides known secrets in a stream of bytes, in any encoding, also where chunks or escape sequences split them. */
import { createSecretSearch } from './findSecrets.ts';
import { concat } from '../protocol/codec.ts';

type Mask = {
  /** The part of this chunk and those before it that may be shown. */
  feed(chunk: Uint8Array): Uint8Array;
  /** The rest, which could have been the start of a secret. */
  flush(): Uint8Array;
};

const nothing = new Uint8Array(0);

/** Why a value cannot be masked, to follow its name; nothing when it can. */
export function unmaskable(value: string): string | undefined {
  if (new TextEncoder().encode(value).length < 8)
    return 'has fewer than 8 bytes, and cannot be masked without hiding ordinary text';
  if (new Set(value).size < 4)
    return 'has fewer than 4 different characters, and cannot be masked without hiding ordinary text';
  // An escape character in a secret would look like the start of a sequence.
  if (/[\x00-\x1f\x7f]/.test(value)) return 'has control characters, and cannot be masked';
  return undefined;
}

/** `secrets` maps names to values. In the stream `‹name›` replaces the value in each of its encodings. Throws for an `unmaskable` one. */
export function createMask(secrets: ReadonlyMap<string, string>): Mask {
  for (const [name, value] of secrets) {
    const fault = unmaskable(value);
    if (fault !== undefined) throw new Error(`the secret ${name} ${fault}`);
  }
  if (secrets.size === 0) return { feed: (chunk) => chunk, flush: () => nothing };
  const search = createSecretSearch(secrets);
  let held: Uint8Array = nothing;
  const scan = (bytes: Uint8Array, last: boolean): Uint8Array => {
    const { found, keep } = search.find(bytes, last);
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
