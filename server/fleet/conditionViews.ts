/** The lab's conditions as the page shows them. What they are is data in `lab/conditions/`. */
import type { ConditionView } from '../../src/core/protocol/down.ts';
import { commandsOf, conditions } from '../lab/conditions/index.ts';

export const conditionViews: readonly ConditionView[] = conditions.map((condition) => {
  const { name, kind, title, about, mechanism, closeness, sources } = condition;
  return {
    ...{ name, kind, title, about, mechanism, closeness },
    sources: [...sources],
    for: condition.kind === 'remedy' ? [...condition.for] : [],
    commands: commandsOf(condition),
  };
});

/** Every state that the lab can be put in, by the name that a record carries: a cause, or a remedy on top of one. */
export const stateNames: readonly string[] = conditionViews.flatMap(({ name, kind, for: causes }) =>
  kind === 'remedy' ? causes.map((cause) => `${cause}+${name}`) : [name],
);
