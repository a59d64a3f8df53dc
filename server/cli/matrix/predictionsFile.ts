/** The committed table of predictions as a file: read, and written anew with the words of each outcome beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readYaml } from '../../files/yaml.ts';
import type { Check } from '../../../src/core/check/check.ts';
import {
  type PredictedCell,
  type Predictions,
  predictionsSchema,
} from '../../../src/core/diagnosis/prediction.ts';

/** The committed table. Throws with a line for each fault. */
export function readPredictions(file: string): Predictions {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(
      `expected predictions in ${file}, found none; write them with: npx vantage matrix --write`,
    );
  }
  const { value, faults } = readYaml(text, file, predictionsSchema);
  if (value !== undefined) return value;
  throw new Error(faults.map((fault) => `${fault.file}:${fault.line}: ${fault.message}`).join('\n'));
}

/** Replaces the file. Returns its path. */
export function writePredictions(
  file: string,
  { conditions }: Predictions,
  checks: readonly Check[],
): string {
  const lines = [
    '# What the lab shows in each condition, check by check: the verdict, and which outcome of the check explains it, by its place there.',
    '# Written by `npx vantage matrix --write`, which runs all of it in the lab. Read it against what is known before you commit it.',
    'conditions:',
  ];
  for (const [condition, cells] of Object.entries(conditions)) {
    lines.push(`  ${condition}:`);
    for (const [id, cell] of Object.entries(cells)) {
      const check = checks.find((known) => known.id === id);
      lines.push(`    ${id}: ${cellText(cell)}${check ? wordsOf(check, cell) : ''}`);
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const cellText = (cell: PredictedCell): string =>
  cell.verdict === 'inconclusive'
    ? `{ verdict: ${cell.verdict}, outcome: '', problem: ${cell.problem} }`
    : `{ verdict: ${cell.verdict}, outcome: '${cell.outcome}' }`;

/** What the outcome shows, as a comment. */
function wordsOf(check: Check, { verdict, outcome }: PredictedCell): string {
  if (verdict === 'inconclusive') return '';
  const { observed } = check.outcomes[Number(outcome) - 1] ?? check.otherwise[verdict];
  return ` # ${observed}`;
}
