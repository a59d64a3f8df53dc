/** The lab as a fleet: the objects for the server, and the same as files for ssh and Ansible. Pure. */

import type { Fleet } from '../fleet/fleet.ts';
import { keyOf, knownHostsOf, socketOf } from './directory.ts';
import { labMachines, loginUser, type MachineName } from './machines.ts';

export const fleetOf = (
  directory: string,
  seedOf: (name: MachineName) => { readonly machineId: string; readonly gate: string | undefined },
): Fleet => ({
  name: 'lab',
  provenance: 'lab',
  knownHosts: knownHostsOf(directory),
  machines: labMachines.map(({ name, address }) => ({
    name,
    role: name,
    address,
    port: 22,
    user: loginUser,
    keyFile: keyOf(directory),
    socket: socketOf(directory, name),
    machineId: seedOf(name).machineId,
    ...(seedOf(name).gate === undefined ? {} : { gate: true as const }),
  })),
});

/** One line per machine, under the machine's name and not its address: the address means nothing outside the lab. */
export const knownHosts = (hostKey: (name: MachineName) => string): string =>
  labMachines.map(({ name }) => `${name} ${hostKey(name)}\n`).join('');

/** An Ansible inventory in which each role is a group of one. JSON strings are YAML. */
export function inventory(fleet: Fleet): string {
  const groups = fleet.machines.map((machine) => {
    const vars = {
      ansible_host: machine.address,
      ansible_port: machine.port,
      ansible_user: machine.user,
      ansible_ssh_private_key_file: machine.keyFile,
      vantage_socket: machine.socket,
      vantage_machine_id: machine.machineId,
      ...(machine.gate ? { vantage_gate: 'installed' } : {}),
    };
    const lines = Object.entries(vars).map(
      ([name, value]) => `          ${name}: ${JSON.stringify(value)}\n`,
    );
    return `    ${machine.role}:\n      hosts:\n        ${machine.name}:\n${lines.join('')}`;
  });
  return `all:\n  children:\n${groups.join('')}`;
}
