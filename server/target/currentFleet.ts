/** Which fleet runs go to, and its state for the page: the lab by default, an inventory when one is named. Reaching machines is left to `transport/`. */
import type { FleetView } from '../../src/core/protocol/down.ts';
import type { LabDescription } from '../lab/description/description.ts';
import { type Lab, LabError, type LabOptions, startLab } from '../lab/lab.ts';
import type { Transport } from '../agent/contract.ts';
import type { OpenFleet } from '../runs/runRegistry.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { fleetTransport } from './fleetTransport.ts';
import { readInventories } from '../inventory/inventory.ts';
import { keyNotes, pinFaults } from '../inventory/keyFile.ts';
import type { RoleMap } from '../inventory/roles.ts';

export type CurrentFleet = {
  view(): FleetView;
  /** The fleet that runs go to, once it is there. */
  open(): OpenFleet | undefined;
  /** The lab beneath it, for conditions and tests; nothing for real machines. */
  lab(): Lab | undefined;
  /** Looks at the lab's condition now, not only at the next poll. */
  refresh(): Promise<void>;
  close(): Promise<void>;
};

export type FleetChoice =
  | {
      readonly kind: 'lab';
      /** Where the lab keeps its sockets, when not at its usual place. */ readonly directory?: string;
    }
  | {
      readonly kind: 'inventory';
      /** Merged in this order. */
      readonly files: readonly string[];
      /** What `--roles` says. */
      readonly map: RoleMap;
    }
  | { readonly kind: 'none'; readonly message: string };

export type CurrentFleetOptions = {
  readonly choice: FleetChoice;
  /** Short and private: ssh configuration and control sockets. */
  readonly directory: string;
  readonly log: (line: string) => void;
  readonly changed: (view: FleetView) => void;
  /** An inventory is not taken, for these reasons; each begins with its file. */
  readonly refused: (files: readonly string[], faults: readonly string[]) => void;
  /** The lab of the content; nothing when no writeup has one. */
  readonly lab: LabDescription | undefined;
  /** What is installed on the machines of a lab that is brought up here. */
  readonly gates: NonNullable<LabOptions['gates']>;
  /** Every role that a writeup names. */
  readonly roles: readonly string[];
  /** The operator's, for real machines; a lab has the documented ones. */
  readonly credentials: Credentials;
};

const pollMs = 1000;

/** Starts at once and never rejects: what goes wrong is the view's `none`, in a sentence. */
export function openCurrentFleet(options: CurrentFleetOptions): CurrentFleet {
  const { choice, directory, log, changed, refused, lab: described, gates, roles, credentials } = options;
  const ending = new AbortController();
  let view: FleetView = {
    state: 'starting',
    message: choice.kind === 'lab' ? 'The lab is starting.' : 'The inventory is being read.',
  };
  let open: OpenFleet | undefined;
  let transport: Transport | undefined;
  let lab: Lab | undefined;
  let refresh = () => Promise.resolve();
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
      // A machine that is only a way to others is nobody's vantage.
      roles: fleet.machines
        .filter(({ role }) => role !== '')
        .map(({ role, name, address, gate }) => ({
          ...{ role, name, address },
          gate: gate === true,
        })),
    });

  const startWithLab = async (place: { directory?: string }) => {
    if (described === undefined)
      return none(
        'This writeup has no lab, so nothing runs its checks. Write one (content/README.md), or name real machines: --inventory FILE',
      );
    const started = await startLab({ lab: described, log, signal: ending.signal, gates, ...place });
    lab = started;
    const condition = () =>
      started.status().then(
        (status) => status.condition,
        () => '',
      );
    use(started.fleet, { kind: 'documented' }, condition);
    ready(started.fleet, await condition());
    refresh = async () => {
      const now = await condition();
      if (now !== '' && view.state === 'ready') ready(started.fleet, now);
    };
    const poll = setInterval(() => void refresh(), pollMs);
    poll.unref();
    void started.ended.then((why) => {
      clearInterval(poll);
      if (!ending.signal.aborted)
        none(`The lab has ended: ${why} Stop this server and start it again to bring it back.`);
    });
  };
  const startWithInventory = async ({ files, map }: Extract<FleetChoice, { kind: 'inventory' }>) => {
    const result = readInventories(files, { roles, map });
    const faults = result.ok ? pinFaults(result.fleet) : result.problems;
    if (!result.ok || faults.length > 0) {
      refused(files, faults);
      return none(`The inventory has faults, so no machine can be reached:\n${faults.join('\n')}`);
    }
    for (const note of [...result.notes, ...keyNotes(result.fleet)]) log(note);
    use(result.fleet, credentials, () => Promise.resolve(''));
    ready(result.fleet, '');
  };
  const starting = (
    choice.kind === 'lab'
      ? startWithLab(choice.directory === undefined ? {} : { directory: choice.directory })
      : choice.kind === 'inventory'
        ? startWithInventory(choice)
        : Promise.resolve(none(choice.message))
  ).catch((error: unknown) => {
    if (ending.signal.aborted) return;
    none(
      error instanceof LabError
        ? error.problem.message
        : `The fleet could not be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  });

  return {
    view: () => view,
    open: () => open,
    lab: () => lab,
    refresh: () => refresh(),
    async close() {
      ending.abort();
      await starting;
      await transport?.close();
      await lab?.stop();
    },
  };
}
