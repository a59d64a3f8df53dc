/** `vantage diagnose`: which causes fit what was seen, in a lab, on real machines, in a kept record, or in the writeup's own table. Concluding is left to the core. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diagnose } from '../../src/core/diagnosis/diagnosis.ts';
import { diagnoseDocumented } from '../../src/core/diagnosis/documentedRows.ts';
import { newestSource, type Observation, observationOf } from '../../src/core/diagnosis/observations.ts';
import { nextCheck } from '../../src/core/diagnosis/nextCheck.ts';
import { causesOf, documentedRows } from '../../src/core/diagnosis/predictionTable.ts';
import { diagnosisText, documentedText, nextCheckText } from '../../src/core/diagnosis/diagnosisText.ts';
import { predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { suggestion } from '../../src/core/text/nearest.ts';
import { readYaml } from '../files/yaml.ts';
import { findRecord } from '../store/assembleRecord.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, recordId } from './command/options.ts';
import { placeChoice, placeOptions, placeUsage } from './command/openTarget.ts';
import { createProgress } from './command/progress.ts';
import { selectChecks } from './command/selectChecks.ts';
import { contentOf, openSession } from './command/session.ts';
import { dataOf, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage diagnose [options]

Takes every check and says which causes fit, which do not and why, and what to take next.

  --writeup ID         in this writeup (default: that of the record, else the first that has predictions)
  --documented         asks the writeup's own table instead of taking anything
  --run RUN|SET        asks what is in this record instead
${placeUsage}
  --data DIRECTORY     where the records are (default .vantage/data)`;

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ documented: { type: 'boolean', default: false }, run: { type: 'string' }, data: { type: 'string' } },
    writeup: { type: 'string' },
    ...placeOptions,
  });
  if (positionals.length > 0) throw new CliError(`Expected options only, found "${positionals[0]}".`, usage);
  if (values.documented && values.run !== undefined)
    throw new CliError('--documented and --run exclude each other.', usage);
  const choice = placeChoice(values, usage);
  const writeups = await contentOf(shell.root);
  const record =
    values.run === undefined ? undefined : await recordOf(values.run, values.data, shell, writeups);
  const { writeup, file } = predicted(writeups, values.writeup ?? record?.writeup.id);
  // The table is about one lab, and so are these.
  const there = writeup.lab ? writeupsIn(writeups, writeup.lab) : [writeup];
  const checks = new Map(
    there.flatMap((one) => [...one.checks].map(([id, { check }]) => [id, check] as const)),
  );
  const { value: predictions, faults } = readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);
  if (!predictions)
    throw new CliError(faults.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'));
  const causes = causesOf(predictions, checks);
  const print = (lines: readonly string[]) => shell.out(`${lines.join('\n')}\n`);

  if (values.documented) {
    const { stated } = writeup.writeup;
    if (!stated)
      throw new CliError(
        `${writeup.file}: expected \`stated\` in the front matter, with the cause that the page states.`,
      );
    const rows = documentedRows(stated.rows.flatMap((id) => checks.get(id) ?? []));
    print(documentedText(diagnoseDocumented(causes, rows, stated.cause, stated.settle)));
    return exits.agrees;
  }
  let records: readonly EvidenceRecord[];
  if (record === undefined) {
    const all = selectChecks(there, { checks: [], from: [], writeup: undefined, all: true }, usage);
    const options = {
      ...{ root: shell.root, writeups, chosen: all, choice },
      ...{ data: undefined, by: 'vantage diagnose' },
    };
    const session = await openSession({ ...options, signal: shell.signal, log: shell.print });
    shell.print(`Taking ${all.length} checks on ${session.place.message}.`);
    const progress = createProgress(shell, all.length);
    try {
      ({ records } = await session.take(all, progress.heard));
    } finally {
      progress.end();
      await session.close();
    }
    if (shell.signal.aborted) return exits.interrupted;
  } else records = [record];
  const { kept, leftOut } = newestSource(records.flatMap((record) => observationsOf(record, writeups)));
  if (leftOut.length > 0) shell.print(`Left out, for they were taken elsewhere: ${leftOut.join(', ')}.`);
  const diagnosis = diagnose(causes, kept);
  print([...diagnosisText(diagnosis), ...nextCheckText(nextCheck(causes, kept))]);
  return diagnosis.kind === 'refused' ? exits.inconclusive : exits.agrees;
}

/** Newest first. An outcome is known by its number, which means nothing for another version of the check. */
function observationsOf({ runs }: EvidenceRecord, writeups: readonly LoadedWriteup[]): Observation[] {
  return runs
    .flatMap(({ view: { header, judgement } }) => {
      if (judgement === undefined) return [];
      const { check, source, condition, startedAt, checkHash } = header;
      const present = writeups.some(({ checks }) => checks.get(check)?.hash === checkHash);
      const { outcome: _, ...without } = judgement;
      return { check, source, condition, startedAt, judgement: present ? judgement : without };
    })
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
    .map(observationOf);
}

async function recordOf(
  run: string,
  data: string | undefined,
  { root }: CliContext,
  writeups: readonly LoadedWriteup[],
): Promise<EvidenceRecord> {
  const id = recordId(run, usage);
  const known = new Map(writeups.map((one) => [one.id, one]));
  const found = await readRecords(dataOf(data, root), (store) => findRecord(store, known, id, 0));
  if (found.found === 'record') return found.record;
  throw new CliError(`There is no run or set ${id} here any more, or ever.`);
}

/** The writeup whose lab this one runs in, or without an id the first that has predictions; and the file of them. */
function predicted(
  writeups: readonly LoadedWriteup[],
  id: string | undefined,
): { writeup: LoadedWriteup; file: string } {
  const wanted = writeups.find((one) => one.id === id);
  if (id !== undefined && wanted === undefined) {
    const ids = writeups.map((one) => one.id);
    throw new CliError(`There is no writeup "${id}". ${suggestion(id, ids)}`);
  }
  const owner = wanted?.lab?.name ?? id;
  for (const writeup of writeups.toSorted((a, b) => a.writeup.order - b.writeup.order)) {
    const file = join(dirname(writeup.file), 'predictions.yaml');
    if ((owner === undefined || writeup.id === owner) && existsSync(file)) return { writeup, file };
  }
  throw new CliError(
    `${owner ?? 'No writeup'} has ${owner === undefined ? '' : 'no '}predictions, so nothing can be diagnosed. Make them: npm run lab:matrix -- --write`,
  );
}

export const diagnoseVerb: Verb = {
  name: 'diagnose',
  about: 'says which causes fit what is seen, and what to take next',
  ...{ usage, cancels: true, run },
};
