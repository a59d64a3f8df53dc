/** Who is in the lab: names, addresses, cards. How they are wired is left to `network.ts`, how they are built to `etc.ts` and `machine/`. */

export const machineNames = ['manager', 'backend', 'frontend'] as const;
export type MachineName = (typeof machineNames)[number];

/** A network namespace of the lab. `foot` is where the supervisor lives, `windows` the stand-in Windows host with the switch. */
export type Namespace = 'foot' | 'windows' | MachineName;

export type LabMachine = {
  readonly name: MachineName;
  readonly hostName: string;
  readonly address: string;
  /** The card on the switch, and the switch's port for it. */
  readonly card: string;
  readonly port: string;
};

export const labMachines: readonly LabMachine[] = [
  { name: 'manager', hostName: 'vm19', address: '172.16.168.19', card: 'eth0', port: 'sw19' },
  { name: 'backend', hostName: 'wsl20', address: '172.16.168.20', card: 'eth2', port: 'sw20' },
  { name: 'frontend', hostName: 'vm21', address: '172.16.168.21', card: 'eth0', port: 'sw21' },
];

export const footAddress = '172.16.168.10';
export const loginUser = 'autobot';
export const servicePort = 8443;

/** The machine that a name or an address stands for, or nothing. */
export const machineOf = (nameOrAddress: string): LabMachine | undefined =>
  labMachines.find((machine) => machine.name === nameOrAddress || machine.address === nameOrAddress);

/** The machine of that name, which is known to exist. */
export function machineNamed(name: MachineName): LabMachine {
  const machine = machineOf(name);
  if (machine === undefined) throw new Error(`expected a machine of the lab, found ${name}`);
  return machine;
}
