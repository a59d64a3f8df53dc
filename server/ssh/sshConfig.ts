/**
 * The ssh client's whole configuration, written from a fleet: nothing of the user's own or the system's is read. Pure.
 * Starting ssh with it is left to `sshPlace.ts`.
 */
import { fileURLToPath } from 'node:url';
import type { Fleet, Machine } from '../fleet/fleet.ts';

const DIAL = fileURLToPath(new URL('./dialSocket.mjs', import.meta.url));

/** Valid for every machine. Forwarding, agents, prompts and whatever else could surprise is off; the pinned key is the only trust. */
const common = (knownHosts: string): readonly string[] => [
  'Host *',
  `UserKnownHostsFile ${path(knownHosts)}`,
  'GlobalKnownHostsFile /dev/null',
  'KnownHostsCommand none',
  'StrictHostKeyChecking yes',
  'UpdateHostKeys no',
  'VerifyHostKeyDNS no',
  'CanonicalizeHostname no',
  'CheckHostIP no',
  'IdentitiesOnly yes',
  'IdentityAgent none',
  'BatchMode yes',
  'PreferredAuthentications publickey',
  'ForwardAgent no',
  'ForwardX11 no',
  'ClearAllForwardings yes',
  'PermitLocalCommand no',
  'EscapeChar none',
  'RequestTTY no',
  'SendEnv -*',
  'ControlMaster no',
  'ControlPersist no',
  'ConnectTimeout 8',
  'ServerAliveInterval 5',
  // Two unanswered questions are borne, the third ends it: a silent way is given up after fifteen seconds.
  'ServerAliveCountMax 2',
  'TCPKeepAlive yes',
  'LogLevel ERROR',
];

/** The text of the file for `ssh -F`. `controlPath` gives each machine the socket of its shared connection. */
export function sshConfig(fleet: Fleet, controlPath: (name: string) => string): string {
  const hosts = fleet.machines.map((machine) => host(machine, fleet, controlPath(machine.name)));
  return `${[...hosts.flat(), ...common(fleet.knownHosts)].join('\n')}\n`;
}

function host(machine: Machine, fleet: Fleet, controlPath: string): readonly string[] {
  const { name, address, port, user, keyFile, socket, jump, connectSeconds } = machine;
  if (jump !== undefined && !fleet.machines.some((other) => other.name === jump)) {
    throw new Error(
      `${name} is reached through ${jump}, which has to be a machine of the inventory too, with its own pinned key; it is not there. Add ${jump}, or take the jump away.`,
    );
  }
  return [
    `Host ${word(name)}`,
    `HostName ${word(address)}`,
    `Port ${port}`,
    `User ${word(user)}`,
    `IdentityFile ${path(keyFile)}`,
    `HostKeyAlias ${name}`,
    `ControlPath ${path(controlPath)}`,
    ...(socket === undefined ? [] : [`ProxyCommand ${dialing(socket)}`]),
    ...(jump === undefined ? [] : [`ProxyJump ${jump}`]),
    ...(connectSeconds === undefined ? [] : [`ConnectTimeout ${connectSeconds}`]),
  ];
}

/** ssh hands this to `/bin/sh -c`, behind an `exec`, after it has replaced its own % words. */
const dialing = (socket: string): string =>
  [process.execPath, DIAL, socket]
    .map((word) => `'${plain(word).replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`)
    .join(' ');

/** The reader of inventories lets none of these through; a line that was made of two would be an option of ssh, whoever wrote it. */
function word(text: string): string {
  if (!/["'\\\s\p{C}]/u.test(text)) return text;
  throw new Error(
    `A name, an address or a user for ssh may not hold blanks, quotes, backslashes or line breaks, but this one does: ${JSON.stringify(text)}.`,
  );
}

/** A file name as ssh's configuration takes it: `%` and `\${` would be replaced, and a quote cannot be written. */
export function path(file: string): string {
  if (/["\\]|\$\{/.test(file)) throw new Error(refusal(file));
  return `"${plain(file).replaceAll('%', '%%')}"`;
}

function plain(text: string): string {
  if (/[\0\n\r]/.test(text)) throw new Error(refusal(text));
  return text;
}

const refusal = (file: string): string =>
  `A file name for ssh may not hold quotes, backslashes, line breaks or \${, but this one does: ${JSON.stringify(file)}. Move the file.`;
