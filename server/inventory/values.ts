/** One rule for each value of an inventory: the value as the server needs it, or what was expected. Pure. */
import { isIPv4, isIPv6 } from 'node:net';

/** `expected` reads after "expected", `found` after "found"; `write` reads after "write". */
export type Refusal = { readonly expected: string; readonly write: string; readonly found?: string };
export type Value<T> = { readonly value: T } | Refusal;

const matching =
  (form: RegExp, expected: string, write: string) =>
  (text: string): Value<string> =>
    form.test(text) ? { value: text } : { expected, write };

/** It is written into ssh's configuration and the pinned keys, so it must not be a pattern, an option or a list. */
export const machineName = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
  'a machine name of letters, digits, `.`, `_` and `-`',
  'each machine by a name of its own, for example `web-1`',
);
export const roleName = matching(
  /^[a-z][a-z0-9-]{0,47}$/,
  'a role of lower-case letters, digits and `-`',
  'for example `backend`',
);
export const userName = matching(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  'a login name of lower-case letters, digits, `_` and `-`',
  'for example `docs`',
);
export const gateState = matching(
  /^(installed|none)$/,
  '`installed` or `none`',
  '`installed` where `vantage gate` was installed',
);
export const machineId = matching(
  /^[0-9a-f]{32}$/,
  'the 32 hexadecimal digits of /etc/machine-id',
  'what `cat /etc/machine-id` prints there',
);
/** A file name that can stand in ssh's configuration. Relative ones are resolved by the caller. */
export const fileName = matching(
  /^(?!~(?!\/))(?![\s\S]*\$\{)[^"'\\\0-\x1f\x7f]+$/,
  'a file name without quotes, backslashes, `${` and `~user`',
  'a path, absolute, beside the inventory, or beginning with `~/`',
);

export const portNumber = (text: string): Value<number> =>
  /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535
    ? { value: Number(text) }
    : { expected: 'a port from 1 to 65535 in plain decimal digits', write: 'for example `22`' };

/** An IP literal in its one usual form, or a host name that no program reads as a number. */
export function address(text: string): Value<string> {
  const refusal: Refusal = {
    expected: 'an IPv4 or IPv6 address, or a host name',
    write:
      'for example `192.0.2.20` (four decimal numbers), `fd00::20` (no brackets, no zone) or `vm20.example.org`',
  };
  if (isIPv4(text)) return /^(0|22[4-9]|2[345]\d)\./.test(text) ? refusal : { value: text };
  if (text.includes(':')) return isIPv6(text) && isOneMachine(text) ? { value: text } : refusal;
  const labels = text.split('.');
  const strict = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  // `127.1`, `2130706433` and `0x7f.1` are addresses to the resolver.
  const number = /^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '');
  return strict && !number && text.length <= 253 ? { value: text } : refusal;
}

/** Not unspecified, multicast, link-local, or an IPv4-mapped address. */
const isOneMachine = (text: string): boolean =>
  !text.includes('%') &&
  !/^\[(::|ff|fe[89a-f]|::ffff:)/.test(`${new URL(`http://[${text}]`).hostname}`.replace(/^\[::1\]$/, ''));
