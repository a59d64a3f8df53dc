/** What a value of an inventory may look like, one rule each: the value as the server needs it, or what was expected. Pure. */
import { isIPv4, isIPv6 } from 'node:net';

/** `expected` reads after "expected"; `write` reads after "write". */
export type Refusal = { readonly expected: string; readonly write: string };
export type Value<T> = { readonly value: T } | Refusal;

export const machineName = (text: string): Value<string> =>
  /^[a-z0-9][a-z0-9._-]{0,62}$/.test(text)
    ? { value: text }
    : {
        expected: 'a machine name of lower-case letters, digits, `.`, `_` and `-`',
        write: 'each machine by a name of its own, for example `vm19`; ranges and patterns are not read',
      };

export const groupName = (text: string): Value<string> =>
  /^[a-z_][a-z0-9_-]{0,62}$/.test(text)
    ? { value: text }
    : { expected: 'a group name of lower-case letters, digits, `_` and `-`', write: 'for example `backend`' };

export const userName = (text: string): Value<string> =>
  /^[a-z_][a-z0-9_-]{0,31}$/.test(text)
    ? { value: text }
    : { expected: 'a login name of lower-case letters, digits, `_` and `-`', write: 'for example `autobot`' };

export const portNumber = (text: string): Value<number> =>
  /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535
    ? { value: Number(text) }
    : { expected: 'a port from 1 to 65535 in plain decimal digits', write: 'for example `22`' };

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
      'for example `172.16.168.20` (four decimal numbers), `fd00::20` (no brackets, no zone) or `vm20.example.org`',
  };
  if (isIPv4(text)) return /^(0|22[4-9]|2[345]\d)\./.test(text) ? refusal : { value: text };
  if (text.includes(':')) return isIPv6(text) && !/%|^::$|^ff/i.test(text) ? { value: text } : refusal;
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

/** The jump machine in `ansible_ssh_common_args`, if any. Every other option could run programs or weaken the connection. */
export function commonArgs(text: string): Value<string | undefined> {
  const pattern = /^(?:-J +|-o *ProxyJump=)(\S+)(?: +|$)|^-o *ConnectTimeout=[1-9]\d?(?: +|$)/;
  let jump: string | undefined;
  let rest = text.trim();
  for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
    jump = match[1] ?? jump;
    rest = rest.slice(match[0].length);
  }
  const named = jump === undefined || 'value' in machineName(jump);
  if (rest === '' && named) return { value: jump };
  return {
    expected:
      'only `-J name`, `-o ProxyJump=name` and `-o ConnectTimeout=seconds`, where name is a machine of this inventory',
    write: 'the jump machine into the inventory and its name here; other ssh options are not taken over',
  };
}
