/** Starts the lab inside the supervisor's namespaces: keys, networks, plans of the machines. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabDescription, roleIn } from './description/description.ts';
import type { LabPlan } from './labOrder.ts';
import { inventoryOf, keyOf, knownHostsOf, placeOf } from './directory.ts';
import { fleetOf, inventory, knownHosts } from './fleet.ts';
import { bareKey, certificate, type KeyPair, newMachineId, sshKey } from './machine/keys.ts';
import type { MachinePlan } from './machine/machineProcess.ts';
import { makeNetwork } from './network.ts';
import type { ConditionStatus } from './protocol.ts';
import { openRunningLab } from './runningLab.ts';
import { runOrThrow } from './machine/runProgram.ts';
import { sudoersFile } from './machine/sudoers.ts';

/** Resolves when every machine's sshd answers, the services listen and the condition is on. */
export async function bringUp(
  plan: LabPlan,
  log: (line: string) => void,
  changed: (status: ConditionStatus) => void,
) {
  const { lab, directory } = plan;
  const place = placeOf(directory);
  await mkdir(place, { mode: 0o700 });
  await runOrThrow(['mount', '-t', 'tmpfs', '-o', 'mode=700,nodev,nosuid,size=16m', 'lab', place]);
  log('making keys and networks');
  const [keys, path, sudoers] = await Promise.all([
    makeKeys(lab, place),
    makeNetwork(lab),
    checkedSudoers(place, plan),
  ]);
  const hasPenalties = (await readFile(join(plan.root, 'usr/sbin/sshd'))).includes('persourcepenalties');
  const plans = lab.machines.map((machine): MachinePlan => {
    const { secret: hostKey, open: hostPublicKey } = requiredValue(keys.hosts, machine.name);
    const seed = {
      ...{ lab, machine, machineId: newMachineId(), hostKey, hostPublicKey, sudoers },
      ...{ clientPublicKey: keys.client.open, gate: plan.gates[roleIn(machine)], bare: plan.bare },
      hasPenalties,
    };
    const programs = Object.values(lab.services).flatMap(({ on, program }) =>
      on === machine.name ? [join(lab.directory, program)] : [],
    );
    return { seed, root: plan.root, network: path(machine.name), place, programs };
  });
  const fleet = fleetOf(
    directory,
    plans.map(({ seed }) => seed),
  );
  const hostKeys = knownHosts(plans.map(({ seed }) => [seed.machine.name, bareKey(seed.hostPublicKey)]));
  await Promise.all([
    writeFile(keyOf(directory), keys.client.secret, { mode: 0o600 }),
    writeFile(knownHostsOf(directory), hostKeys, { mode: 0o600 }),
    writeFile(inventoryOf(directory), inventory(fleet), { mode: 0o600 }),
  ]);
  log(`starting ${lab.machines.map(({ hostName }) => hostName).join(', ')}`);
  return openRunningLab({ plan, plans, path, fleet, tls: keys.tls, log, changed });
}

/** That of the login user, and by machine those of the hosts and for TLS. */
async function makeKeys(lab: LabDescription, place: string) {
  const within = join(place, 'keys');
  await mkdir(within, { mode: 0o700 });
  const speakTls = new Set(Object.values(lab.services).flatMap(({ on, tls }) => (tls ? [on] : [])));
  const made = async (
    wanted: (name: string) => boolean,
    make: (hostName: string, address: string) => Promise<KeyPair>,
  ) =>
    new Map(
      await Promise.all(
        lab.machines
          .filter(({ name }) => wanted(name))
          .map(async ({ name, hostName, address }) => [name, await make(hostName, address)] as const),
      ),
    );
  const [client, tls, hosts] = await Promise.all([
    sshKey(within, 'vantage-lab'),
    made(
      (name) => speakTls.has(name),
      (hostName, address) => certificate(within, hostName, address),
    ),
    made(
      () => true,
      (hostName) => sshKey(within, hostName),
    ),
  ]);
  return { client, tls, hosts };
}

async function checkedSudoers(place: string, { lab, rootCommands }: LabPlan): Promise<string> {
  const text = sudoersFile(rootCommands, lab.user);
  const path = join(place, 'sudoers');
  await writeFile(path, text, { mode: 0o440 });
  await runOrThrow(['visudo', '-cqf', path]);
  return text;
}

function requiredValue<V>(map: ReadonlyMap<string, V>, key: string): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`expected something for ${key}, found nothing`);
  return value;
}
