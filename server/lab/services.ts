/** Runs the services that a lab's condition needs, where and how it needs them. */
import type { LabDescription } from './description/description.ts';
import type { ServiceSettings } from './description/desiredState.ts';
import type { KeyPair } from './machine/keys.ts';
import { messageOf } from '../files/errors.ts';
import type { ServiceAction, ServiceStatus } from './protocol.ts';
import { type RunningService, startService } from './service.ts';
import { servicePlaces } from './servicePlace.ts';

type Desired = ReadonlyMap<string, ServiceSettings>;

type ServicesOptions = {
  readonly lab: LabDescription;
  readonly path: (namespace: string) => string;
  /** The process through which a machine is entered, or nothing when it is down. */
  readonly holder: (machine: string) => number | undefined;
  /** By machine. */
  readonly tls: ReadonlyMap<string, KeyPair>;
  readonly log: (line: string) => void;
};

type Slot = {
  running: RunningService | undefined;
  /** Its settings as JSON when it started, and where it listens. */
  desired: string;
  at: string;
  /** Why it is down. */
  why: string;
  stopped: boolean;
  restarting: Promise<void>;
};

export function openServices({ lab, path, holder, tls, log }: ServicesOptions) {
  const slots = new Map<string, Slot>();
  let present: Desired = new Map();
  const places = servicePlaces(lab, path, holder);
  const onMachine = (machine: string): string[] =>
    Object.entries(lab.services).flatMap(([name, { on }]) => (on === machine ? [name] : []));

  function slotOf(name: string): Slot {
    const slot = slots.get(name) ?? {
      ...{ running: undefined, desired: '', at: '', why: 'it was not started' },
      ...{ stopped: false, restarting: Promise.resolve() },
    };
    slots.set(name, slot);
    return slot;
  }

  async function start(name: string, settings: ServiceSettings): Promise<void> {
    const { on } = places.definition(name);
    const command = places.commandLine(name);
    if (command === undefined)
      throw new Error(`expected machine ${on} to be up, found it down; bring it up first`);
    const slot = slotOf(name);
    const started = await startService(name, command, settings, settings.tls ? tls.get(on) : undefined);
    slot.running = started;
    slot.desired = JSON.stringify(present.get(name));
    slot.at = settings.listen;
    void started.ended.then((words) => {
      if (slot.running !== started) return;
      slot.running = undefined;
      slot.why = words || 'it has ended';
      // Services around the machines restart by themselves; a machine's own service stays down.
      if (!places.isOnMachine(name)) slot.restarting = restart(name, slot.why);
    });
  }

  async function restart(name: string, why: string): Promise<void> {
    log(`service ${name} has ended and is started again: ${why}`);
    const settings = present.get(name);
    if (settings !== undefined) await start(name, settings).catch((thrown) => log(messageOf(thrown)));
  }

  async function stop(name: string, why: string): Promise<void> {
    const slot = slotOf(name);
    const { running } = slot;
    slot.running = undefined;
    slot.why = why;
    await running?.stop();
  }

  /** All at once. Rejects when each of them listens or has failed. */
  async function startMissing(names: readonly string[]): Promise<void> {
    const starts = names.map(async (name) => {
      const [settings, slot] = [present.get(name), slotOf(name)];
      if (settings !== undefined && slot.running === undefined && !slot.stopped && places.commandLine(name))
        await start(name, settings);
    });
    const failed = (await Promise.allSettled(starts)).find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  return {
    /** Throws, before anything changes, when a needed program is missing. */
    async check(desired: Desired) {
      for (const name of desired.keys()) await places.checkNeeds(name);
    },
    /** Stops services that are not desired, then starts the others. Rejects when one does not listen. */
    async apply(desired: Desired) {
      present = desired;
      await Promise.all([...slots.values()].map(({ restarting }) => restarting));
      for (const name of [...slots.keys()].reverse()) {
        const slot = slotOf(name);
        if (slot.running && slot.desired !== JSON.stringify(desired.get(name)))
          await stop(name, 'it is not desired');
      }
      await startMissing([...desired.keys()]);
    },
    /** By hand. A later condition with other settings overrides it, unless the service was stopped. */
    async control(name: string, order: ServiceAction) {
      places.definition(name);
      const settings = present.get(name);
      if (settings === undefined)
        throw new Error(`expected a condition in which ${name} runs; choose another condition first`);
      if (typeof order === 'object' && settings.listen.startsWith('/'))
        throw new Error(
          `expected ${name} on a port, found it on ${settings.listen}; choose another condition first`,
        );
      const slot = slotOf(name);
      slot.stopped = order === 'stop';
      if (order === 'start' && slot.running !== undefined) return;
      await stop(name, 'it was told to stop');
      if (order === 'stop') return;
      const listen =
        order === 'start' ? settings.listen : settings.listen.replace(/\d+$/, String(order.port));
      await start(name, { ...settings, listen });
    },
    status: (): Readonly<Record<string, ServiceStatus>> =>
      Object.fromEntries(
        [...present.keys()].map((name) => {
          const { running, at, why } = slotOf(name);
          return [name, running ? { state: 'up', at } : { state: 'down', why }];
        }),
      ),
    /** Resolves when the services on this machine have ended. */
    async machineDown(machine: string) {
      for (const name of onMachine(machine)) await slotOf(name).running?.ended;
    },
    async machineUp(machine: string) {
      const names = onMachine(machine);
      for (const name of names) slotOf(name).stopped = false;
      await startMissing(names);
    },
  };
}
