/** `vantage diagnose`: which causes fit what was seen, in a lab, on real machines, in a kept record, or in the writeup's own table. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diagnose, nextCheck } from '../../src/core/diagnosis/diagnosis.ts';
import { diagnoseDocumented, causesOf, documentedRows } from '../../src/core/diagnosis/documentedRows.ts';
import { type Observation, observationOf, newestSource } from '../../src/core/diagnosis/observations.ts';
import { diagnosisText, documentedText, nextCheckText } from '../../src/core/diagnosis/diagnosisText.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { writeupsIn } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { placeOptions, readRecord, recordsPlace } from './command/openRecords.ts';
import { flag, recordId, text } from './command/options.ts';
import { targetChoice, type TargetChoice, targetOptions } from './command/openTarget.ts';
import { createProgress } from './command/progress.ts';
import { selectChecks, writeupNamed } from './command/selectChecks.ts';
import { loadWriteups, openSession } from './command/session.ts';
import { readPredictions } from './matrix.ts';
import { type CliContext, defineVerb } from './command/verb.ts';

export const diagnoseVerb = defineVerb({
  name: 'diagnose',
  about: 'says which causes fit what is seen, and what to run next',
  options: {
    documented: flag("reads the writeup's own table instead of running anything"),
    run: text('RUN|SET', 'reads this record instead'),
    writeup: text('ID', 'in this writeup (default: that of the record, else the first that has predictions)'),
    ...targetOptions,
    ...placeOptions,
  },
  notes: 'Runs every check and says which causes fit, which do not and why, and what to run next.',
  cancels: true,
  async run({ values }, context) {
    if (values.documented && values.run !== undefined)
      throw new CliError('--documented and --run exclude each other.');
    const choice = targetChoice(values);
    const writeups = await loadWriteups(context.root);
    const record =
      values.run === undefined
        ? undefined
        : await readRecord(recordsPlace(values, context.root), {
            ...{ id: recordId(values.run), writeups, edgeBytes: 0 },
          });
    const { writeup, file } = predictedWriteup(writeups, values.writeup ?? record?.writeup.id);
    // The predictions are about one lab, and so are these.
    const inLab = writeup.lab ? writeupsIn(writeups, writeup.lab) : [writeup];
    const checks = new Map(
      inLab.flatMap((one) => [...one.checks].map(([id, { check }]) => [id, check] as const)),
    );
    const causes = causesOf(readPredictions(file), checks);
    const write = (lines: readonly string[]) => context.out(`${lines.join('\n')}\n`);
    if (values.documented) {
      const { stated } = writeup.writeup;
      if (!stated)
        throw new CliError(
          `${writeup.file}: expected \`stated\` in the front matter, with the cause that the page states.`,
        );
      const rows = documentedRows(stated.rows.flatMap((id) => checks.get(id) ?? []));
      write(documentedText(diagnoseDocumented(causes, rows, stated.cause, stated.settle)));
      return exitStatus.agrees;
    }
    const records = record === undefined ? await runAll(inLab, writeups, choice, context) : [record];
    if (context.signal.aborted) return exitStatus.interrupted;
    const { kept, leftOut } = newestSource(records.flatMap((record) => observationsOf(record, writeups)));
    if (leftOut.length > 0) context.print(`Left out, because they ran elsewhere: ${leftOut.join(', ')}.`);
    const diagnosis = diagnose(causes, kept);
    const conditions = inLab.flatMap(({ lab }) => lab?.conditions ?? []);
    const naming = {
      cause: (name: string) => name,
      check: (id: string) => id,
      confirm: (cause: string) => conditions.find(({ name }) => name === cause)?.confirm,
    };
    write([...diagnosisText(diagnosis, naming), ...nextCheckText(nextCheck(causes, kept), naming)]);
    return diagnosis.kind === 'refused' ? exitStatus.inconclusive : exitStatus.agrees;
  },
});

async function runAll(
  inLab: readonly LoadedWriteup[],
  writeups: readonly LoadedWriteup[],
  choice: TargetChoice,
  context: CliContext,
): Promise<readonly EvidenceRecord[]> {
  const { root, signal, print } = context;
  const checks = selectChecks(inLab, { all: true });
  const options = { root, writeups, checks, choice, place: undefined, by: 'vantage diagnose', signal };
  const session = await openSession({ ...options, log: print });
  print(`Running ${checks.length} checks on ${session.target.message}.`);
  const progress = createProgress(context, checks.length);
  try {
    return (await session.runChecks(checks, progress.onSummary)).records;
  } finally {
    progress.end();
    await session.close();
  }
}

/** Newest first. An outcome is known by its number, which means nothing for another version of the check. */
function observationsOf({ runs }: EvidenceRecord, writeups: readonly LoadedWriteup[]): Observation[] {
  return runs
    .flatMap(({ view: { header, judgement } }) => {
      if (judgement === undefined) return [];
      const { check, source, condition, startedAt, checkHash } = header;
      const isCurrent = writeups.some(({ checks }) => checks.get(check)?.hash === checkHash);
      const { outcome: _, ...without } = judgement;
      return { check, source, condition, startedAt, judgement: isCurrent ? judgement : without };
    })
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
    .map(observationOf);
}

/** The writeup whose lab this one runs in, or without an id the first that has predictions; and the file of them. */
function predictedWriteup(writeups: readonly LoadedWriteup[], id: string | undefined) {
  const wanted = id === undefined ? undefined : writeupNamed(writeups, id);
  const owner = wanted?.lab?.name ?? id;
  for (const writeup of writeups.toSorted((a, b) => a.writeup.order - b.writeup.order)) {
    const file = join(dirname(writeup.file), 'predictions.yaml');
    if ((owner === undefined || writeup.id === owner) && existsSync(file)) return { writeup, file };
  }
  throw new CliError(
    `${owner ?? 'No writeup'} has ${owner === undefined ? '' : 'no '}predictions, so nothing can be diagnosed. Make them: npx vantage matrix --write`,
  );
}
