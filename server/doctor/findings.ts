/** Every finding of a doctor: how bad it is, what it says, and the remedy for the operator to read and run. Pure. */
import type { Identity } from '../agent/contract.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { credentialVariables, missingSentence, type RequiredCredentials } from '../fleet/credentials.ts';
import type { Machine } from '../fleet/fleet.ts';
import type { Keyword } from '../gate/probe.ts';
import { type RootCommand, sudoersLines } from '../gate/sudoers.ts';
import { packageOf } from '../gate/toolVersions.ts';
import type { KeyFault } from '../inventory/keyFile.ts';

/** `warn` lets checks run; `fail` stops them, or some of them. `remedy` is a command, or what to change where. */
export type Verdict =
  | { readonly level: 'ok'; readonly message: string }
  | { readonly level: 'warn' | 'fail'; readonly message: string; readonly remedy: string };
export type Finding = Verdict & { readonly kind: FindingKind };

type Disk = { readonly mount: string; readonly freeKib: number };
/** Seconds that the machine's clock is ahead of ours, at least and at most. */
export type ClockOffset = { readonly least: number; readonly most: number };

const ok = (message: string): Verdict => ({ level: 'ok', message });
const warn = (message: string, remedy: string): Verdict => ({ level: 'warn', message, remedy });
const fail = (message: string, remedy: string): Verdict => ({ level: 'fail', message, remedy });

const table = {
  'key-file': ({ message, remedy }: KeyFault) => fail(message, remedy),
  reachable: ({ address, port, local, user }: Machine) =>
    ok(local ? `this very machine, as ${user}` : `${address}:${port} answers`),
  unreachable: (machine: Machine, why: string) => fail(why, reachRemedy(machine)),
  'ssh-client-old': (why: string) =>
    fail(why, 'on this server: sudo apt-get install --only-upgrade openssh-client'),
  // Each doctor is a process of its own and forgets: who runs it again has to wait.
  'address-punished': (why: string) =>
    fail(
      why,
      'wait a minute, then once: npx vantage doctor; there, `sudo sshd -T | grep -i persourcepenalties` shows for how long, and PerSourcePenaltyExemptList with the address of this server ends it',
    ),
  'host-key-pinned': (hostKey: string) => ok(hostKey === '' ? 'the pinned host key was verified' : hostKey),
  'host-key-unknown': (machine: Machine, why: string, file: string) =>
    fail(why, pinRemedy(machine, file, false)),
  'host-key-changed': (machine: Machine, why: string, file: string) =>
    fail(why, pinRemedy(machine, file, true)),
  'login-accepted': ({ role }: Machine, user: string) =>
    ok(role === '' && user === '' ? 'lets us in, as a jump machine' : `lets in ${user}`),
  'login-refused': (machine: Machine, why: string) => fail(why, loginRemedy(machine)),
  'no-agent': (machine: Machine, why: string) =>
    fail(
      why,
      machine.gate ? gateRemedy(machine) : `sudo usermod --shell /bin/sh ${shellQuote(machine.user)}`,
    ),
  'answers-as-windows': ({ name, address, port }: Machine) =>
    fail(
      `Windows answered at ${address}:${port}, but ${name} must have a POSIX shell. If it runs inside this Windows and shares its address, one of the two needs another port for sshd. Nothing was run.`,
      `in the Linux system: echo 'Port 2222' | sudo tee /etc/ssh/sshd_config.d/60-port.conf && sudo systemctl restart ssh, and \`ansible_port: 2222\` at ${name}`,
    ),
  'right-machine': (who: string) => ok(who),
  'wrong-machine': ({ name, address, machineId }: Machine, found: Identity) =>
    fail(
      `${name} (${address}) must be the machine ${machineId}, and ${found.hostName} with ${found.machineId} answered. Nothing was run.`,
      `find out who answers at ${address}; if it is the right one now, \`vantage_machine_id: ${found.machineId}\` at ${name} in the inventory`,
    ),
  'same-machine': (name: string, other: string, machineId: string) =>
    fail(
      `${name} and ${other} answer with the same machine-id ${machineId}: both names lead to one machine, or one is a copy of the other`,
      'correct ansible_host of one of them; on a copy: sudo rm /etc/machine-id && sudo systemd-machine-id-setup',
    ),
  'identity-not-stated': ({ name, address }: Machine, machineId: string, who: string) =>
    warn(
      `${who} answered; the inventory does not say who should, so nobody would notice another machine at ${address}`,
      machineId === '?'
        ? `sudo systemd-machine-id-setup on ${name}`
        : `\`vantage_machine_id: ${machineId}\` at ${name} in the inventory, if that is right`,
    ),
  'gate-current': (version: string) => ok(`gate ${version.slice(0, 12)}…`),
  'gate-outdated': (machine: Machine, found: string, expected: string) =>
    fail(
      `the gate there is ${found.slice(0, 12)}…, and the checks of this site make ${expected.slice(0, 12)}…; it refuses what changed`,
      gateRemedy(machine),
    ),
  'gate-missing': (machine: Machine) =>
    warn(
      'no gate is installed: the program travels with each command, and the key of this server can run any command there',
      `${gateRemedy(machine)}, and \`vantage_gate: installed\` at ${machine.name} in the inventory`,
    ),
  'tools-there': (tools: readonly string[]) =>
    ok(tools.length === 0 ? 'no check needs a tool here' : tools.join(', ')),
  'tool-missing': (missing: readonly string[]) =>
    fail(
      `not installed: ${missing.join(', ')}; checks that need ${missing.length === 1 ? 'it' : 'them'} are inconclusive`,
      `sudo apt-get install -y ${[...new Set(missing.map(packageOf))].join(' ')}`,
    ),
  'tool-doubtful': (version: string, packageVersion: string, doubt: string) =>
    warn(
      packageVersion === ''
        ? `${version}: ${doubt} is fixed in 1.9.17p1, or by the distribution under the old number; no package could be asked`
        : `${version}, package ${packageVersion}: ${doubt} is not fixed in it`,
      'sudo apt-get install --only-upgrade sudo',
    ),
  // No row is wrong by it, so nothing has to be done.
  'timeout-differs': (variant: string) =>
    ok(
      `timeout is of ${variant}, which kills a capture at its time limit before the summary: that row is inconclusive; one that is stopped is as with GNU`,
    ),
  'root-granted': (user: string, count: number) =>
    ok(`sudo lets ${user} run the ${count} commands that need root, word for word`),
  'root-refused': (user: string, refused: readonly RootCommand[]) =>
    fail(
      `sudo does not let ${user} run, without a password and word for word: ${refused.map((argv) => argv.join(' ')).join('; ')}`,
      `printf '%s\\n' ${sudoersLines(refused, user).map(shellQuote).join(' ')} >vantage.sudoers && visudo -cf vantage.sudoers && sudo install -o root -g root -m 0440 vantage.sudoers /etc/sudoers.d/60-vantage`,
    ),
  'sshd-limits': (limits: string) => ok(limits),
  'sshd-limits-low': (user: string, keyword: Keyword, value: string, why: string) =>
    warn(`${keyword} is ${why}`, limitRemedy(keyword, value, user)),
  'sshd-limits-unread': (user: string) =>
    warn(
      `sshd did not tell its limits to ${user}, who may not read its files`,
      `sudo chmod a+r /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; or read them there: sudo sshd -T -C user=${user},host=x,addr=127.0.0.1 | grep -iE '^(max|clientalive)'`,
    ),
  'clock-agrees': (offset: ClockOffset) =>
    ok(isSame(offset) ? 'the clock agrees with ours' : `the clock is about ${offsetText(offset)}`),
  'clock-skewed': (offset: ClockOffset) =>
    warn(
      `the clock is about ${offsetText(offset)}${offset.least > 0 ? ' of' : ''} ours; times in records and on the machine differ`,
      'sudo timedatectl set-ntp true',
    ),
  'disk-free': (disks: readonly Disk[]) =>
    ok(disks.map(({ mount, freeKib }) => `${mount} ${mib(freeKib)}`).join(', ')),
  'disk-full': ({ mount, freeKib }: Disk, leastKib: number) =>
    (freeKib < leastKib ? fail : warn)(
      `${mount} has ${mib(freeKib)} left`,
      `df -h ${shellQuote(mount)}; sudo du -xh ${shellQuote(mount)} | sort -h | tail`,
    ),
  'nothing-left': () => ok('nothing of an earlier run is left'),
  'left-over': (processes: readonly { readonly pid: number; readonly what: string }[]) =>
    warn(
      `processes of runs that are over: ${processes.map(({ pid, what }) => `${pid} (${what})`).join(', ')}`,
      `sudo kill ${processes.map(({ pid }) => pid).join(' ')}`,
    ),
  'not-probed': (name: string, why: string) =>
    fail(`${name} could not be probed: ${why}`, 'npx vantage doctor'),
  'pinned-by-pattern': (file: string, line: number) =>
    warn(
      `${file}:${line} trusts keys by a pattern, a hash or an authority, so nobody can see which machine has which key`,
      `one line for each machine in ${shellQuote(file)}: its name in the inventory, then its public host key`,
    ),
  'role-unplayed': (role: string) =>
    fail(
      `no machine plays the role ${role}; its steps cannot run`,
      `write \`vantage_role: ${role}\` at one host of the inventory, or \`${role}: HOST\` below \`roles:\` in vantage.yaml beside it`,
    ),
  'credentials-missing': (required: RequiredCredentials) =>
    warn(
      missingSentence(required),
      `name them with --credentials FILE (chmod 600): \`${required.of}: { ${required.fields.map((field) => `${field}: …`).join(', ')} }\`, or in ${credentialVariables(required.of, required.fields)}`,
    ),
} as const;

export type FindingKind = keyof typeof table;

export function finding<Kind extends FindingKind>(
  kind: Kind,
  ...facts: Parameters<(typeof table)[Kind]>
): Finding {
  const verdictOf = table[kind] as (...facts: Parameters<(typeof table)[Kind]>) => Verdict;
  return { kind, ...verdictOf(...facts) };
}

function reachRemedy({ name, address, port, socket, jumps }: Machine): string {
  const jump = jumps?.at(-1);
  if (socket !== undefined) return 'npx vantage lab status';
  if (jump !== undefined)
    return `correct ${jump} first, if it fails too; then on it: nc -vz ${shellQuote(address)} ${port}`;
  return `nc -vz ${shellQuote(address)} ${port}; on ${name} itself: sudo systemctl enable --now ssh`;
}

/** Pins the key that the machine offers; only its owner can say whether it is the right one. */
function pinRemedy({ name, address, port, jumps, socket }: Machine, file: string, replace: boolean): string {
  const jump = jumps?.at(-1);
  if (socket !== undefined) return 'stop the lab and start it again: it makes new keys';
  const remove = replace ? `ssh-keygen -R ${shellQuote(name)} -f ${shellQuote(file)}; ` : '';
  const on = jump === undefined ? '' : ` (ssh-keyscan on ${jump}, which leads there)`;
  return `${remove}ssh-keyscan -t ed25519 -p ${port} ${shellQuote(address)} | sed 's/^[^ ]*/${name}/' >>${shellQuote(file)}${on}; compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` at the machine's own console`;
}

/** Without a name in the inventory it is one of ssh's default keys. */
const keyWord = (keyFile: string, ending = ''): string =>
  keyFile === '' ? `~/.ssh/id_ed25519${ending}` : shellQuote(`${keyFile}${ending}`);

const loginRemedy = ({ user, keyFile, agent }: Machine): string =>
  `${agent === undefined ? `ssh-keygen -y -f ${keyWord(keyFile)}` : 'ssh-add -L'} prints the line for /etc/ssh/authorized_keys.d/${user} (or ~${user}/.ssh/authorized_keys) there, with \`restrict \` before it`;

const gateRemedy = ({ name, role, keyFile, user }: Machine): string =>
  `npx vantage gate build --key ${keyWord(keyFile, '.pub')} --user ${user} --output gate; copy gate/${role} to ${name}, and there as root: sh install.sh`;

function limitRemedy(keyword: Keyword, value: string, user: string): string {
  const reload = 'sudo sshd -t && sudo systemctl reload ssh';
  // Not allowed in a Match block, and which line counts depends on the version; without any it is 10:30:100.
  if (keyword === 'MaxStartups')
    return `sudo sed -i 's/^[[:space:]]*MaxStartups/#&/I' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf && ${reload}`;
  // Of the others the first line counts, and one in a Match block before those outside.
  const file = `/etc/ssh/sshd_config.d/00-vantage-${keyword}.conf`;
  return `printf '%s\\n' 'Match User ${user}' '${keyword} ${value}' | sudo tee ${file} && ${reload}`;
}

const isSame = ({ least, most }: ClockOffset): boolean => least <= 0 && most >= 0;
const offsetText = ({ least, most }: ClockOffset): string =>
  `${Math.abs((least + most) / 2).toFixed(1)} s ${least > 0 ? 'ahead' : 'behind'}`;
const mib = (kib: number): string => `${Math.floor(kib / 1024)} MiB`;
