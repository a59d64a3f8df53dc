/** The files that make a machine a machine of its own: accounts, ssh, sudo, names. */

import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authorizedKey } from '../../gate/install.ts';
import type { LabDescription, LabMachine } from '../description/description.ts';
import { emptyMachineFiles } from './emptyMachine.ts';
import type { Seed, SeedFile } from './seed.ts';

const sshdConfig = (user: string, address: string, variables: readonly string[]): string => `Port 22
ListenAddress ${address}
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
LogLevel ERROR
UsePAM no
UseDNS no
PermitRootLogin no
AllowUsers ${user}
AuthenticationMethods publickey
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u
StrictModes yes
PermitTTY no
DisableForwarding yes
PermitUserRC no
PermitUserEnvironment ${variables.join(',') || 'no'}
PrintMotd no
PrintLastLog no
MaxSessions 40
MaxStartups 200:30:400
LoginGraceTime 20
ClientAliveInterval 5
ClientAliveCountMax 3
Compression no
`;

/** A machine that some condition moves has another address there. */
const listenAddress = ({ conditions }: LabDescription, { name, address }: LabMachine): string =>
  conditions.some(({ moves }) => moves.includes(name)) ? '0.0.0.0' : address;

const variablesOf = ({ conditions }: LabDescription, { name }: LabMachine): string[] => [
  ...new Set(conditions.flatMap(({ environment }) => Object.keys(environment[name] ?? {}))),
];

const passwd = (user: string): string => `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
sshd:x:101:65534:sshd:/run/sshd:/usr/sbin/nologin
tcpdump:x:102:102:tcpdump:/nonexistent:/usr/sbin/nologin
${user}:x:1000:1000:${user}:/home/${user}:/bin/sh
`;

// "*": no password ever matches, and the account is not locked, for sshd refuses keys of locked accounts.
const shadow = (user: string): string =>
  ['root', 'nobody', 'sshd', 'tcpdump', user].map((one) => `${one}:*:19000:0:99999:7:::\n`).join('');

const permitAll = ['auth', 'account', 'password', 'session']
  .map((kind) => `${kind} required pam_permit.so\n`)
  .join('');

const hosts = ({ machines }: LabDescription, self: LabMachine): string =>
  [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost',
    ...machines.map((machine) =>
      [machine.address, machine.hostName, machine.name === self.name ? '' : machine.name].join(' ').trim(),
    ),
    '',
  ].join('\n');

/** Folders by mode. */
const folders: readonly (readonly [number, readonly string[]])[] = [
  [0o755, ['usr', 'proc', 'old', 'run/sshd', 'run/standin', 'var/log', 'opt/local', 'opt/src', 'opt/sudo']],
  [0o755, ['opt/service', 'etc/ssh/sshd_config.d']],
  [0o700, ['root', 'run/sudo', 'var/lib/sudo']],
  [0o1777, ['tmp', 'var/tmp']],
];
const mountPoints = [
  ...['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((device) => `dev/${device}`),
  'opt/service/node',
];
const links = {
  'etc/os-release': '../usr/lib/os-release',
  'dev/fd': '/proc/self/fd',
  'dev/stdin': 'fd/0',
  'dev/stdout': 'fd/1',
  'dev/stderr': 'fd/2',
};
/** In the root; where they are links on this system. */
const programFolders = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** Writes everything of the machine's root that does not come from the host, in place of what an earlier start left there. */
export async function writeSeed(place: string, seed: Seed): Promise<void> {
  await rm(place, { recursive: true, force: true });
  for (const [mode, paths] of folders)
    for (const path of paths) {
      await mkdir(join(place, path), { recursive: true });
      await chmod(join(place, path), mode);
    }
  await chown(join(place, 'run/standin'), 1000, 1000);
  for (const { path, text, mode } of seedFiles(seed)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), text, { mode });
  }
  for (const [path, target] of Object.entries(links)) await symlink(target, join(place, path));
  for (const name of programFolders) {
    const target = await readlink(`/${name}`).catch(() => undefined);
    if (target !== undefined) await symlink(target, join(place, name));
  }
}

/** Every file of the machine's root that does not come from the host. */
function seedFiles(seed: Seed): SeedFile[] {
  const installed = installedFiles(seed);
  const files = seed.bare
    ? emptyMachineFiles(installed, seed, listenAddress(seed.lab, seed.machine))
    : installed;
  if (!seed.hasPenalties) return files;
  // All our connections come from one address, and tests break off many.
  return files.map((file) =>
    file.path === 'etc/ssh/sshd_config' ? { ...file, text: `${file.text}PerSourcePenalties no\n` } : file,
  );
}

function installedFiles(seed: Seed): SeedFile[] {
  const { lab, machine } = seed;
  const { user } = lab;
  const file = (path: string, text: string, mode = 0o644): SeedFile => ({ path, text, mode });
  const initScript = readFileSync(fileURLToPath(new URL('./init.sh', import.meta.url)), 'utf8');
  return [
    file('etc/passwd', passwd(user)),
    file('etc/group', `root:x:0:\ntcpdump:x:102:\n${user}:x:1000:\nnogroup:x:65534:\n`),
    file('etc/shadow', shadow(user), 0o600),
    file(
      'etc/nsswitch.conf',
      'passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n',
    ),
    file('etc/services', 'ssh 22/tcp\nhttps 443/tcp\n'),
    file('etc/protocols', 'ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6-icmp 58 IPv6-ICMP\n'),
    file('etc/hostname', `${machine.hostName}\n`),
    file('etc/hosts', hosts(lab, machine)),
    file('etc/machine-id', `${seed.machineId}\n`, 0o444),
    file('etc/shells', '/bin/sh\n/bin/bash\n'),
    file('etc/pam.d/sudo', permitAll),
    file('etc/pam.d/other', permitAll.replaceAll('pam_permit', 'pam_deny')),
    file('etc/sudoers', seed.sudoers, 0o440),
    file('etc/ssh/sshd_config', sshdConfig(user, listenAddress(lab, machine), variablesOf(lab, machine))),
    file('etc/ssh/ssh_host_ed25519_key', seed.hostKey, 0o600),
    file(
      `etc/ssh/authorized_keys.d/${user}`,
      seed.gate === undefined
        ? `restrict ${seed.clientPublicKey.trim()}\n`
        : `${authorizedKey(seed.clientPublicKey)}\n`,
    ),
    // build.sh mounts it where a real machine has it.
    ...(seed.gate === undefined ? [] : [file('opt/local/libexec/vantage-gate', seed.gate, 0o755)]),
    ...mountPoints.map((path) => file(path, '')),
    file('etc/lab-init', initScript, 0o755),
    // Belongs to root: what logs in can leave nothing behind in its home.
    file(`home/${user}/.hushlogin`, ''),
  ];
}
