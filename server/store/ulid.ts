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

const timeOf = (id: string): number =>
  [...id.slice(0, 10)].reduce((time, digit) => time * 32 + alphabet.indexOf(digit), 0);

/** Ids that sort by time, each after all before it: also within a millisecond, after the clock was set back, and when that of another server is ahead. */
export function createIds(date: () => Date) {
  let last = 0;
  return {
    next(): string {
      last = Math.max(last + 1, date().getTime());
      return ulid(last);
    },
    /** Another server has made this one. */
    seen(id: string): void {
      last = Math.max(last, timeOf(id));
    },
  };
}
