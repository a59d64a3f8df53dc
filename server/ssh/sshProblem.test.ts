/** What ssh says, told apart: each cause has its own problem and its own next step. The texts are what OpenSSH really prints. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../fleet/fleet.ts';
import { pinnedKeys, pinNotes, verifiedKey } from './knownHosts.ts';
import { lastLine, sshProblem } from './sshProblem.ts';

const machine: Machine = {
  name: 'vm20',
  role: 'backend',
  address: '10.0.0.20',
  port: 22,
  user: 'autobot',
  keyFile: '/k',
};
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJfzdTM5eP9G1wd0qMHCvgWQnmCpRkJ+uXWXpcK4fyGp';
const knownHosts = { file: '/pins', text: `vm20 ssh-ed25519 ${KEY}\n` };
const PIN = pinnedKeys(knownHosts.text, 'vm20')[0] ?? '';
const problem = (log: string, silence: Partial<Parameters<typeof sshProblem>[0]['failure']> = {}) =>
  sshProblem({
    machine,
    knownHosts,
    log,
    failure: { why: 'ended', stdoutHead: '', stderrTail: '', ...silence },
  });

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
The fingerprint for the ED25519 key sent by the remote host is
SHA256:AfZ4OT3a0WIpOVvXuwHNTEXm+n8gcwS+5IUbcTzA0bk.
Please contact your system administrator.
Host key verification failed.
`;

describe('why a machine cannot be asked', () => {
  it.each([
    [
      'a changed host key',
      CHANGED,
      {},
      'host-key',
      /Pinned is SHA256:\S+, offered was SHA256:AfZ4\S+bk\..*replace the line of vm20 in \/pins/,
    ],
    [
      'an unknown host key',
      'No ED25519 host key is known for vm20 and you have requested strict checking.\nHost key verification failed.\n',
      {},
      'host-key',
      /nothing was sent/,
    ],
    [
      'a refused key',
      'autobot@10.0.0.20: Permission denied (publickey).\n',
      {},
      'refused-login',
      /refused the login of autobot with the key \/k: .*Permission denied \(publickey\)/,
    ],
    [
      'a closed port',
      'ssh: connect to host 10.0.0.20 port 22: Connection refused\n',
      {},
      'unreachable',
      /10\.0\.0\.20:22: ssh: connect to host 10\.0\.0\.20 port 22: Connection refused\. Check that/,
    ],
    [
      'a dead address',
      'ssh: connect to host 10.0.0.20 port 22: Connection timed out\n',
      {},
      'unreachable',
      /timed out/,
    ],
    [
      'a dead socket',
      'Connection closed by UNKNOWN port 65535\n',
      { stderrTail: 'dial: nothing answers behind the socket (ENOENT)\n' },
      'unreachable',
      /dial: nothing answers behind the socket \(ENOENT\)/,
    ],
    ['silence', '', { why: 'timeout' }, 'unreachable', /it did not answer in time/],
    [
      'a nologin shell',
      'debug1: x\nAuthenticated to 10.0.0.20 ([10.0.0.20]:22) using "publickey".\n',
      { stdoutHead: 'This account is currently not available.\n' },
      'not-an-agent',
      /the machine printed: This account is currently not available/,
    ],
    [
      'a shell that prints nothing, by a client that warns and counts (10.1 and later)',
      `Authenticated to 10.0.0.20 ([10.0.0.20]:22) using "publickey".
** WARNING: connection is not using a post-quantum key exchange algorithm.
** The server may need to be upgraded. See https://openssh.com/pq.html
Transferred: sent 2664, received 2436 bytes, in 0.0 seconds
Bytes per second: sent 66592.0, received 60892.7
`,
      { stderrTail: '** The server may need to be upgraded. See https://openssh.com/pq.html\n' },
      'not-an-agent',
      /the machine printed: nothing\./,
    ],
    [
      'a client that is too old for a setting of ours',
      '/run/v/config1: line 12: Bad configuration option: knownhostscommand\n/run/v/config1: terminating, 1 bad configuration options\n',
      {},
      'unreachable',
      /^The OpenSSH client of this server does not know the setting knownhostscommand, so vm20 was not asked\. Install a newer openssh-client here\.$/,
    ],
    [
      'an address that sshd punishes',
      'debug1: kex_exchange_identification: banner line 0: Not allowed at this time\nkex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.20 port 22\n',
      {},
      'refused-login',
      /refuses every login from this server for a while, with the right key too, .*PerSourcePenalties/,
    ],
    [
      'a talking login shell',
      '',
      { why: 'unexpected-output', stdoutHead: 'Welcome to vm20\nvantage-agent 1' },
      'not-an-agent',
      /the machine printed: Welcome to vm20\./,
    ],
    ['no ssh client', '', { why: 'not-started' }, 'unreachable', /Install openssh-client/],
    [
      'an attempt that was aborted',
      '',
      { why: 'aborted' },
      'unreachable',
      /aborted before the machine answered/,
    ],
  ] as const)('%s', (_, log, silence, wanted, message) => {
    const error = problem(log, silence);
    expect(error.problem).toBe(wanted);
    expect(error.message).toMatch(message);
  });

  it('takes the last line that is not debugging', () => {
    expect(lastLine('one\ndebug1: two\n\n')).toBe('one');
    expect(lastLine('debug1: two\n')).toBe('');
  });
});

describe('pinned keys', () => {
  it('are the fingerprints that stand under exactly the name', () => {
    expect(PIN).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    const text = `# vm20 x y\nvm2 ssh-ed25519 ${KEY}\nvm20,10.0.0.20 ssh-ed25519 ${KEY} comment\n@revoked vm20 ssh-ed25519 ${KEY}\n* ssh-ed25519 ${KEY}\n`;
    expect(pinnedKeys(text, 'vm20')).toEqual([PIN]);
    expect(pinnedKeys(text, 'vm21')).toEqual([]);
  });

  it('the verified one is read from ssh’s log, the last one when a jump came first', () => {
    const line = (key: string): string => `debug1: Server host key: ssh-ed25519 SHA256:${key}\n`;
    expect(verifiedKey(`debug1: a\n${line('aaa')}debug1: b\n${line('bbb')}`)).toBe('SHA256:bbb');
    expect(verifiedKey('')).toBe('');
  });
});

it('a machine without a pinned key gets the line to write, unless a pattern or a hash may stand for it', () => {
  const fleet = {
    ...{ name: 'f', source: 'live' as const, knownHosts: '/pins' },
    machines: [machine, { ...machine, name: 'gw' }, { ...machine, name: 'here', local: true as const }],
  };
  const noted = (text: string) => pinNotes(fleet, text).map((note) => /`.*?`/.exec(note)?.[0]);
  expect(noted(knownHosts.text)).toEqual(['`gw ssh-ed25519 AAAA…`']);
  expect(noted('# nobody')).toEqual(['`vm20 ssh-ed25519 AAAA…`', '`gw ssh-ed25519 AAAA…`']);
  for (const other of ['*.org ssh-ed25519 A', '|1|x|y ssh-ed25519 A', '@cert-authority gw ssh-ed25519 A'])
    expect(noted(other)).toEqual([]);
});
