/** `npm run lab:matrix`: puts the lab into every condition, takes every check, and holds the table against the committed predictions. Taking is left to `matrix-take.ts`, the file to `predictions-file.ts`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { combinations } from '../server/lab/conditions/index.ts';
import { startLab } from '../server/lab/lab.ts';
import { messageOf } from '../server/lab/problem.ts';
import { sshReach } from '../server/reach/ssh.ts';
import { incompleteness, type Predictions, sayCell, tableDifferences } from '../src/core/prediction.ts';
import { takeTable } from './matrix-take.ts';
import { readPredictions, writePredictions } from './predictions-file.ts';

const usage = `usage: npm run lab:matrix -- [--times <n>] [--write] [--only <condition>]…
  --times   take the table so often; each time every cell must be as predicted
  --write   write the predictions anew from the first table
  --only    these conditions and no others; not together with --write`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    times: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
  },
});

function fail(say: string): never {
  console.error(`${say}\n${usage}`);
  process.exit(2);
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1)
  fail(`expected a number from 1 on for --times, found "${values.times}"`);
if (values.write && values.only.length > 0)
  fail('expected --write without --only: a part of the table is not the table');
const strange = values.only.find((name) => !combinations.some((known) => known.name === name));
if (strange !== undefined)
  fail(`expected --only with one of ${combinations.map(({ name }) => name).join(', ')}; found "${strange}"`);
const wanted = combinations.filter(({ name }) => values.only.length === 0 || values.only.includes(name));

const content = fileURLToPath(new URL('../content', import.meta.url));
const checks = (await loadContent(content)).flatMap((writeup) =>
  [...writeup.checks.values()].map(({ check }) => check),
);

/** The differences; those of conditions that were not asked for are left out. */
function differences(found: Predictions): string[] {
  const all = readPredictions().conditions;
  const part = {
    conditions: Object.fromEntries(
      Object.entries(all).filter(([name]) => values.only.length === 0 || values.only.includes(name)),
    ),
  };
  const names = wanted.map(({ name }) => name);
  const ids = checks.map(({ id }) => id);
  return [...incompleteness(part, names, ids), ...tableDifferences(part, found)];
}

/** A check that does not hold in a condition is a result; a machine that could not be asked is none. */
async function replace(found: Predictions): Promise<void> {
  const accident = Object.values(found.conditions)
    .flatMap((cells) => Object.values(cells))
    .find((cell) => cell.verdict === 'inconclusive' && !['control-failed', 'blocked'].includes(cell.problem));
  if (accident !== undefined)
    throw new Error(
      `expected a result for every cell, found ${sayCell(accident)}; nothing was written, take the table again`,
    );
  console.log(`written: ${await writePredictions(found, checks)}`);
}

const directory = await mkdtemp('/tmp/vantage-matrix-');
const lab = await startLab({ directory: join(directory, 'lab'), log: () => {} });
const reach = sshReach(lab.fleet, { directory: join(directory, 'ssh'), log: () => {} });
try {
  for (let turn = 1; turn <= times; turn += 1) {
    const found = await takeTable({ lab, reach, checks }, wanted);
    if (values.write && turn === 1) await replace(found);
    const different = differences(found);
    for (const say of different) console.log(`✗ ${say}`);
    if (different.length > 0) process.exitCode = 1;
    console.log(
      different.length === 0
        ? `Turn ${turn} of ${times}: every cell is as predicted.`
        : `Turn ${turn} of ${times}: the lab and the predictions differ in what is listed above. Find out which of them is wrong.`,
    );
  }
} catch (error) {
  console.error(`lab:matrix: ${messageOf(error)}`);
  process.exitCode = 2;
} finally {
  await reach.close();
  await lab.stop();
  await rm(directory, { recursive: true, force: true });
}
