/** Faults in a `conditions.yaml`, for a `lab.yaml` without faults. */
import { AS_DOCUMENTED } from '../../../src/core/vocabulary.ts';
import { baseOf, combinationsOf, completeConditions } from './conditions.ts';
import type { ConditionsFile } from './conditionsFile.ts';
import { type Block, type LabFile, namespacesOf } from './description.ts';
import { type Fault, type Path, duplicateFaults, unknownNameFaults } from './faults.ts';
import { portFaults } from './portFaults.ts';

export function conditionFaults(lab: LabFile, file: ConditionsFile): readonly Fault[] {
  const { changes, conditions } = file;
  const machines = lab.machines.map(({ name }) => name);
  const causes = conditions.filter(({ kind }) => kind === 'cause').map(({ name }) => name);
  const sharedNames = Object.keys(changes);
  const serviceNames = Object.keys(lab.services);
  const blocks = (path: Path, { apply, undo }: Record<'apply' | 'undo', readonly Block[]>): Fault[] => {
    const places = Object.entries({ apply, undo }).flatMap(([side, list]) =>
      list.flatMap(({ on }, at) =>
        unknownNameFaults([...path, side, at, 'on'], 'a machine or namespace', on, namespacesOf(lab)),
      ),
    );
    const message = 'expected both `apply` and `undo`, found one of them; write how each is undone';
    return apply.length > 0 === undo.length > 0 ? places : [...places, { path, message }];
  };
  const own = conditions.flatMap((one, at) => {
    if (one.kind === 'base') return [];
    const names = (field: string, what: string, found: readonly string[], known: readonly string[]) =>
      found.flatMap((name, n) =>
        unknownNameFaults(
          ['conditions', at, field, Array.isArray(one[field as keyof typeof one]) ? n : name],
          what,
          name,
          known,
        ),
      );
    return [
      ...blocks(['conditions', at], one),
      ...names('uses', 'a name of `changes`', one.uses, sharedNames),
      ...names('services', 'a service of lab.yaml', Object.keys(one.services), serviceNames),
      ...names('environment', 'a machine of lab.yaml', Object.keys(one.environment), machines),
      ...names('moves', 'a machine of lab.yaml', one.moves, machines),
      ...(one.kind === 'remedy' ? names('for', 'a cause', one.for, causes) : []),
    ];
  });
  const bases = conditions.filter(({ kind }) => kind === 'base').length;
  const hasBase = bases === 1 && conditions[0]?.kind === 'base';
  const missing = [
    hasBase
      ? []
      : `expected the first condition and no other to be of kind: base, found ${bases}; write it first`,
    causes.includes(AS_DOCUMENTED)
      ? []
      : `expected a cause named ${AS_DOCUMENTED}, found none; write the state that the page documents, in which the lab starts`,
  ].flat();
  const faults = [
    ...duplicateFaults(
      'the name of a condition',
      conditions.map(({ name }, at) => ({ path: ['conditions', at, 'name'], value: name })),
    ),
    ...missing.map((message) => ({ path: ['conditions'], message })),
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
