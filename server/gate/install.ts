/** Everything that is put on a machine so that the site's key runs documented checks and nothing else: five files, as text. Pure. */
import { type AllowedCommand, allowedCommandsFor } from './allowList.ts';
import { gatePath, gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf, sudoDefaults, sudoersLines } from './sudoers.ts';

export type InstallFile = {
  /** Where it belongs on the machine. */
  readonly path: string;
  /** As `install -m` takes it; root owns all of them. */
  readonly mode: string;
  readonly text: string;
  /** What it is for, in a sentence. */
  readonly message: string;
};

export type Install = {
  readonly role: string;
  /** SHA-256 that the gate says of itself. */
  readonly version: string;
  readonly orders: readonly AllowedCommand[];
  readonly files: readonly InstallFile[];
};

export type InstallOptions = {
  readonly user: string;
  /** One line `ssh-ed25519 …`: the site's public key. */
  readonly publicKey: string;
  /** Addresses that the site connects from, as `from=` of authorized_keys takes them; nothing for any. */
  readonly from?: string;
};

/** The line for the site's key: the gate is all that it starts, and `restrict` switches off everything else, now and in future. */
export function authorizedKey(publicKey: string, from?: string): string {
  const key = publicKey.trim();
  if (!/^(?:ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa|sk-[\w@.-]+) [A-Za-z0-9+/=]+(?: [^\n"]*)?$/.test(key))
    throw new Error(
      `expected one line with a public key like "ssh-ed25519 AAAA…", found ${key.includes('PRIVATE KEY') ? 'a private key; give the file that ends in .pub' : `"${key.split('\n')[0]?.slice(0, 40)}"`}`,
    );
  if (from !== undefined && !/^[0-9a-fA-F.:/,!*?-]+$/.test(from))
    throw new Error(`--from: expected addresses like 192.0.2.10 or 192.0.2.0/24, found "${from}"`);
  return `restrict,${from === undefined ? '' : `from="${from}",`}command="${gatePath}" ${key}`;
}

/** The files for a machine that plays this role. Throws a sentence when an order cannot be pinned. */
export function installFor(
  all: readonly AllowedCommand[],
  role: string,
  { user, publicKey, from }: InstallOptions,
): Install {
  const orders = allowedCommandsFor(all, role);
  const gate = gateProgram(orders);
  const root = rootCommandsOf(orders);
  const files: InstallFile[] = [
    {
      path: gatePath,
      mode: '0755',
      text: gate,
      message: 'The gate: runs the orders of the checks by name and hash, refuses everything else.',
    },
    {
      path: `/etc/ssh/authorized_keys.d/${user}`,
      mode: '0644',
      text: `${authorizedKey(publicKey, from)}\n`,
      message:
        "The site's key, which starts the gate and nothing else. Outside of the home, so that nothing that runs there can change it.",
    },
    {
      path: '/etc/ssh/sshd_config.d/60-vantage.conf',
      mode: '0644',
      text: sshdSnippet(user),
      message:
        'What sshd allows this user: no terminal, no forwarding, no files of its own; dead connections are noticed.',
    },
  ];
  if (root.length > 0)
    files.push({
      path: '/etc/sudoers.d/60-vantage',
      mode: '0440',
      text: `${[...sudoDefaults(user), ...sudoersLines(root, user)].join('\n')}\n`,
      message: 'The steps that need root, word for word with every argument; each ends by itself.',
    });
  return { role, version: versionOf(gate) ?? '', orders, files };
}

/** ServerAlive on our side and ClientAlive on theirs: whichever end dies, the other one knows within 15 s; the gate's own lease is shorter. */
const sshdSnippet = (user: string): string => `Match User ${user}
  AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u
  AuthenticationMethods publickey
  PermitTTY no
  DisableForwarding yes
  PermitUserRC no
  X11Forwarding no
  ClientAliveInterval 5
  ClientAliveCountMax 3
  MaxSessions 10
`;

/** The commands that put the files in place, for a root shell on the machine in the folder that holds them. */
export function installScript({ files }: Install, user: string): string {
  const name = fileNameOf;
  const sshd = '/etc/ssh/sshd_config.d/60-vantage.conf';
  const needsRoot = files.some(({ path }) => path.startsWith('/etc/sudoers.d/'));
  return [
    '#!/bin/sh',
    '# Run as root on the machine, in the folder that holds these files. Nothing is changed when a file is not valid.',
    'set -eu',
    'umask 022',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `stop() { printf 'install.sh: %s\\n' "$1" >&2; exit 1; }`,
    '[ "$(id -u)" = 0 ] || stop "run it as root: sudo sh install.sh"',
    ...files.map(
      ({ path }) => `[ -f ${name(path)} ] || stop "${name(path)} is missing here: copy the whole folder"`,
    ),
    // Both are so on Debian and Ubuntu; where they are not, the files would be there and mean nothing.
    `grep -Eqi '^[[:space:]]*Include[[:space:]]+.*/etc/ssh/sshd_config\\.d/' /etc/ssh/sshd_config || stop 'write "Include /etc/ssh/sshd_config.d/*.conf" as the first line of /etc/ssh/sshd_config, then run this again'`,
    ...(needsRoot
      ? [
          `grep -Eq '^[@#]includedir[[:space:]]+/etc/sudoers\\.d' /etc/sudoers || stop 'write "@includedir /etc/sudoers.d" as the last line of /etc/sudoers (with visudo), then run this again'`,
        ]
      : []),
    // "*": no password ever fits, and sshd does not take the account for a locked one.
    `id -u ${user} >/dev/null 2>&1 || useradd --create-home --shell /bin/sh --password '*' ${user}`,
    ...files.flatMap(({ path }) => (path.startsWith('/etc/sudoers.d/') ? [`visudo -cqf ${name(path)}`] : [])),
    ...files.map(({ path, mode }) => `install -D -o root -g root -m ${mode} ${name(path)} ${path}`),
    `rm_again() { rm -f ${sshd}; stop 'sshd does not take the new settings, so they were taken away again'; }`,
    'sshd -t || rm_again',
    `sshd -T -C user=${user},host=localhost,addr=127.0.0.1 | grep -qix 'authorizedkeysfile /etc/ssh/authorized_keys.d/%u' || stop 'another line of sshd_config is stronger than ${sshd}; sshd -T shows it'`,
    'if [ -d /run/systemd/system ]; then',
    '  systemctl reload ssh 2>/dev/null || systemctl reload sshd',
    'elif [ -s /run/sshd.pid ]; then',
    '  kill -HUP "$(cat /run/sshd.pid)"',
    'else',
    "  stop 'the files are in place; reload sshd by hand (there is no systemd here, and no /run/sshd.pid)'",
    'fi',
    `echo 'The gate is installed for ${user}. Next, on the docs server: npx vantage doctor'`,
    '',
  ].join('\n');
}

export const fileNameOf = (path: string): string => path.replaceAll('/', '_').replace(/^_/, '');
