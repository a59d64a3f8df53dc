/** The lab as a fleet: for the server, and as files for ssh and Ansible. Pure. */
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { roleIn } from './description/description.ts';
import { keyOf, knownHostsOf, socketOf } from './directory.ts';
import type { Seed } from './machine/seed.ts';

export const fleetOf = (
  directory: string,
  seeds: readonly Pick<Seed, 'lab' | 'machine' | 'machineId' | 'gate'>[],
): Fleet => ({
  name: 'lab',
  source: 'lab',
  knownHosts: knownHostsOf(directory),
  machines: seeds.map(({ lab, machine, machineId, gate }) => ({
    ...{ name: machine.name, role: roleIn(machine), address: machine.address },
    ...{ port: 22, user: lab.user, machineId },
    keyFile: keyOf(directory),
    socket: socketOf(directory, machine.name),
    ...(gate === undefined ? {} : { gate: true as const }),
  })),
});

/** One line per machine, under the machine's name and not its address: the address means nothing outside the lab. */
export const knownHosts = (keys: readonly (readonly [machine: string, key: string])[]): string =>
  keys.map(([machine, key]) => `${machine} ${key}\n`).join('');

/** An Ansible inventory in which each role is a group. JSON strings are YAML. */
export function inventory(fleet: Fleet): string {
  const hostOf = (machine: Machine): string => {
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
    return `        ${machine.name}:\n${lines.join('')}`;
  };
  const groups = [...Map.groupBy(fleet.machines, ({ role }) => role)].map(
    ([role, machines]) => `    ${role}:\n      hosts:\n${machines.map(hostOf).join('')}`,
  );
  return `all:\n  children:\n${groups.join('')}`;
}
