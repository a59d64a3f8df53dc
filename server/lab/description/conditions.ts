/** How a cause and a remedy of a lab go together, and what they do, in lines for a reader. What a condition is, is said in `conditionsFile.ts`. */
import type { Condition, ConditionsFile } from './conditionsFile.ts';
import type { LabDescription } from './description.ts';

const nothing = { apply: [], undo: [], services: {}, environment: {}, moves: [] };

/** The conditions with the changes that they use. Names that there are not are left to `conditionFaults.ts`. */
export const completeConditions = ({ changes, conditions }: ConditionsFile): readonly Condition[] =>
  conditions.map((one) => {
    if (one.kind === 'base') return { ...one, for: [], ...nothing };
    const { uses, ...own } = one;
    const used = uses.flatMap((name) => changes[name] ?? []);
    return {
      ...own,
      for: one.kind === 'remedy' ? one.for : [],
      apply: [...used.flatMap(({ apply }) => apply), ...own.apply],
      undo: [...own.undo, ...used.toReversed().flatMap(({ undo }) => undo)],
    };
  });

type Conditions = Pick<LabDescription, 'conditions'>;

/** What the lab can be put in: a cause, and on top of it a remedy or none. `layers` are put on in order, and taken back in reverse. */
export type Combination = { readonly name: string; readonly layers: readonly Condition[] };

/** The state from which every condition starts. */
export const baseOf = ({ conditions }: Conditions): Combination => {
  const layers = conditions.filter(({ kind }) => kind === 'base');
  return { name: layers[0]?.name ?? '', layers };
};

/** The combination, or an error that names what there is. A remedy may also stand in the name: `cause+remedy`. */
export function combinationOf({ conditions }: Conditions, cause: string, remedy?: string): Combination {
  const namesOf = (wanted: (condition: Condition) => boolean): string =>
    conditions
      .filter(wanted)
      .map(({ name }) => name)
      .join(', ');
  const [below = '', above = remedy, ...rest] = remedy === undefined ? cause.split('+') : [cause];
  const first = conditions.find(({ name }) => name === below);
  if (rest.length > 0 || first === undefined || first.kind === 'remedy') {
    const known = namesOf(({ kind }) => kind !== 'remedy');
    const hint = first?.kind === 'remedy' ? ', a remedy, which needs a cause before it' : '';
    throw new Error(`expected one of ${known}; found condition "${cause}"${hint}`);
  }
  if (above === undefined) return { name: first.name, layers: [first] };
  const second = conditions.find(({ name }) => name === above);
  if (second?.kind !== 'remedy') {
    const known = namesOf(({ kind }) => kind === 'remedy');
    throw new Error(`expected one of the remedies ${known}; found "${above}"`);
  }
  if (!second.for.includes(first.name)) {
    throw new Error(
      `expected ${second.name} on top of one of ${second.for.join(', ')}; found ${first.name}, for which it is not meant`,
    );
  }
  return { name: `${first.name}+${second.name}`, layers: [first, second] };
}

/** Every cause, alone and with each remedy that is meant for it. */
export const combinationsOf = ({ conditions }: Conditions): readonly Combination[] =>
  conditions
    .filter(({ kind }) => kind === 'cause')
    .flatMap((cause) => [
      { name: cause.name, layers: [cause] },
      ...conditions
        .filter((one) => one.for.includes(cause.name))
        .map((remedy) => ({ name: `${cause.name}+${remedy.name}`, layers: [cause, remedy] })),
    ]);

export type ShownCommand = { readonly on: string; readonly line: string };

/** Everything that a condition does, as lines for a reader, each with where it is done. */
export const commandsOf = (
  { services }: Pick<LabDescription, 'services'>,
  { apply, services: changed, environment }: Condition,
): readonly ShownCommand[] => [
  ...apply.flatMap(({ on, run }) =>
    run.map((command) => ({ on, line: typeof command === 'string' ? command : command.try })),
  ),
  ...Object.entries(changed).map(([name, { shown }]) => ({ on: services[name]?.on ?? '', line: shown })),
  ...Object.entries(environment).flatMap(([on, variables]) =>
    Object.entries(variables).map(([name, value]) => ({ on, line: `export ${name}=${value}` })),
  ),
];
