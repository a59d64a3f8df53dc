/** Run ids: ULIDs, 26 characters of Crockford's base 32, which sort by time. */
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `time` in milliseconds since 1970; `random` gives that many random bytes. */
export function ulid(time: number, random: (bytes: number) => Uint8Array = randomBytes): string {
  let rest = time;
  let text = '';
  for (let digit = 0; digit < 10; digit += 1) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  for (const byte of random(16)) text += alphabet.charAt(byte % 32);
  return text;
}
