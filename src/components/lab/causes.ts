/** The known causes of a writeup, with what the lab showed under each. */
import { causesOf } from '../../core/diagnosis/documentedRows.ts';
import type { PageFacts } from '../page/facts.ts';

/** Fails the build where the writeup states no cause, or its lab was never asked. */
export function knownCauses(facts: PageFacts, component: string) {
  const { predictions, conditions } = facts.lab;
  const { stated } = facts.writeup;
  if (!stated || !predictions)
    throw new Error(
      `content/${facts.id}: ${component} needs \`stated\` in the front matter of index.mdx and a table predictions.yaml; one of them is missing.`,
    );
  const checks = new Map(facts.checks.map(({ check }) => [check.id, check]));
  const known = new Map(conditions.map((condition) => [condition.name, condition]));
  const causes = causesOf(predictions, checks).map(({ cause, cells }) => ({
    cause,
    title: known.get(cause)?.title ?? cause,
    condition: known.get(cause),
    cells: new Map([...cells].filter(([id]) => checks.has(id))),
  }));
  return { causes, checks, stated };
}
