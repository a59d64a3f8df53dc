/** A lab's conditions as the page shows them. What they are is said in `lab/description.ts`. */
import type { ConditionView } from '../../src/core/protocol/down.ts';
import { combinationsOf, commandsOf } from '../lab/description/conditions.ts';
import type { LabDescription } from '../lab/description/description.ts';

export const conditionViews = (lab: LabDescription): readonly ConditionView[] =>
  lab.conditions.map((condition) => {
    const { name, kind, title, about, mechanism, closeness } = condition;
    return {
      ...{ name, kind, title, about, mechanism, closeness },
      ...{
        sources: [...condition.sources],
        for: [...condition.for],
        commands: [...commandsOf(lab, condition)],
      },
    };
  });

/** Every state that the lab can be put in, by the name that a record carries: a cause, or a remedy on top of one. */
export const stateNames = (lab: LabDescription): readonly string[] => [
  ...lab.conditions.filter(({ kind }) => kind === 'base').map(({ name }) => name),
  ...combinationsOf(lab).map(({ name }) => name),
];
