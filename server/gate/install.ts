/** The files that restrict the site's key on a machine to the documented checks, as text. Pure. */
import { type AllowedCommand, allowedCommandsFor } from './allowList.ts';
import { gatePath, gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf, sudoDefaults, sudoersLines } from './sudoers.ts';

export type InstallFile = {
  readonly path: string;
  /** For `install -m`; root owns all of them. */
  readonly mode: string;
  readonly text: string;
  readonly message: string;
};

export type Install = ReturnType<typeof installFor>;

export type InstallOptions = {
  readonly user: string;
  /** One line `ssh-ed25519 …`: the site's public key. */
  readonly publicKey: string;
  /** Addresses that the site connects from, for `from=` of authorized_keys; without it any. */
  readonly from?: string;
};

const sshdFile = '/etc/ssh/sshd_config.d/60-vantage.conf';
const sudoersFile = '/etc/sudoers.d/60-vantage';

/** The line for the site's key: it starts the gate only; `restrict` switches off everything else, now and in future. */
export function authorizedKey(publicKey: string, from?: string): string {
  const key = publicKey.trim();
  if (!/^(?:ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa|sk-[\w@.-]+) [A-Za-z0-9+/=]+(?: [^\n"]*)?$/.test(key)) {
    const found = key.includes('PRIVATE KEY')
      ? 'a private key; give the file that ends in .pub'
      : `"${key.split('\n')[0]?.slice(0, 40)}"`;
    throw new Error(`expected one line with a public key like "ssh-ed25519 AAAA…", found ${found}`);
  }
  if (from !== undefined && !/^[0-9a-fA-F.:/,!*?-]+$/.test(from))
    throw new Error(`--from: expected addresses like 192.0.2.19 or 192.0.2.0/24, found "${from}"`);
  return `restrict,${from === undefined ? '' : `from="${from}",`}command="${gatePath}" ${key}`;
}

/** The files for a machine of this role, with the version of the gate. Throws a sentence when a root command cannot be pinned. */
export function installFor(
  all: readonly AllowedCommand[],
  role: string,
  { user, publicKey, from }: InstallOptions,
) {
  const commands = allowedCommandsFor(all, role);
  const gate = gateProgram(commands);
  const root = rootCommandsOf(commands);
  const sudoers = {
    ...{ path: sudoersFile, mode: '0440' },
    text: `${[...sudoDefaults(user), ...sudoersLines(root, user)].join('\n')}\n`,
    message: 'The commands that need root, word for word with every argument; each ends by itself.',
  };
  const files: readonly InstallFile[] = [
    {
      ...{ path: gatePath, mode: '0755', text: gate },
      message: 'The gate: runs the commands of the checks by name and hash, refuses everything else.',
    },
    {
      ...{ path: `/etc/ssh/authorized_keys.d/${user}`, mode: '0644' },
      text: `${authorizedKey(publicKey, from)}\n`,
      message:
        "The site's key, which starts the gate and nothing else. Outside of the home, so that no command there can change it.",
    },
    {
      ...{ path: sshdFile, mode: '0644', text: sshdSnippet(user) },
      message: 'What sshd allows this user: no terminal, no forwarding; it closes dead connections.',
    },
    ...(root.length > 0 ? [sudoers] : []),
  ];
  return { role, version: versionOf(gate) ?? '', commands, files };
}

/** With ServerAlive on our side, either end notices within 15 s that the other one died; the gate's own lease is shorter. */
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

/** A script for root on the machine, in the folder with the files: it installs them. */
export function installScript({ files }: Install, user: string): string {
  const name = fileNameOf;
  const needsRoot = files.some(({ path }) => path === sudoersFile);
  const reloadByHand =
    'the files are in place; start or reload sshd by hand (there is no systemd here, and no /run/sshd.pid)';
  return [
    '#!/bin/sh',
    '# Run as root on the machine, in the folder that holds these files. When one is not valid, all is taken back.',
    'set -eu',
    'umask 022',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `stop() { printf 'install.sh: %s\\n' "$1" >&2; exit 1; }`,
    '[ "$(id -u)" = 0 ] || stop "run it as root: sudo sh install.sh"',
    ...files.map(
      ({ path }) => `[ -f ${name(path)} ] || stop "${name(path)} is missing here: copy the whole folder"`,
    ),
    // Debian and Ubuntu have both lines; without them the files would have no effect.
    `grep -Eqi '^[[:space:]]*Include[[:space:]]+.*/etc/ssh/sshd_config\\.d/' /etc/ssh/sshd_config || stop 'write "Include /etc/ssh/sshd_config.d/*.conf" as the first line of /etc/ssh/sshd_config, then run this again'`,
    ...(needsRoot
      ? [
          `grep -Eq '^[@#]includedir[[:space:]]+/etc/sudoers\\.d' /etc/sudoers || stop 'write "@includedir /etc/sudoers.d" as the last line of /etc/sudoers (with visudo), then run this again'`,
        ]
      : []),
    ...(needsRoot ? [`visudo -cqf ${name(sudoersFile)}`] : []),
    "kept=$(mktemp -d) folders='' made='' why='something failed here'",
    'keep() { [ ! -f "$2" ] || cp -p "$2" "$kept/$1"; folder=$(dirname "$2"); [ -d "$folder" ] || folders="$folders $folder"; }',
    'put_back() { if [ -f "$kept/$1" ]; then mv -f "$kept/$1" "$2"; else rm -f "$2"; fi; }',
    'take_back() {',
    ...files.map(({ path }) => `  put_back ${name(path)} ${path}`),
    '  for folder in $folders; do rmdir "$folder" || :; done 2>/dev/null',
    `  [ -z "$made" ] || userdel --force --remove ${user} 2>/dev/null || :`,
    '  rm -rf "$kept"',
    '  stop "$why; all that this script put here was taken back"',
    '}',
    ...files.map(({ path }) => `keep ${name(path)} ${path}`),
    'trap take_back EXIT',
    "trap 'exit 1' HUP INT TERM",
    // "*": no password fits, and for sshd the account is not locked.
    `id -u ${user} >/dev/null 2>&1 || { made=1 && useradd --create-home --shell /bin/sh --password '*' ${user}; }`,
    ...files.map(({ path, mode }) => `install -D -o root -g root -m ${mode} ${name(path)} ${path}`),
    // Without it, as before the first start of sshd, every check of its settings fails.
    '[ -d /run/sshd ] || mkdir -m 755 /run/sshd',
    "why='sshd does not accept the settings (see above)'",
    'sshd -t',
    `why='another line of sshd_config is stronger than ${sshdFile} (sshd -T shows it)'`,
    `sshd -T -C user=${user},host=localhost,addr=127.0.0.1 | grep -qix 'authorizedkeysfile /etc/ssh/authorized_keys.d/%u'`,
    'trap - EXIT && rm -rf "$kept"',
    'if [ -d /run/systemd/system ]; then',
    '  systemctl reload ssh 2>/dev/null || systemctl reload sshd',
    'else',
    // An sshd that was reloaded a moment ago has no such file until it has started again.
    '  for again in 1 2 3; do [ -s /run/sshd.pid ] || sleep 1; done',
    `  [ -s /run/sshd.pid ] || stop '${reloadByHand}'`,
    '  kill -HUP "$(cat /run/sshd.pid)"',
    'fi',
    `echo 'The gate is installed for ${user}. Next, on the docs server: npx vantage doctor'`,
    '',
  ].join('\n');
}

export const fileNameOf = (path: string): string => path.replaceAll('/', '_').replace(/^_/, '');
