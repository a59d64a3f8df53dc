/** `vantage store copy`: moves all records between a data folder and PostgreSQL. */
import { count } from '../../src/core/report/units.ts';
import { laterInFolder } from '../files/dataFolder.ts';
import { mib } from '../files/diskSpace.ts';
import { messageOf } from '../files/errors.ts';
import type { Store } from '../store/contract.ts';
import { type CopyProgress, type CopyResult, copyRecords } from '../store/copy/copy.ts';
import { placeName, type RecordsPlace } from '../store/open.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { holdRecords, placeOptions, readRecords, recordsPlace } from './command/openRecords.ts';
import { movingLine } from './command/progress.ts';
import { type CliContext, defineVerb } from './command/verb.ts';

export const copy = defineVerb({
  name: 'store copy',
  about: 'copies all records from a data folder into PostgreSQL, or back',
  operands: {
    ...{ form: 'FROM TO', least: 2, most: 2 },
    expected:
      'Expected where the records are and where they shall be: a data folder, and an address like postgres://vantage@db.example.org/vantage',
  },
  options: { 'store-password-file': placeOptions['store-password-file'] },
  notes: `Copies runs with their logs, sets, pins, and what is known of deleted records; reads each log from its new place and compares
the SHA-256. Nobody else may use either place meanwhile. Changes nothing in FROM, except that runs which a killed server left
are ended there, as at its next start. Never changes a record in TO. Broken off, or run again, it goes on where it was.
Audit log and signing key stay in the data folder.
exit status: 0 all is in TO, 1 a record is not, because TO has another of its id or because it has not ended, 3 usage, or the copy was broken off`,
  async run({ values, operands: [named = '', other = ''] }, context) {
    const { from, to } = placesOf(values, [named, other], context.root);
    // A folder that is not there is none to copy from, and is not made.
    await readRecords(from, () => {});
    const source = await holdRecords(from, context.print, insteadOfHeld);
    let target: Store | undefined;
    try {
      target = await holdRecords(to, context.print, insteadOfHeld);
      if ((await source.transfer.others()) + (await target.transfer.others()) > 0)
        throw new CliError(
          'Another Vantage uses the database now, and may remove records meanwhile. Stop every server and `vantage` that does, then start the copy again.',
        );
      await laterInFolder(from.data, () => source.recover(() => new Date()));
      const result = await copied(source, target, context);
      for (const { id, message } of result.different)
        context.print(`different  ${id}  ${placeName(to)} has another record of this id: ${message}`);
      context.out(`${resultText(`${placeName(from)} → ${placeName(to)}`, result)}\n`);
      return result.different.length + result.running === 0 ? exitStatus.agrees : exitStatus.differs;
    } finally {
      await Promise.resolve(target?.close()).finally(source.close);
    }
  },
});

const insteadOfHeld = 'Stop it first, and start it with the new place when all is copied.';

function placesOf(
  values: { readonly 'store-password-file': string | undefined },
  named: readonly [string, string],
  root: string,
): { readonly from: RecordsPlace; readonly to: RecordsPlace } {
  const isAddress = (name: string) => /^postgres|:\/\//.test(name);
  const [address, ...addresses] = named.filter(isAddress);
  const [data] = named.filter((name) => !isAddress(name));
  if (address === undefined)
    throw new CliError(
      'Both are folders: one of them has to be an address like postgres://vantage@db.example.org/vantage. `vantage store backup` copies a folder.',
    );
  if (addresses.length > 0 || data === undefined)
    throw new CliError(
      'Both are addresses of a PostgreSQL: one of them has to be a data folder. `pg_dump` and `pg_restore` copy a database.',
    );
  const { keep: _, ...database } = recordsPlace({ ...values, data, store: address }, root);
  const folder = { data: database.data };
  return isAddress(named[0]) ? { from: database, to: folder } : { from: folder, to: database };
}

async function copied(source: Store, target: Store, { terminal }: CliContext): Promise<CopyResult> {
  const moving = terminal && movingLine(terminal);
  let last: CopyProgress | undefined;
  try {
    return await copyRecords(source, target, (progress) => {
      last = progress;
      moving?.write(`${progress.runs} of ${count(progress.of, 'run')} · ${mib(progress.bytes)} MiB`);
    });
  } catch (error) {
    const done = last === undefined ? '' : ` after ${last.runs} of ${count(last.of, 'run')}`;
    throw new Error(
      `The copy was broken off${done}: ${messageOf(error)}. What is copied is whole, and nothing is lost. Correct that, and run the same command: it goes on where it was.`,
      { cause: error },
    );
  } finally {
    moving?.clear();
  }
}

function resultText(what: string, { copied: made, same, removed, running }: CopyResult): string {
  const kept = `${count(same.runs, 'run')} and ${count(same.sets, 'set')}`;
  const left = [
    removed > 0 ? [`deleted there before, and not brought back: ${count(removed, 'run')}`] : [],
    running > 0 ? [`not ended, and not copied: ${count(running, 'run')}`] : [],
  ].flat();
  const did =
    made.runs + made.sets === 0
      ? `all ${kept} are there already, with the same SHA-256; nothing was copied`
      : `${count(made.runs, 'run')} with ${mib(made.bytes)} MiB and ${count(made.sets, 'set')} were copied and read again${same.runs + same.sets > 0 ? `; ${kept} were there already` : ''}`;
  return [`${what}: ${did}`, ...left].join('; ');
}
