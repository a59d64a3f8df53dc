/** Tokens of 256 random bits, stored as SHA-256. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The prefix lets secret scanners find one that was committed or pasted. */
const form = /^vantage_[A-Za-z0-9_-]{43}$/;
export const hashForm = /^sha256:[0-9a-f]{64}$/;

export const newToken = (): string => `vantage_${randomSecret()}`;
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** Plain SHA-256 is enough: only tokens of our own random form are accepted, never a chosen password. */
export const hashOf = (token: string): string => `sha256:${sha256(token).toString('hex')}`;

/** Compares every entry in constant time. */
export function entryOf<Entry extends { readonly hash: string }>(
  token: string,
  entries: readonly Entry[],
): Entry | undefined {
  if (!form.test(token)) return undefined;
  const own = sha256(token);
  let found: Entry | undefined;
  for (const entry of entries)
    if (timingSafeEqual(own, Buffer.from(entry.hash.slice('sha256:'.length), 'hex'))) found = entry;
  return found;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
