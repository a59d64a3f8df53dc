/** `npm run lab:matrix`: puts each lab into every condition, takes every check, and holds the table against the committed predictions. Taking is left to `matrix-take.ts`, the file to `predictions-file.ts`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { labNamed, labsOf, writeupsIn } from '../server/content/labs.ts';
import { combinationsOf } from '../server/lab/description/conditions.ts';
import type { LabDescription } from '../server/lab/description/description.ts';
import { startLab } from '../server/lab/lab.ts';
import { messageOf } from '../server/lab/problem.ts';
import { sshTransport } from '../server/ssh/ssh.ts';
import {
  incompleteness,
  type Predictions,
  cellWords,
  tableDifferences,
} from '../src/core/diagnosis/prediction.ts';
import { takeTable } from './matrix-take.ts';
import { readPredictions, writePredictions } from './predictions-file.ts';

const usage = `usage: npm run lab:matrix -- [--writeup <id>] [--times <n>] [--write] [--only <condition>]…
  --writeup the lab of this writeup; without it, every lab
  --times   take the table so often; each time every cell must be as predicted
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

function fail(message: string): never {
  console.error(`${message}\n${usage}`);
  process.exit(2);
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const { only } = values;
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1)
  fail(`expected a number from 1 on for --times, found "${values.times}"`);
if (values.write && only.length > 0)
  fail('expected --write without --only: a part of the table is not the table');
const content = fileURLToPath(new URL('../content', import.meta.url));
const writeups = await loadContent(content);
const labs = values.writeup === undefined ? labsOf(writeups) : [labNamed(labsOf(writeups), values.writeup)];
const names = labs.flatMap((lab) => combinationsOf(lab).map(({ name }) => name));
const strange = only.find((name) => !names.includes(name));
if (strange !== undefined) fail(`expected --only with one of ${names.join(', ')}; found "${strange}"`);

/** A check that does not hold in a condition is a result; a machine that could not be asked is none. */
function mustBeResults(found: Predictions): void {
  const accident = Object.values(found.conditions)
    .flatMap((cells) => Object.values(cells))
    .find((cell) => cell.verdict === 'inconclusive' && !['control-failed', 'blocked'].includes(cell.problem));
  if (accident !== undefined)
    throw new Error(
      `expected a result for every cell, found ${cellWords(accident)}; nothing was written, take the table again`,
    );
}

async function matrixOf(described: LabDescription): Promise<void> {
  const file = join(content, described.name, 'predictions.yaml');
  const wanted = combinationsOf(described).filter(({ name }) => only.length === 0 || only.includes(name));
  const checks = writeupsIn(writeups, described).flatMap((writeup) =>
    [...writeup.checks.values()].map(({ check }) => check),
  );
  /** The differences; those of conditions that were not asked for are left out. */
  const differences = (found: Predictions): string[] => {
    const all = Object.entries(readPredictions(file).conditions);
    const part = {
      conditions: Object.fromEntries(all.filter(([name]) => only.length === 0 || only.includes(name))),
    };
    const missing = incompleteness(
      part,
      wanted.map(({ name }) => name),
      checks.map(({ id }) => id),
    );
    return [...missing, ...tableDifferences(part, found)];
  };
  console.log(`The lab of ${described.name}`);
  const directory = await mkdtemp('/tmp/vantage-matrix-');
  const lab = await startLab({ lab: described, directory: join(directory, 'lab'), log: () => {} });
  const reach = sshTransport(lab.fleet, { directory: join(directory, 'ssh'), log: () => {} });
  try {
    for (let turn = 1; turn <= times; turn += 1) {
      const found = await takeTable({ lab, transport: reach, checks }, wanted);
      if (values.write && turn === 1) {
        mustBeResults(found);
        console.log(`written: ${await writePredictions(file, found, checks)}`);
      }
      const different = differences(found);
      for (const message of different) console.log(`✗ ${message}`);
      if (different.length > 0) process.exitCode = 1;
      console.log(
        different.length === 0
          ? `Turn ${turn} of ${times}: every cell is as predicted.`
          : `Turn ${turn} of ${times}: the lab and the predictions differ in what is listed above. Find out which of them is wrong.`,
      );
    }
  } finally {
    await reach.close();
    await lab.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

try {
  for (const lab of labs) await matrixOf(lab);
} catch (error) {
  console.error(`lab:matrix: ${messageOf(error)}`);
  process.exitCode = 2;
}
