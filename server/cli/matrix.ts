/** `vantage matrix` (`npm run lab:matrix`): puts each lab into every condition, runs every check, and compares the table with the committed predictions. */
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  incompleteness,
  type Predictions,
  cellWords,
  tableDifferences,
  type PredictedCell,
  predictionsSchema,
} from '../../src/core/diagnosis/prediction.ts';
import { labNamed, labsOf, writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { combinationsOf } from '../lab/description/conditions.ts';
import type { LabDescription } from '../lab/description/description.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { count, flag, list, text } from './command/options.ts';
import { inOwnLab } from './command/openTarget.ts';
import { loadWriteups } from './command/session.ts';
import { type CliContext, defineVerb } from './command/verb.ts';
import { runTable } from './runTable.ts';
import { readYaml } from '../files/yaml.ts';
import type { Check } from '../../src/core/check/check.ts';

/** Throws when a machine could not be asked: that is not a result. A check that does not hold in a condition is one. */
function requireResults(found: Predictions): void {
  const accident = Object.values(found.conditions)
    .flatMap((cells) => Object.values(cells))
    .find((cell) => cell.verdict === 'inconclusive' && !['control-failed', 'blocked'].includes(cell.problem));
  if (accident !== undefined)
    throw new CliError(
      `expected a result for every cell, found ${cellWords(accident)}; nothing was written, run the table again`,
    );
}

type Wanted = { readonly only: readonly string[]; readonly times: number; readonly write: boolean };

/** Whether every cell was as predicted, each time. */
async function compareLab(
  described: LabDescription,
  writeups: readonly LoadedWriteup[],
  { only, times, write }: Wanted,
  { root, out, signal }: CliContext,
): Promise<boolean> {
  const file = join(root, 'content', described.name, 'predictions.yaml');
  const isWanted = (condition: string): boolean => only.length === 0 || only.includes(condition);
  const wanted = combinationsOf(described).filter(({ name }) => isWanted(name));
  const checks = writeupsIn(writeups, described).flatMap(({ checks: all }) =>
    [...all.values()].map(({ check }) => check),
  );
  const differences = (found: Predictions): string[] => {
    const committed = Object.entries(readPredictions(file).conditions).filter(([name]) => isWanted(name));
    const part = { conditions: Object.fromEntries(committed) };
    const conditions = wanted.map(({ name }) => name);
    const ids = checks.map(({ id }) => id);
    return [...incompleteness(part, conditions, ids), ...tableDifferences(part, found)];
  };
  out(`The lab of ${described.name}\n`);
  return inOwnLab('vantage-matrix-', { lab: described, log: () => {}, signal }, async (open) => {
    let isAsPredicted = true;
    for (let turn = 1; turn <= times; turn += 1) {
      const found = await runTable({ ...open, checks, signal, out }, wanted);
      signal.throwIfAborted();
      if (write && turn === 1) {
        requireResults(found);
        out(`written: ${writePredictions(file, found, checks)}\n`);
      }
      const different = differences(found);
      for (const difference of different) out(`✗ ${difference}\n`);
      isAsPredicted &&= different.length === 0;
      const result =
        different.length === 0
          ? 'every cell is as predicted.'
          : 'the lab and the predictions differ in what is listed above. Find out which of them is wrong.';
      out(`Turn ${turn} of ${times}: ${result}\n`);
    }
    return isAsPredicted;
  });
}

export const matrixVerb = defineVerb({
  name: 'matrix',
  about: 'runs every check in every condition of each lab, and compares with the predictions',
  options: {
    writeup: text('ID', 'the lab of this writeup; without it, every lab'),
    times: count('run the table so often; each time every cell must be as predicted'),
    write: flag('write the predictions anew from the first table'),
    only: list('CONDITION', 'this condition and no other; may be repeated; not together with --write'),
  },
  cancels: true,
  async run({ values: { writeup, times = 1, write, only } }, context) {
    if (write && only.length > 0)
      throw new CliError('expected --write without --only: a part of the table is not the table');
    const writeups = await loadWriteups(context.root);
    const all = labsOf(writeups);
    const labs = writeup === undefined ? all : [labNamed(all, writeup)];
    const names = labs.flatMap((lab) => combinationsOf(lab).map(({ name }) => name));
    const unknown = only.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new CliError(`expected --only with one of ${names.join(', ')}; found "${unknown}"`);
    let isAsPredicted = true;
    for (const lab of labs)
      isAsPredicted = (await compareLab(lab, writeups, { only, times, write }, context)) && isAsPredicted;
    return isAsPredicted ? exitStatus.agrees : exitStatus.differs;
  },
});

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

function writePredictions(file: string, { conditions }: Predictions, checks: readonly Check[]): string {
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

function wordsOf(check: Check, { verdict, outcome }: PredictedCell): string {
  if (verdict === 'inconclusive') return '';
  const { observed } = check.outcomes[Number(outcome) - 1] ?? check.otherwise[verdict];
  return ` # ${observed}`;
}
