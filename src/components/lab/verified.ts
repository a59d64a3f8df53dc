/** The known causes of a writeup, and what the lab showed in its conditions, from the committed predictions. */
import { notKnown } from '../../core/run/judgement.ts';
import { type Side, compareRuns } from '../../core/run/runChange.ts';
import type { Check } from '../../core/check/check.ts';
import { outcomeText, causesOf } from '../../core/diagnosis/documentedRows.ts';
import type { PredictedCell } from '../../core/diagnosis/prediction.ts';
import type { LimitationSign } from '../../core/vocabulary.ts';
import { type PageFacts, rowOf } from '../page/facts.ts';

/** A remedy on each cause that it is meant for, in the writeup's order; nothing when the lab was never asked. */
export function verified({ lab: { conditions, predictions }, checks }: PageFacts, remedy: string) {
  const found = conditions.find(({ name }) => name === remedy);
  if (found === undefined || predictions === undefined) return [];
  const own = checks.map(({ check }) => check);
  const rows = checks.map(rowOf);
  return found.for.flatMap((cause) => {
    const before = predictions.conditions[cause];
    const after = predictions.conditions[`${cause}+${remedy}`];
    if (before === undefined || after === undefined) return [];
    const causeTitle = conditions.find(({ name }) => name === cause)?.title ?? cause;
    const weighed = compareRuns(rows, sides(own, before), sides(own, after));
    return [{ cause, causeTitle, title: found.title, weighed }];
  });
}

function sides(checks: readonly Check[], cells: Readonly<Record<string, PredictedCell>>): Map<string, Side> {
  return new Map(
    checks.flatMap((check) => {
      const cell = cells[check.id];
      return cell === undefined ? [] : [[check.id, side(check, cell)] satisfies [string, Side]];
    }),
  );
}

function side(check: Check, cell: PredictedCell): Side {
  if (cell.verdict === 'inconclusive') {
    return {
      verdict: cell.verdict,
      observed: notKnown(cell.problem),
      outcome: undefined,
      limitation: undefined,
    };
  }
  const { verdict, outcome } = cell;
  const text: { readonly observed: string; readonly limitation?: LimitationSign | undefined } | undefined =
    outcome === 'otherwise' ? check.otherwise[verdict] : check.outcomes[Number(outcome) - 1];
  if (text === undefined)
    throw new Error(
      `predictions: expected an outcome of ${check.id} (1 to ${check.outcomes.length}, or otherwise), found "${outcome}". Make the table again with \`npx vantage matrix --write\`.`,
    );
  return {
    verdict,
    observed: words(check, cell),
    outcome,
    limitation: text.limitation,
  };
}

/** Values that vary from run to run are not predicted. Where the row agrees they show as documented, else as `…` with what that means: so two outcomes never look alike. */
function words(
  check: Check,
  { verdict, outcome }: Exclude<PredictedCell, { verdict: 'inconclusive' }>,
): string {
  const plain =
    outcome === 'otherwise'
      ? check.otherwise[verdict].observed
      : check.outcomes[Number(outcome) - 1]?.observed;
  if (plain !== undefined && !plain.includes('{')) return plain;
  if (verdict === 'agrees') return check.documented.value;
  return (outcomeText(check, outcome) ?? plain ?? '').replace(/\{[a-z][a-z0-9-]*\}/g, '…');
}

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
