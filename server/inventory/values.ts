/** One rule for each value of an inventory: the value as the server needs it, or what was expected. Pure. */
import { isIPv4, isIPv6 } from 'node:net';

/** `expected` reads after "expected", `found` after "found"; `write` reads after "write". */
export type Refusal = { readonly expected: string; readonly write: string; readonly found?: string };
export type Value<T> = { readonly value: T } | Refusal;

/** It is written into ssh's configuration and the pinned keys, so it must not be a pattern, an option or a list. */
export const machineName = (text: string): Value<string> =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)
    ? { value: text }
    : {
        expected: 'a machine name of letters, digits, `.`, `_` and `-`',
        write: 'each machine by a name of its own, for example `web-1`',
      };

export const roleName = (text: string): Value<string> =>
  /^[a-z][a-z0-9-]{0,47}$/.test(text)
    ? { value: text }
    : { expected: 'a role of lower-case letters, digits and `-`', write: 'for example `backend`' };

export const userName = (text: string): Value<string> =>
  /^[a-z_][a-z0-9_-]{0,31}$/.test(text)
    ? { value: text }
    : { expected: 'a login name of lower-case letters, digits, `_` and `-`', write: 'for example `docs`' };

export const portNumber = (text: string): Value<number> =>
  /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535
    ? { value: Number(text) }
    : { expected: 'a port from 1 to 65535 in plain decimal digits', write: 'for example `22`' };

export const gateState = (text: string): Value<'installed' | 'none'> =>
  text === 'installed' || text === 'none'
    ? { value: text }
    : { expected: '`installed` or `none`', write: '`installed` where `vantage gate` was installed' };

export const machineId = (text: string): Value<string> =>
  /^[0-9a-f]{32}$/.test(text)
    ? { value: text }
    : {
        expected: 'the 32 hexadecimal digits of /etc/machine-id',
        write: 'what `cat /etc/machine-id` prints there',
      };

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

/** A file name that can stand in ssh's configuration. Relative ones are resolved by the caller. */
export const fileName = (text: string): Value<string> =>
  text !== '' && !/["'\\\0-\x1f\x7f]|\$\{|^~(?!\/)/.test(text)
    ? { value: text }
    : {
        expected: 'a file name without quotes, backslashes, `${` and `~user`',
        write: 'a path, absolute, beside the inventory, or beginning with `~/`',
      };

/** Not unspecified, multicast, link-local, or an IPv4-mapped address. */
const isOneMachine = (text: string): boolean =>
  !text.includes('%') &&
  !/^\[(::|ff|fe[89a-f]|::ffff:)/.test(`${new URL(`http://[${text}]`).hostname}`.replace(/^\[::1\]$/, ''));
