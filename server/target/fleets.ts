/** The fleets of a server: for each lab of the content its own, or the inventory's for every writeup; each with its conditions. */
import { join } from 'node:path';
import type { FleetView } from '../../src/core/protocol/down.ts';
import { labsOf, writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type ActiveFleet, type ActiveFleetOptions, openActiveFleet } from './currentFleet.ts';
import { type Conditions, type ConditionsOptions, createConditions } from './conditions.ts';
import { conditionViews, stateNames } from './conditionViews.ts';
import { rolesOf } from '../fleet/requiredRoles.ts';
import { gatesFor } from '../gate/gates.ts';
import type { LabDescription } from '../lab/description/description.ts';
import type { OpenFleet } from '../runs/runRegistry.ts';
import type { Slots } from '../runs/slots.ts';

export type Fleets = {
  /** The first of them: what a monitor asks about. */
  readonly first: ActiveFleet;
  /** Where that writeup's checks run, as its page sees it. */
  view(writeup: string): FleetView;
  open(writeup: string): OpenFleet | undefined;
  conditions(writeup: string): Conditions;
  /** Names of all states that a lab can be in. */
  readonly stateNames: readonly string[];
  close(): Promise<void>;
};

export type FleetsOptions = {
  readonly writeups: readonly LoadedWriteup[];
  /** A fleet, or the condition of its lab, is another one now. */
  readonly changed: () => void;
  readonly ready: (view: Extract<FleetView, { state: 'ready' }>) => void;
  readonly slots: Slots;
} & Pick<ActiveFleetOptions, 'choice' | 'directory' | 'log' | 'refused' | 'credentials'> &
  Pick<ConditionsOptions, 'nameOf' | 'now' | 'date'>;

type Served = { readonly fleet: ActiveFleet; readonly conditions: Conditions };

export function openFleets(options: FleetsOptions): Fleets {
  const { writeups, choice, directory, changed, ready, slots } = options;
  const labs = choice.kind === 'lab' ? labsOf(writeups) : [];

  function serve(lab: LabDescription | undefined, at: number): Served {
    let before: FleetView['state'] = 'starting';
    const own = lab ? writeupsIn(writeups, lab) : writeups;
    const fleet = openActiveFleet({
      ...options,
      choice: choice.kind === 'lab' ? besideOthers(choice, lab, at) : choice,
      directory: join(directory, String(at)),
      ...{ lab, gates: gatesFor(own), roles: rolesOf(own) },
      changed(view) {
        if (view.state === 'ready' && before !== 'ready') ready(view);
        before = view.state;
        changed();
      },
    });
    const conditions = createConditions({
      ...options,
      ...{ lab: fleet.lab, conditions: lab ? conditionViews(lab) : [], changed },
      async alone(work) {
        const machines = fleet.open()?.fleet.machines ?? [];
        const everything = new Map(machines.map(({ name }) => [name, Number.POSITIVE_INFINITY]));
        const release = await slots.take(everything, () => {}, new AbortController().signal);
        await work().finally(fleet.refresh).finally(release);
      },
    });
    return { fleet, conditions };
  }

  const all = labs.map(serve);
  // For writeups without a lab, and for all of them when the machines are an inventory's.
  const hasRest = labs.length === 0 || writeups.some(({ lab }) => lab === undefined);
  const rest = hasRest ? [serve(undefined, labs.length)] : [];
  const [first] = [...all, ...rest];
  if (first === undefined) throw new Error('expected a fleet, found none');
  const served = (id: string): Served => {
    const { lab } = writeups.find((writeup) => writeup.id === id) ?? {};
    return all[labs.findIndex(({ name }) => name === lab?.name)] ?? rest[0] ?? first;
  };
  return {
    first: first.fleet,
    view(writeup) {
      const { fleet, conditions } = served(writeup);
      const view = fleet.view();
      const state = view.state === 'ready' ? conditions.view() : undefined;
      return view.state === 'ready' && state ? { ...view, lab: state } : view;
    },
    open: (writeup) => served(writeup).fleet.open(),
    conditions: (writeup) => served(writeup).conditions,
    stateNames: [...new Set(labs.flatMap(stateNames))],
    async close() {
      for (const { conditions } of [...all, ...rest]) conditions.close();
      await Promise.all([...all, ...rest].map(({ fleet }) => fleet.close()));
    },
  };
}

/** A place that was named is the first lab's; the others are beside it. */
function besideOthers(
  choice: Extract<ActiveFleetOptions['choice'], { kind: 'lab' }>,
  lab: LabDescription | undefined,
  at: number,
): typeof choice {
  if (choice.directory === undefined || lab === undefined || at === 0) return choice;
  return { ...choice, directory: `${choice.directory}-${lab.name}` };
}
