/** The commands that mend what keeps us from a machine, for the operator to read and run. Pure. */
import type { Machine } from '../fleet/fleet.ts';
import { type RootCommand, sudoersLines } from '../gate/sudoers.ts';
import { shellQuote } from '../files/shellQuote.ts';

/** Adds exactly these commands to what the user may do as root, after `visudo` has read them. */
export function userSudoers(commands: readonly RootCommand[], user: string): string {
  const lines = sudoersLines(commands, user).map(shellQuote).join(' ');
  return `printf '%s\\n' ${lines} >vantage.sudoers && visudo -cf vantage.sudoers && sudo install -o root -g root -m 0440 vantage.sudoers /etc/sudoers.d/60-vantage`;
}

/** Takes the key that the machine offers; whether it is the right one, only its owner can say. */
export function pinKey(machine: Machine, knownHosts: string, replace: boolean): string {
  const { name, address, port, jump, socket } = machine;
  if (socket !== undefined) return 'stop the lab and start it again: it makes its keys anew';
  const remove = replace ? `ssh-keygen -R ${shellQuote(name)} -f ${shellQuote(knownHosts)}; ` : '';
  const on = jump === undefined ? '' : ` (ssh-keyscan on ${jump}, which leads there)`;
  return `${remove}ssh-keyscan -t ed25519 -p ${port} ${shellQuote(address)} | sed 's/^[^ ]*/${name}/' >>${shellQuote(knownHosts)}${on}; compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` at the machine's own console`;
}

/** Puts our public key where sshd looks for it. */
export const letIn = ({ user, keyFile }: Machine): string =>
  `ssh-keygen -y -f ${shellQuote(keyFile)} prints the line for /etc/ssh/authorized_keys.d/${user} (or ~${user}/.ssh/authorized_keys) there, with \`restrict \` before it`;

/** Makes the gate of the machine's role and puts it there. */
export const buildGate = ({ name, role, keyFile, user }: Machine): string =>
  `npx vantage gate build --key ${shellQuote(`${keyFile}.pub`)} --user ${user} --output gate; copy gate/${role} to ${name}, and there as root: sh install.sh`;
