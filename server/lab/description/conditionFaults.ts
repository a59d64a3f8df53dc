/** What does not fit together in a `conditions.yaml`, for a `lab.yaml` without faults. */
import { AS_DOCUMENTED } from '../../../src/core/vocabulary.ts';
import { baseOf, combinationsOf, completeConditions } from './conditions.ts';
import { type Block, type ConditionsFile, type LabFile, namespacesOf } from './description.ts';
import { type Fault, type Path, twice, unknown } from './faults.ts';
import { portFaults } from './portFaults.ts';

export function conditionFaults(lab: LabFile, file: ConditionsFile): readonly Fault[] {
  const { changes, conditions } = file;
  const machines = lab.machines.map(({ name }) => name);
  const causes = conditions.filter(({ kind }) => kind === 'cause').map(({ name }) => name);
  const blocks = (
    path: Path,
    { apply, undo }: { apply: readonly Block[]; undo: readonly Block[] },
  ): Fault[] => [
    ...[apply, undo].flatMap((list, side) =>
      list.flatMap(({ on }, at) =>
        unknown(
          [...path, side === 0 ? 'apply' : 'undo', at, 'on'],
          'a machine or namespace',
          on,
          namespacesOf(lab),
        ),
      ),
    ),
    ...(apply.length > 0 === undo.length > 0
      ? []
      : [
          {
            path,
            message: 'expected both `apply` and `undo`, found one of them; write how each is taken back',
          },
        ]),
  ];
  const own = conditions.flatMap((one, at) => {
    if (one.kind === 'base') return [];
    const path = ['conditions', at];
    return [
      ...blocks(path, one),
      ...one.uses.flatMap((name, n) =>
        unknown([...path, 'uses', n], 'a name of `changes`', name, Object.keys(changes)),
      ),
      ...Object.keys(one.services).flatMap((name) =>
        unknown([...path, 'services', name], 'a service of lab.yaml', name, Object.keys(lab.services)),
      ),
      ...Object.keys(one.environment).flatMap((name) =>
        unknown([...path, 'environment', name], 'a machine of lab.yaml', name, machines),
      ),
      ...one.moves.flatMap((name, n) =>
        unknown([...path, 'moves', n], 'a machine of lab.yaml', name, machines),
      ),
      ...(one.kind === 'remedy'
        ? one.for.flatMap((name, n) => unknown([...path, 'for', n], 'a cause', name, causes))
        : []),
    ];
  });
  const bases = conditions.filter(({ kind }) => kind === 'base').length;
  const faults = [
    ...twice(
      'the name of a condition',
      conditions.map(({ name }, at) => ({ path: ['conditions', at, 'name'], value: name })),
    ),
    ...(bases === 1 && conditions[0]?.kind === 'base'
      ? []
      : [
          {
            path: ['conditions'],
            message: `expected the first condition and no other to be of kind: base, found ${bases}; write it first`,
          },
        ]),
    ...(causes.includes(AS_DOCUMENTED)
      ? []
      : [
          {
            path: ['conditions'],
            message: `expected a cause named ${AS_DOCUMENTED}, found none; write the state that the page documents, in which the lab starts`,
          },
        ]),
    ...Object.entries(changes).flatMap(([name, change]) => blocks(['changes', name], change)),
    ...own,
  ];
  if (faults.length > 0) return faults;
  const complete = { conditions: completeConditions(file) };
  const [clash] = [baseOf(complete), ...combinationsOf(complete)].flatMap(({ name, layers }) =>
    portFaults(lab, layers).map(({ message }) => ({
      name: layers.at(-1)?.name,
      message: `in ${name}: ${message}`,
    })),
  );
  if (clash === undefined) return [];
  return [
    { path: ['conditions', conditions.findIndex(({ name }) => name === clash.name)], message: clash.message },
  ];
}
