/** Brings the lab up inside the supervisor's namespaces: keys, networks, plans of the machines. What happens afterwards is left to `world.ts`. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inventoryOf, keyOf, knownHostsOf, placeOf } from './directory.ts';
import { fleetOf, inventory, knownHosts } from './fleet.ts';
import type { GuestPlan } from './guest.ts';
import { bareKey, certificate, type KeyPair, newMachineId, sshKey } from './keys.ts';
import { type LabMachine, labMachines, type MachineName, machineNamed, type Namespace } from './machines.ts';
import { newNetwork, ownNetwork } from './namespaces.ts';
import { footNetwork, guestNetwork, plainNetwork, windowsNetwork } from './network.ts';
import { apply } from './ops.ts';
import { must } from './run.ts';
import type { RootCommand } from '../gate/sudoers.ts';
import { sudoersFile } from './sudoers.ts';
import { openWorld, type World } from './world.ts';

export type LabOrder = {
  readonly directory: string;
  readonly mode: 'tied' | 'detached';
  readonly startedBy: number;
  readonly condition: string;
  readonly rootCommands: readonly RootCommand[];
  /** The text of the gate that is installed on a machine; without one, its key opens a shell. */
  readonly gates: { readonly [name in MachineName]?: string };
  /** The machines as they are before anything of ours is installed: nobody can log in. */
  readonly bare: boolean;
};

type Keys = {
  readonly client: KeyPair;
  readonly hosts: ReadonlyMap<MachineName, KeyPair>;
  readonly tls: KeyPair;
};

/** Resolves when every machine's sshd answers, the stand-in backend listens and the condition is on. */
export async function raise(order: LabOrder, log: (line: string) => void): Promise<World> {
  const place = placeOf(order.directory);
  await mkdir(place, { mode: 0o700 });
  await must(['mount', '-t', 'tmpfs', '-o', 'mode=700,nodev,nosuid,size=16m', 'lab', place]);
  log('making keys and networks');
  const [keys, network, sudoers] = await Promise.all([
    makeKeys(place),
    makeNetworks(),
    checkedSudoers(place, order.rootCommands),
  ]);
  const plans = labMachines.map((machine): GuestPlan => {
    const { secret: hostKey, open: hostPublicKey } = keyed(keys.hosts, machine.name);
    const gate = order.gates[machine.name];
    const seed = {
      machine,
      machineId: newMachineId(),
      hostKey,
      clientPublicKey: keys.client.open,
      ...{ sudoers, gate, hostPublicKey, bare: order.bare },
    };
    return { seed, network: network(machine.name), place, service: machine.name === 'backend' };
  });
  const fleet = fleetOf(order.directory, (name) => seedOf(plans, name));
  await Promise.all([
    writeFile(keyOf(order.directory), keys.client.secret, { mode: 0o600 }),
    writeFile(
      knownHostsOf(order.directory),
      knownHosts((name) => bareKey(keyed(keys.hosts, name).open)),
      { mode: 0o600 },
    ),
    writeFile(inventoryOf(order.directory), inventory(fleet), { mode: 0o600 }),
  ]);
  log('starting vm19, wsl20 and vm21');
  return openWorld({ order, plans, network, fleet, tls: keys.tls, log });
}

async function makeKeys(place: string): Promise<Keys> {
  const within = join(place, 'keys');
  await mkdir(within, { mode: 0o700 });
  const { hostName, address } = machineNamed('backend');
  const [client, tls, ...hosts] = await Promise.all([
    sshKey(within, 'vantage-lab'),
    certificate(within, hostName, address),
    ...labMachines.map(async ({ name, hostName }) => [name, await sshKey(within, hostName)] as const),
  ]);
  return { client, tls, hosts: new Map(hosts) };
}

/** All namespaces with their base state. The result leads to a namespace's file. */
async function makeNetworks(): Promise<(namespace: Namespace) => string> {
  const made = new Map<Namespace, string>([['foot', ownNetwork()]]);
  const names: readonly Namespace[] = ['windows', ...labMachines.map((machine) => machine.name)];
  await Promise.all(names.map(async (name) => made.set(name, await newNetwork())));
  const path = (name: Namespace): string => keyed(made, name);
  // First: it makes everybody's cards.
  await apply(windowsNetwork(path), path);
  const own = (machine: LabMachine) =>
    machine.name === 'backend' ? guestNetwork : plainNetwork(machine.name, machine.address);
  await Promise.all([footNetwork, ...labMachines.map(own)].map((list) => apply(list, path)));
  return path;
}

async function checkedSudoers(place: string, commands: readonly RootCommand[]): Promise<string> {
  const text = sudoersFile(commands);
  const path = join(place, 'sudoers');
  await writeFile(path, text, { mode: 0o440 });
  await must(['visudo', '-cqf', path]);
  return text;
}

const seedOf = (plans: readonly GuestPlan[], name: MachineName) =>
  keyed(new Map(plans.map(({ seed }) => [seed.machine.name, seed])), name);

function keyed<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`expected something for ${String(key)}, found nothing`);
  return value;
}
