/** The ssh client's whole configuration for a fleet; it reads no file of the user or the system. Pure. */
import { fileURLToPath } from 'node:url';
import type { Fleet, Machine } from '../fleet/fleet.ts';

const DIAL = fileURLToPath(new URL('./dialSocket.mjs', import.meta.url));

/** For every machine: no forwarding, agents or prompts; only the pinned key is trusted. */
const common = (knownHosts: string): readonly string[] => [
  'Host *',
  `UserKnownHostsFile ${path(knownHosts)}`,
  'GlobalKnownHostsFile /dev/null',
  // A client before 8.5 has no such setting.
  'IgnoreUnknown KnownHostsCommand',
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
  // A silent connection ends after fifteen seconds.
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
  const { name, address, port, user, keyFile, agent, socket, jumps = [], connectSeconds } = machine;
  const jump = jumps.find((one) => !fleet.machines.some((other) => other.name === one));
  if (jump !== undefined) {
    throw new Error(
      `${name} is reached through ${jump}, which has to be a machine of the fleet too, with its own pinned key; it is not there. Add ${jump}, or remove the jump.`,
    );
  }
  return [
    `Host ${word(name)}`,
    `HostName ${word(address)}`,
    `Port ${port}`,
    `User ${word(user)}`,
    // Without this line ssh tries its default keys.
    ...(keyFile === '' ? [] : [`IdentityFile ${path(keyFile)}`]),
    ...(agent === undefined ? [] : [`IdentityAgent ${path(agent)}`, 'IdentitiesOnly no']),
    `HostKeyAlias ${name}`,
    `ControlPath ${path(controlPath)}`,
    ...(socket === undefined ? [] : [`ProxyCommand ${dialing(socket)}`]),
    ...(jumps.length === 0 ? [] : [`ProxyJump ${jumps.map(word).join(',')}`]),
    ...(connectSeconds === undefined ? [] : [`ConnectTimeout ${connectSeconds}`]),
  ];
}

/** ssh runs this with `/bin/sh -c exec …`, after it has replaced its own % words. */
const dialing = (socket: string): string =>
  [process.execPath, DIAL, socket]
    .map((word) => `'${plain(word).replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`)
    .join(' ');

/** The inventory reader rejects these too; a line break would add an option to ssh. */
function word(text: string): string {
  if (!/["'\\\s\p{C}]/u.test(text)) return text;
  throw new Error(
    `A name, an address or a user for ssh may not hold blanks, quotes, backslashes or line breaks, but this one does: ${JSON.stringify(text)}.`,
  );
}

/** A file name for ssh's configuration: `%` and `\${` would be replaced, and a quote cannot be escaped. */
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
