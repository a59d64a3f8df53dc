/** A real sshd on the loopback of this very machine, for what the lab's own ones do not do: forward, and have the limits of a usual one. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../files/testing-port.ts';
import type { Machine } from '../fleet/fleet.ts';
import { until } from '../lab/testing.ts';

export type LocalSshd = {
  /** This machine under a name that is pinned. */
  machine(name: 'outer' | 'middle' | 'inner'): Machine;
  readonly knownHosts: string;
  /** What sshd has logged so far. */
  said(): string;
  stop(): void;
};

/** Its keys and its settings go into `directory`; limits are those of an sshd that nobody has set. */
export async function localSshd(directory: string): Promise<LocalSshd> {
  const at = (name: string): string => join(directory, name);
  for (const key of ['gate', 'login'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  const port = await freePort();
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${at('gate')}`,
    `AuthorizedKeysFile ${at('login.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'LogLevel VERBOSE',
    'PidFile none',
    // What the user's own shell would read at each login, and wait for, is not what is tested.
    `SetEnv HOME=${directory}`,
  ];
  writeFileSync(at('sshd_config'), settings.join('\n'));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const daemon = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')]);
  let said = '';
  daemon.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until('the sshd listens', () => said.includes('Server listening'));
  const key = readFileSync(at('gate.pub'), 'utf8');
  writeFileSync(at('gates'), ['outer', 'middle', 'inner'].map((name) => `${name} ${key}`).join(''));
  return {
    machine: (name) => ({
      ...{ name, role: name, address: '127.0.0.1', port },
      ...{ user: userInfo().username, keyFile: at('login') },
    }),
    knownHosts: at('gates'),
    said: () => said,
    stop: () => void daemon.kill(),
  };
}
