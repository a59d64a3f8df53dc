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
