/** What each condition of the lab predicts for each check: the shape of that table, and how what was found is held against it. Making it is left to `vantage matrix`, concluding from it to `diagnosis.ts`. */
import * as z from '../text/schema.ts';
import type { Judgement } from '../run/judgement.ts';
import { problemKinds } from '../vocabulary.ts';

const outcome = z.field(
  z.string().check(z.minLength(1)),
  'What explains the row: an outcome of the check, by its position or name.',
);

const verdict = z.describe('The verdict of the check there.');
const predictedCellSchema = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('agrees').check(verdict), outcome }),
  z.strictObject({ verdict: z.literal('differs').check(verdict), outcome }),
  z.strictObject({
    verdict: z.literal('inconclusive').check(verdict),
    outcome: z.field(z.literal(''), 'An inconclusive row has none, but a problem.'),
    problem: z.field(z.enum(problemKinds), 'Why it could not be judged.'),
  }),
]);
export type PredictedCell = z.infer<typeof predictedCellSchema>;

export const predictionsSchema = z.strictObject({
  conditions: z.field(
    z.record(z.string(), z.record(z.string(), predictedCellSchema)),
    'By condition (a cause, or `cause+remedy`), then by the id of the check.',
  ),
});
export type Predictions = z.infer<typeof predictionsSchema>;

/** The cell that a judgement fills. Where several machines say different things, no outcome of the check explains the row. */
export function cellOfJudgement({ verdict, outcome: text = 'otherwise', problem }: Judgement): PredictedCell {
  return verdict === 'inconclusive'
    ? { verdict, outcome: '', problem: problem?.kind ?? 'internal-error' }
    : { verdict, outcome: text };
}

export function cellWords(cell: PredictedCell | undefined): string {
  if (cell === undefined) return 'nothing';
  return `${cell.verdict}: ${cell.verdict === 'inconclusive' ? cell.problem : cell.outcome}`;
}

/** Where two tables differ, a sentence for each cell: [P2]. */
export function tableDifferences(predicted: Predictions, found: Predictions): string[] {
  const said: string[] = [];
  for (const condition of keys(predicted.conditions, found.conditions)) {
    const [one, other] = [predicted.conditions[condition], found.conditions[condition]];
    for (const check of keys(one ?? {}, other ?? {})) {
      const [expected, seen] = [cellWords(one?.[check]), cellWords(other?.[check])];
      if (expected !== seen) said.push(`${condition}, ${check}: expected ${expected}; found ${seen}`);
    }
  }
  return said;
}

/** What is missing from the table, and what in it leads nowhere: [P1]. */
export function incompleteness(
  { conditions }: Predictions,
  knownConditions: readonly string[],
  knownChecks: readonly string[],
): string[] {
  const said: string[] = [];
  const compare = (where: string, found: readonly string[], known: readonly string[]) => {
    for (const name of known) if (!found.includes(name)) said.push(`${where}: no prediction for ${name}`);
    for (const name of found) if (!known.includes(name)) said.push(`${where}: ${name} does not exist`);
  };
  compare('conditions', Object.keys(conditions), knownConditions);
  for (const [condition, cells] of Object.entries(conditions))
    compare(condition, Object.keys(cells), knownChecks);
  return said;
}

function keys(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
