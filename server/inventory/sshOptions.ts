/** The part of `ansible_ssh_common_args` that is accepted. Other options could run programs, forward ports or weaken the connection. Pure. */
import { shown } from './node.ts';
import { machineName, type Value } from './values.ts';
import { splitShellWords } from './shellWords.ts';

export type SshArgs = { readonly jump: string | undefined; readonly connectSeconds: number | undefined };

/** This server allows 15 s for connection and handshake together, so a longer timeout would have no effect. */
const CONNECT_LIMIT_SECONDS = 12;

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['proxycommand', '`-o ProxyJump=name`, with that machine in this inventory'],
  ['stricthostkeychecking', 'it out: only a host key that is pinned in the known hosts is trusted'],
  ['userknownhostsfile', '`vantage_known_hosts: FILE` in `all: vars:`, for all machines'],
  ['identityfile', 'ansible_ssh_private_key_file'],
  ['port', 'ansible_port'],
  ['user', 'ansible_user'],
  ['hostname', 'ansible_host'],
  ['controlmaster', 'it out: connections are shared anyway'],
  ['controlpersist', 'it out: connections are shared anyway'],
  ['controlpath', 'it out: connections are shared anyway'],
]);

/** The first option that is not accepted is refused by its name. */
export function sshArgs(text: string): Value<SshArgs> {
  const words = [...(splitShellWords(text) ?? ['an open quote'])];
  let jump: string | undefined;
  let connectSeconds: number | undefined;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, flag = '', joined = ''] = /^-([oJ])=?(.*)$/s.exec(word) ?? [];
    const argument = flag === '' || joined !== '' ? joined : (words.shift() ?? '');
    const [, name = '', value = ''] =
      flag === 'J' ? ['', 'ProxyJump', argument] : (/^\s*([A-Za-z]+)\s*[\s=]\s*(.*)$/s.exec(argument) ?? []);
    const key = name.toLowerCase();
    if (key === 'proxyjump') {
      const named = machineName(value);
      if (value === 'none') continue;
      if ('expected' in named)
        return {
          expected: 'ProxyJump through one machine of this inventory, by its name there',
          found: `ProxyJump ${shown(value)}`,
          write: '`-o ProxyJump=name`, with user, address, port and key of that machine in the inventory',
        };
      jump ??= named.value;
    } else if (key === 'connecttimeout' && /^[1-9]\d{0,3}$/.test(value))
      connectSeconds ??= Math.min(Number(value), CONNECT_LIMIT_SECONDS);
    else
      return {
        expected: 'nothing but ProxyJump and ConnectTimeout',
        found:
          name === '' ? shown(argument === '' ? word : `${word} ${argument}`) : `${name} ${shown(value)}`,
        write: INSTEAD.get(key) ?? 'it out; no other option of ssh is accepted',
      };
  }
  return { value: { jump, connectSeconds } };
}
