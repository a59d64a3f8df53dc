/** Names of people: which texts are one, and how others read it. Who somebody is says their id, never their name. Pure. */
import { isUtf8 } from 'node:buffer';
import { visible } from '../../src/core/visible.ts';

/** Text of any language with something to see in it. Only control characters and halves of characters are refused. */
export const nameForm = /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,128}$/su;
export const expectedName = 'a name of at most 128 characters, none of them a control character';

/** How others read a name: marks that nobody sees, or that turn the direction of reading, are written out. */
export const shownName = (name: string): string => visible(name);

/** A header's text: Node gives each byte as a character, and proxies send UTF-8. What is no UTF-8 stays as it came. */
export function decodeHeader(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
