/** The running lab: its machines, services and condition, and the requests that change them, one at a time. */
import { readlinkSync } from 'node:fs';
import type { Fleet } from '../fleet/fleet.ts';
import { openConditions } from './applyCondition.ts';
import type { LabPlan } from './labOrder.ts';
import type { PathOf } from './commands.ts';
import { findMachine } from './description/description.ts';
import { type DesiredState, desiredState, type Variables } from './description/desiredState.ts';
import { socketOf } from './directory.ts';
import { enterMachine } from './machine/enterMachine.ts';
import type { KeyPair } from './machine/keys.ts';
import type { MachinePlan } from './machine/machineProcess.ts';
import { openMachines } from './machines.ts';
import type { ConditionStatus, LabStatus } from './protocol.ts';
import { queue } from '../files/queue.ts';
import { runOrThrow, run } from './machine/runProgram.ts';
import { openServices } from './services.ts';
import { openSshSocket, type SshSocket } from './sshSockets.ts';

export type RunningLab = Awaited<ReturnType<typeof openRunningLab>>;

type RunningLabOptions = {
  readonly plan: LabPlan;
  readonly plans: readonly MachinePlan[];
  readonly path: PathOf;
  readonly fleet: Fleet;
  readonly tls: ReadonlyMap<string, KeyPair>;
  readonly log: (line: string) => void;
  /** The condition changes now. */
  readonly changed: (status: ConditionStatus) => void;
};

const execSeconds = 60;

/** Resolves when every machine and service answers and the condition of the plan is on. Machines have a name or an address. */
export async function openRunningLab(options: RunningLabOptions) {
  const { plan, plans, path, fleet, tls, log, changed } = options;
  const { lab } = plan;
  const machines = openMachines(lab, plans, path, log);
  const { holder } = machines;
  const sockets = new Map<string, SshSocket>();
  for (const { name, address } of lab.machines) {
    const isUp = () => holder(name) !== undefined;
    sockets.set(name, await openSshSocket(socketOf(plan.directory, name), address, isUp));
  }
  const services = openServices({ lab, path, holder, tls, log });
  let present = desiredState(lab, []);
  // Services outside of machines need not wait for the machines.
  await Promise.all([services.apply(present.services), ...lab.machines.map(({ name }) => machines.up(name))]);
  await services.apply(present.services);

  /** The machines whose shells have variables before or after. */
  const withVariables = (next: DesiredState): string[] => [
    ...new Set([...present.environments.keys(), ...next.environments.keys()]),
  ];
  const conditions = openConditions({
    ...{ lab, path, log, changed },
    check: (layers) => services.check(desiredState(lab, layers).services),
    async applyState(layers) {
      const next = desiredState(lab, layers);
      const affected = withVariables(next);
      present = next;
      await services.apply(next.services);
      for (const name of affected) await setVariables(name);
    },
    /** Open connections lead to the old address, and their sessions have the old variables. */
    async holdConnections(layers) {
      const next = desiredState(lab, layers);
      const names = new Set([...withVariables(next), ...present.moved, ...next.moved]);
      const releases = await Promise.all([...names].map((name) => sockets.get(name)?.hold()));
      return () => {
        for (const release of releases) release?.();
      };
    },
  });

  const variablesOf = (name: string): Variables => present.environments.get(name) ?? {};

  /** The environment that sshd gives to sessions of the login user. */
  async function setVariables(name: string): Promise<void> {
    const inside = holder(name);
    if (inside === undefined) return;
    const text = Object.entries(variablesOf(name)).map(([key, value]) => `${key}=${value}\n`);
    const place = `/home/${lab.user}/.ssh`;
    const script = text.length > 0 ? `mkdir -p ${place} && cat >${place}/environment` : `rm -rf ${place}`;
    await runOrThrow(enterMachine(inside, 'root', ['/bin/sh', '-c', script], 'inside'), {
      input: text.join(''),
    });
  }

  function named(nameOrAddress: string): string {
    const found = findMachine(lab, nameOrAddress);
    if (found !== undefined) return found.name;
    const known = lab.machines.map(({ name }) => name).join(', ');
    throw new Error(`expected one of the machines ${known} (or its address), found "${nameOrAddress}"`);
  }

  async function setMachine(name: string, state: 'up' | 'down'): Promise<void> {
    if (state === 'up' && holder(name) !== undefined) return;
    await machines.down(name);
    await services.machineDown(name);
    if (state === 'down') return;
    await machines.up(name);
    if (present.environments.has(name)) await setVariables(name);
    await services.machineUp(name);
  }

  await conditions.set(plan.condition);
  const inTurn = queue();
  return {
    setCondition: (cause: string, remedy?: string) => inTurn(() => conditions.set(cause, remedy)),
    controlService: (...wanted: Parameters<typeof services.control>) =>
      inTurn(() => services.control(...wanted)),
    setMachine: (machine: string, state: 'up' | 'down') => inTurn(() => setMachine(named(machine), state)),
    async exec(machine: string, argv: readonly string[], asRoot: boolean) {
      const name = named(machine);
      const inside = holder(name);
      if (inside === undefined)
        throw new Error(`expected machine ${name} to be up, found it down; bring it up first`);
      const limited = ['timeout', '-k', '1', String(execSeconds), ...argv];
      if (asRoot) return run(enterMachine(inside, 'root', limited, 'inside'));
      const variables = Object.entries(variablesOf(name)).map(([key, value]) => `${key}=${value}`);
      return run(enterMachine(inside, lab.user, ['env', ...variables, ...limited], 'inside'));
    },
    status: (): LabStatus => ({
      ...{ name: lab.name, mode: plan.mode, startedBy: plan.startedBy, ...conditions.status() },
      machines: lab.machines.map(({ name, address }) => {
        return { name, address, state: machines.isUp(name) ? 'up' : 'down', holder: holder(name) ?? 0 };
      }),
      ...{ services: services.status(), fleet, pidNamespace: readlinkSync('/proc/self/ns/pid') },
    }),
  };
}
