/** The running lab: its machines, its backend and its condition, and the orders that change them, one at a time. */

import { readlinkSync } from 'node:fs';
import type { Fleet } from '../fleet/fleet.ts';
import { openArranger, wantedBy } from './arrange.ts';
import { openConditioner } from './conditioner.ts';
import { socketOf } from './directory.ts';
import { type Door, openDoor } from './doors.ts';
import { enter } from './enter.ts';
import type { GuestPlan } from './guest.ts';
import type { KeyPair } from './keys.ts';
import { labMachines, type MachineName, type Namespace } from './machines.ts';
import type { BackendOrder, LabStatus } from './protocol.ts';
import { openRack } from './rack.ts';
import type { LabOrder } from './raise.ts';
import { type Ran, run } from './run.ts';
import { startWindows } from './windows.ts';

export type World = {
  status(): LabStatus;
  setCondition(cause: string, remedy?: string): Promise<void>;
  setMachine(name: MachineName, state: 'up' | 'down'): Promise<void>;
  setBackend(order: BackendOrder): Promise<void>;
  exec(name: MachineName, argv: readonly string[], asRoot: boolean): Promise<Ran>;
};

export type Parts = {
  readonly order: LabOrder;
  readonly plans: readonly GuestPlan[];
  readonly network: (namespace: Namespace) => string;
  readonly fleet: Fleet;
  readonly tls: KeyPair;
  readonly log: (line: string) => void;
};

const execSeconds = 60;

/** Resolves when every machine and the backend answer and the ordered condition is on. */
export async function openWorld({ order, plans, network, fleet, tls, log }: Parts): Promise<World> {
  const rack = openRack(plans, network, log);
  const doors = new Map<MachineName, Door>();
  for (const { name, address } of labMachines) {
    const isUp = () => rack.holder(name) !== undefined;
    doors.set(name, await openDoor(socketOf(order.directory, name), address, isUp));
  }
  const [windows] = await Promise.all([
    startWindows(network('windows'), log),
    ...labMachines.map(({ name }) => rack.up(name)),
  ]);
  const arranger = openArranger({ holder: rack.holder, tls, windows, doors });
  await arranger.found('backend');
  const conditioner = openConditioner({
    path: network,
    check: (layers) => arranger.check(wantedBy(layers)),
    arrange: (layers) => arranger.arrange(wantedBy(layers)),
    hold: (layers) => arranger.hold(wantedBy(layers)),
    log,
  });
  await conditioner.set(order.condition);

  async function setMachine(name: MachineName, state: 'up' | 'down'): Promise<void> {
    if (state === 'up' && rack.holder(name) !== undefined) return;
    await rack.down(name);
    // What runs on a machine dies with it; this waits until that is known.
    await arranger.lost(name);
    if (state === 'down') return;
    await rack.up(name);
    await arranger.found(name);
  }

  const inTurn = queue();
  return {
    setCondition: (cause, remedy) => inTurn(() => conditioner.set(cause, remedy)),
    setBackend: (wanted) => inTurn(() => arranger.setBackend(wanted)),
    setMachine: (name, state) => inTurn(() => setMachine(name, state)),
    exec: async (name, argv, asRoot) => {
      const holder = rack.holder(name);
      if (holder === undefined)
        throw new Error(`expected machine ${name} to be up, found it down; bring it up first`);
      const limited = ['timeout', '-k', '1', String(execSeconds), ...argv];
      if (asRoot) return run(enter(holder, 'root', limited, 'inside'));
      const variables = Object.entries(arranger.variablesOf(name)).map(([key, value]) => `${key}=${value}`);
      return run(enter(holder, 'login', ['env', ...variables, ...limited], 'inside'));
    },
    status: () => ({
      mode: order.mode,
      startedBy: order.startedBy,
      condition: conditioner.name(),
      machines: labMachines.map(({ name, address }) => {
        return { name, address, state: rack.isUp(name) ? 'up' : 'down', holder: rack.holder(name) ?? 0 };
      }),
      backend: arranger.backend(),
      fleet,
      pidNamespace: readlinkSync('/proc/self/ns/pid'),
    }),
  };
}

/** Runs tasks one after the other; one that fails does not keep the next from running. */
function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => {});
    return next;
  };
}
