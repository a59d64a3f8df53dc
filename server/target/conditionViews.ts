/** A lab's conditions as the page shows them. */
import type { ConditionView } from '../../src/core/protocol/down.ts';
import { combinationsOf, commandsOf } from '../lab/description/conditions.ts';
import type { LabDescription } from '../lab/description/description.ts';

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
