/** The fleets of a server, each with its conditions: one for each lab of the content, or the inventory's for all writeups. */
import { join } from 'node:path';
import type { FleetView, ConditionView } from '../../src/core/protocol/down.ts';
import { labsOf, writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type CurrentFleetOptions, openCurrentFleet } from './currentFleet.ts';
import { type ConditionsOptions, createConditions } from './conditions.ts';
import { everyRoleOf } from '../../src/core/check/members.ts';
import { rolesOf } from '../fleet/fleet.ts';
import { gatesFor } from '../gate/gates.ts';
import type { LabDescription } from '../lab/description/description.ts';
import type { Slots } from '../runs/slots.ts';
import { combinationsOf, commandsOf } from '../lab/description/conditions.ts';

export type Fleets = ReturnType<typeof openFleets>;

type FleetsOptions = {
  readonly writeups: readonly LoadedWriteup[];
  readonly changed: () => void;
  readonly ready: (view: Extract<FleetView, { state: 'ready' }>) => void;
  readonly slots: Slots;
} & Pick<CurrentFleetOptions, 'choice' | 'directory' | 'log' | 'refused' | 'credentials'> &
  Pick<ConditionsOptions, 'nameOf' | 'now' | 'date'>;

export function openFleets(options: FleetsOptions) {
  const { writeups, choice, directory, changed, ready, slots } = options;
  const labs = choice.kind === 'lab' ? labsOf(writeups) : [];

  function openOne(lab: LabDescription | undefined, index: number) {
    let before: FleetView['state'] = 'starting';
    const own = lab ? writeupsIn(writeups, lab) : writeups;
    const fleet = openCurrentFleet({
      ...options,
      choice: choice.kind === 'lab' ? withOwnDirectory(choice, lab, index) : choice,
      directory: join(directory, String(index)),
      ...{ lab, gates: gatesFor(own), roles: rolesOf(own), every: everyRoleOf(own) },
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
        const release = await slots.acquire({ own: everything }, () => {}, new AbortController().signal);
        await work().finally(release);
      },
    });
    return { name: lab?.name ?? choice.kind, fleet, conditions };
  }

  const ofLabs = labs.map(openOne);
  // For writeups without a lab; with an inventory or no machines, for all of them.
  const needsOther = labs.length === 0 || writeups.some(({ lab }) => lab === undefined);
  const others = needsOther ? [openOne(undefined, labs.length)] : [];
  const all = [...ofLabs, ...others];
  const [first] = all;
  if (first === undefined) throw new Error('expected a fleet, found none');
  const fleetOf = (id: string) => {
    const { lab } = writeups.find((writeup) => writeup.id === id) ?? {};
    return ofLabs.find(({ name }) => name === lab?.name) ?? others[0] ?? first;
  };
  return {
    first: first.fleet,
    /** The state of every fleet, by the lab's name; `inventory` or `none` without labs. A writeup without a lab waits for no machines. */
    states: () =>
      new Map((labs.length > 0 ? ofLabs : others).map(({ name, fleet }) => [name, fleet.view().state])),
    view(writeup: string): FleetView {
      const { fleet, conditions } = fleetOf(writeup);
      const view = fleet.view();
      const lab = view.state === 'ready' ? conditions.view() : undefined;
      return view.state === 'ready' && lab ? { ...view, lab } : view;
    },
    open: (writeup: string) => fleetOf(writeup).fleet.open(),
    conditions: (writeup: string) => fleetOf(writeup).conditions,
    stateNames: [...new Set(labs.flatMap(stateNames))],
    async close() {
      for (const { conditions } of all) conditions.close();
      await Promise.all(all.map(({ fleet }) => fleet.close()));
    },
  };
}

/** The first lab gets the directory that the operator named; others get one beside it. */
function withOwnDirectory(
  choice: Extract<CurrentFleetOptions['choice'], { kind: 'lab' }>,
  lab: LabDescription | undefined,
  index: number,
): typeof choice {
  if (choice.directory === undefined || lab === undefined || index === 0) return choice;
  return { ...choice, directory: `${choice.directory}-${lab.name}` };
}

export const conditionViews = (lab: LabDescription): readonly ConditionView[] =>
  lab.conditions.map((condition) => {
    const { name, kind, title, about, mechanism, closeness, sources, confirm } = condition;
    const commands = [...commandsOf(lab, condition)];
    return {
      ...{ name, kind, title, about, mechanism, closeness, commands },
      ...{ sources: [...sources], for: [...condition.for], ...(confirm && { confirm }) },
    };
  });

/** Names of all states of the lab, as records have them: a cause, or a cause with a remedy. */
export const stateNames = (lab: LabDescription): readonly string[] => [
  ...lab.conditions.filter(({ kind }) => kind === 'base').map(({ name }) => name),
  ...combinationsOf(lab).map(({ name }) => name),
];
