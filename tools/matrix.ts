/** `vantage matrix` (`npm run lab:matrix`): puts each lab into every condition, runs every check, and compares the table with the committed predictions. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { labNamed, labsOf, writeupsIn } from '../server/content/labs.ts';
import { combinationsOf } from '../server/lab/description/conditions.ts';
import type { LabDescription } from '../server/lab/description/description.ts';
import { startLab } from '../server/lab/lab.ts';
import { messageOf } from '../server/files/errors.ts';
import { PROJECT } from '../server/files/project.ts';
import { sshTransport } from '../server/ssh/ssh.ts';
import {
  incompleteness,
  type Predictions,
  cellWords,
  tableDifferences,
} from '../src/core/diagnosis/prediction.ts';
import { runTable } from './matrix-run.ts';
import { readPredictions, writePredictions } from './predictions-file.ts';

const usage = `usage: vantage matrix [--writeup <id>] [--times <n>] [--write] [--only <condition>]…
  --writeup the lab of this writeup; without it, every lab
  --times   run the table so often; each time every cell must be as predicted
  --write   write the predictions anew from the first table
  --only    these conditions and no others; not together with --write`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    times: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    writeup: { type: 'string' },
  },
});
const { only, write } = values;
const isWanted = (condition: string): boolean => only.length === 0 || only.includes(condition);

function fail(message: string): never {
  console.error(`${message}\n${usage}`);
  process.exit(2);
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1)
  fail(`expected a number from 1 on for --times, found "${values.times}"`);
if (write && only.length > 0) fail('expected --write without --only: a part of the table is not the table');
const content = join(PROJECT, 'content');
const writeups = await loadContent(content);
const labs = values.writeup === undefined ? labsOf(writeups) : [labNamed(labsOf(writeups), values.writeup)];
const names = labs.flatMap((lab) => combinationsOf(lab).map(({ name }) => name));
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) fail(`expected --only with one of ${names.join(', ')}; found "${unknown}"`);

/** Throws when a machine could not be asked: that is not a result. A check that does not hold in a condition is one. */
function requireResults(found: Predictions): void {
  const accident = Object.values(found.conditions)
    .flatMap((cells) => Object.values(cells))
    .find((cell) => cell.verdict === 'inconclusive' && !['control-failed', 'blocked'].includes(cell.problem));
  if (accident !== undefined)
    throw new Error(
      `expected a result for every cell, found ${cellWords(accident)}; nothing was written, run the table again`,
    );
}

async function compareLab(described: LabDescription): Promise<void> {
  const file = join(content, described.name, 'predictions.yaml');
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
  console.log(`The lab of ${described.name}`);
  const directory = await mkdtemp('/tmp/vantage-matrix-');
  const lab = await startLab({ lab: described, directory: join(directory, 'lab'), log: () => {} });
  const transport = sshTransport(lab.fleet, { directory: join(directory, 'ssh'), log: () => {} });
  try {
    for (let turn = 1; turn <= times; turn += 1) {
      const found = await runTable({ lab, transport, checks }, wanted);
      if (write && turn === 1) {
        requireResults(found);
        console.log(`written: ${writePredictions(file, found, checks)}`);
      }
      const different = differences(found);
      for (const difference of different) console.log(`✗ ${difference}`);
      if (different.length > 0) process.exitCode = 1;
      const result =
        different.length === 0
          ? 'every cell is as predicted.'
          : 'the lab and the predictions differ in what is listed above. Find out which of them is wrong.';
      console.log(`Turn ${turn} of ${times}: ${result}`);
    }
  } finally {
    await transport.close();
    await lab.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

try {
  for (const lab of labs) await compareLab(lab);
} catch (error) {
  console.error(`vantage matrix: ${messageOf(error)}`);
  process.exitCode = 2;
}
