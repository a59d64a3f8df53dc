/** Opens one fleet, a lab or the machines of an inventory, and keeps its state for the page. */
import type { FleetView } from '../../src/core/protocol/down.ts';
import type { LabDescription } from '../lab/description/description.ts';
import { type Lab, LabError, type LabOptions, startLab } from '../lab/lab.ts';
import type { Transport } from '../agent/contract.ts';
import type { OpenFleet } from '../runs/runRegistry.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { fleetTransport } from './fleetTransport.ts';
import { readInventories } from '../inventory/inventory.ts';
import { pinFaults } from '../inventory/keyFile.ts';
import { fleetNotes } from './fleetNotes.ts';
import type { RoleMap } from '../inventory/roles.ts';
import { messageOf } from '../files/errors.ts';

export type CurrentFleet = ReturnType<typeof openCurrentFleet>;

export type FleetChoice =
  /** `directory`: for the lab's sockets, if not the default. */
  | { readonly kind: 'lab'; readonly directory?: string }
  /** `files` are merged in this order; `map` is from `--roles`, `identity` a key for every machine. */
  | {
      readonly kind: 'inventory';
      readonly files: readonly string[];
      readonly map: RoleMap;
      readonly identity?: string | undefined;
    }
  | { readonly kind: 'none'; readonly message: string };

export type CurrentFleetOptions = {
  readonly choice: FleetChoice;
  /** Short and private: ssh configuration and control sockets. */
  readonly directory: string;
  readonly log: (line: string) => void;
  readonly changed: (view: FleetView) => void;
  /** An inventory is refused; each fault begins with its file. */
  readonly refused: (files: readonly string[], faults: readonly string[]) => void;
  /** Undefined when no writeup has one. */
  readonly lab: LabDescription | undefined;
  readonly gates: NonNullable<LabOptions['gates']>;
  readonly roles: readonly string[];
  readonly every: ReadonlySet<string>;
  /** For real machines; a lab has the documented ones. */
  readonly credentials: Credentials;
};

/** Starts at once. A failure becomes the view's state `none`, with its message. */
export function openCurrentFleet(options: CurrentFleetOptions) {
  const {
    choice,
    directory,
    log,
    changed,
    refused,
    lab: described,
    gates,
    roles,
    every,
    credentials,
  } = options;
  const ending = new AbortController();
  let view: FleetView = {
    state: 'starting',
    message: choice.kind === 'lab' ? 'The lab is starting.' : 'The inventory is being read.',
  };
  let open: OpenFleet | undefined;
  let transport: Transport | undefined;
  let lab: Lab | undefined;
  const show = (next: FleetView) => {
    if (JSON.stringify(next) === JSON.stringify(view)) return;
    view = next;
    changed(view);
  };
  const none = (message: string) => {
    open = undefined;
    log(message);
    show({ state: 'none', message });
  };
  const use = (fleet: Fleet, credentials: Credentials, condition: () => Promise<string>) => {
    transport = fleetTransport(fleet, { directory, log });
    transport.warm();
    open = { fleet, transport, credentials, condition };
  };
  const ready = (fleet: Fleet, condition: string) =>
    show({
      state: 'ready',
      name: fleet.name,
      source: fleet.source,
      condition,
      // A machine without a role is only a jump host.
      roles: fleet.machines
        .filter(({ role }) => role !== '')
        .map(({ role, name, address, gate = false }) => ({ role, name, address, gate })),
    });

  const startWithLab = async ({ directory: labDirectory }: { readonly directory?: string }) => {
    const place = labDirectory === undefined ? {} : { directory: labDirectory };
    if (described === undefined)
      return none(
        'This writeup has no lab, so nothing runs its checks. Write one (content/README.md), or name real machines: --inventory FILE',
      );
    const started = await startLab({ lab: described, log, signal: ending.signal, gates, ...place });
    lab = started;
    use(started.fleet, { kind: 'documented' }, started.conditionNow);
    started.onCondition((condition) => {
      if (condition !== '' && view.state === 'ready') ready(started.fleet, condition);
    });
    ready(started.fleet, await started.conditionNow());
    void started.ended.then((why) => {
      if (!ending.signal.aborted)
        none(`The lab has ended: ${why} Stop this server and start it again to bring it back.`);
    });
  };
  const startWithInventory = async ({
    files,
    map,
    identity,
  }: Extract<FleetChoice, { kind: 'inventory' }>) => {
    const result = readInventories(files, { roles, every, map, identity });
    const faults = result.ok ? pinFaults(result.fleet) : result.problems;
    if (!result.ok || faults.length > 0) {
      refused(files, faults);
      return none(`The inventory has faults, so no machine can be reached:\n${faults.join('\n')}`);
    }
    for (const note of [...result.unplayed, ...fleetNotes(result)]) log(note);
    use(result.fleet, credentials, () => Promise.resolve(''));
    ready(result.fleet, '');
  };
  const starting = (
    choice.kind === 'lab'
      ? startWithLab(choice)
      : choice.kind === 'inventory'
        ? startWithInventory(choice)
        : Promise.resolve(none(choice.message))
  ).catch((error: unknown) => {
    if (ending.signal.aborted) return;
    none(
      error instanceof LabError
        ? error.problem.message
        : `The fleet could not be opened: ${messageOf(error)}`,
    );
  });

  return {
    view: () => view,
    /** Undefined until it is ready. */
    open: () => open,
    /** Undefined for real machines. */
    lab: () => lab,
    async close() {
      ending.abort();
      await starting;
      await transport?.close();
      await lab?.stop();
    },
  };
}
