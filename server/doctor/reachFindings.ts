/** What is found on the way to a machine, before it is asked anything: key, login, who answered, its gate. Pure. */
import type { Machine } from '../fleet/fleet.ts';
import type { Identity, TransportError } from '../agent/contract.ts';
import { pinnedKeys } from '../ssh/knownHosts.ts';
import { buildGate, letIn, pinKey } from './remedyCommands.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { fail, type Finding, ok, warn } from './report.ts';

export type Pins = { readonly file: string; readonly text: string };

/** Why nothing could be asked. */
export function reachFindings(machine: Machine, error: TransportError, pins: Pins): readonly Finding[] {
  const { name, address, port, role } = machine;
  const message = error.message;
  switch (error.problem) {
    case 'unreachable':
      return [fail('unreachable', message, reachAgain(machine))];
    case 'host-key': {
      const unknown = pinnedKeys(pins.text, name).length === 0;
      const kind = unknown ? 'host-key-unknown' : 'host-key-changed';
      return [
        ok('reachable', `${address}:${port} answers`),
        fail(kind, message, pinKey(machine, pins.file, !unknown)),
      ];
    }
    case 'refused-login':
      return [...through(machine), fail('login-refused', message, letIn(machine))];
    case 'not-an-agent': {
      if (/OpenSSH_for_Windows|is not recognized as|Microsoft Windows|PowerShell/i.test(message))
        return [
          ...through(machine),
          fail(
            'answers-as-windows',
            `${name} should be the guest, and Windows answered at ${address}:${port}. In mirrored mode both have this address: the sshd of one of them needs another port. Nothing was run.`,
            `in the guest: echo 'Port 2222' | sudo tee /etc/ssh/sshd_config.d/60-port.conf && sudo systemctl restart ssh, and \`ansible_port: 2222\` at ${name}`,
          ),
        ];
      // A machine that others are only reached through need not run anything.
      if (role === '')
        return [
          ...through(machine),
          ok('login-accepted', 'lets us in; only the way to others leads through it'),
        ];
      return [
        ...through(machine),
        fail(
          'no-agent',
          message,
          machine.gate ? buildGate(machine) : `sudo usermod --shell /bin/sh ${shellQuote(machine.user)}`,
        ),
      ];
    }
    default:
      return never(error.problem);
  }
}

const through = (machine: Machine): readonly Finding[] => [
  ok('reachable', `${machine.address}:${machine.port} answers`),
  ok('host-key-pinned', 'the pinned host key was verified'),
];

function reachAgain({ name, address, port, socket, jump }: Machine): string {
  if (socket !== undefined) return 'npx vantage lab status';
  if (jump !== undefined)
    return `mend ${jump} first, if it fails too; then on it: nc -vz ${shellQuote(address)} ${port}`;
  return `nc -vz ${shellQuote(address)} ${port}; on ${name} itself: sudo systemctl enable --now ssh`;
}

/** A machine that let us in and greeted. */
export function answeredFindings(
  { address, port, local }: Machine,
  { hostKey, user }: Identity,
): readonly Finding[] {
  if (local) return [ok('reachable', `this very machine, as ${user}`)];
  return [
    ok('reachable', `${address}:${port} answers`),
    ok('host-key-pinned', hostKey === '' ? 'the pinned host key was verified' : hostKey),
    ok('login-accepted', `lets in ${user}`),
  ];
}

/** Who answered, against what the inventory says. */
export function identityFindings(
  machine: Machine,
  { hostName, machineId, kernel }: Identity,
): readonly Finding[] {
  const { name, machineId: stated, address } = machine;
  const who = `${hostName}, ${machineId}, ${kernel}`;
  if (stated === undefined)
    return [
      warn(
        'identity-not-stated',
        `${who} answered; the inventory does not say who should, so another machine at ${address} would not be noticed`,
        machineId === '?'
          ? `sudo systemd-machine-id-setup on ${name}`
          : `\`vantage_machine_id: ${machineId}\` at ${name} in the inventory, if that is right`,
      ),
    ];
  if (stated === machineId) return [ok('right-machine', who)];
  return [
    fail(
      'wrong-machine',
      `${name} (${address}) must be the machine ${stated}, and ${hostName} with ${machineId} answered. Nothing was run.`,
      `find out who answers at ${address}; if it is the right one now, \`vantage_machine_id: ${machineId}\` at ${name} in the inventory`,
    ),
  ];
}

/** `expected` is the version of the gate that the site would build now. */
export function gateFindings(machine: Machine, { gate }: Identity, expected: string): readonly Finding[] {
  const { name } = machine;
  const build = buildGate(machine);
  if (gate === '')
    return [
      warn(
        'gate-missing',
        'no gate is installed: the program travels with each command, and whoever holds the key of this server can run anything there',
        `${build}, and \`vantage_gate: installed\` at ${name} in the inventory`,
      ),
    ];
  if (gate === expected || expected === '') return [ok('gate-current', `gate ${gate.slice(0, 12)}…`)];
  return [
    fail(
      'gate-outdated',
      `the gate there is ${gate.slice(0, 12)}…, and the checks of this site make ${expected.slice(0, 12)}…; what changed is refused`,
      build,
    ),
  ];
}

/** Lines that pin a key for more than the names that stand there. */
export function patternFindings(knownHosts: string, file: string): readonly Finding[] {
  return knownHosts.split('\n').flatMap((line, index) => {
    const [names = ''] = line.trim().split(/\s+/);
    if (names === '' || names.startsWith('#') || !/[*?!|]|^@cert-authority/.test(names)) return [];
    return [
      warn(
        'pinned-by-pattern',
        `${file}:${index + 1} trusts keys by a pattern, a hash or an authority, so nobody can read off which machine has which key`,
        `one line for each machine in ${shellQuote(file)}: its name in the inventory, then its public host key`,
      ),
    ];
  });
}

function never(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
