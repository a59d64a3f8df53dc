/** `vantage store …`: how much is kept and by whom; keeps, checks and copies records. All beside a running server. */
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { utc } from '../../src/core/report/format.ts';
import { backupStore } from '../store/backup.ts';
import { checkStore, type StoreCheck } from '../store/check.ts';
import { askedDays, type Retention } from '../store/pins.ts';
import type { StoreReading } from '../store/contract.ts';
import { placeName } from '../store/open.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { textOrJson, writeResult } from './command/formats.ts';
import { placeOptions, readRecords, recordOperand, recordsPlace, writePins } from './command/openRecords.ts';
import { recordId } from './command/options.ts';
import { oneLine } from './command/progress.ts';
import { defineVerb, groupVerbs } from './command/verb.ts';
import { copy } from './storeCopy.ts';
import { mib } from '../files/diskSpace.ts';

const show = defineVerb({
  name: 'store',
  about: 'shows what is kept of the records, and by whom',
  options: placeOptions,
  notes: `Shows how much is in the store and its limits, which records somebody keeps, and which were asked for as a report in the
last ${askedDays} days: those are deleted last.`,
  async run({ values }, { root, out }) {
    const place = recordsPlace(values, root);
    await readRecords(place, async (store) => out(await overview(store, place.keep)));
  },
});

const keep = defineVerb({
  name: 'store keep',
  about: 'keeps a record for good, as Pin on its page does',
  operands: recordOperand,
  options: placeOptions,
  async run({ values, operands: [named = ''] }, { root, out }) {
    const place = recordsPlace(values, root);
    const id = recordId(named);
    const pin = { by: `${userName()} (vantage store)`, at: new Date() };
    const result = await writePins(place, (pins) => pins.keep(id, pin, place.keep));
    if (!result.done) throw new CliError(result.message);
    out(`${id} is kept.\n`);
  },
});

const unkeep = defineVerb({
  name: 'store unkeep',
  about: 'applies the limits to a record again, as Unpin on its page does',
  operands: { ...recordOperand, form: 'RUN|SET…', most: Number.POSITIVE_INFINITY },
  options: placeOptions,
  async run({ values, operands }, { root, out }) {
    const place = recordsPlace(values, root);
    for (const id of operands.map(recordId)) {
      if (!(await writePins(place, (pins) => pins.release(id))))
        throw new CliError(`There is no run or set ${id} in ${placeName(place)}.`);
      out(`${id} is no longer kept: the limits apply to it again.\n`);
    }
  },
});

const check = defineVerb({
  name: 'store check',
  about: 'reads every kept run and compares it with the index',
  options: { ...placeOptions, format: textOrJson },
  notes: `Changes nothing.
exit status: 0 all is whole, 1 something is not, 3 usage, or there is no index that can be opened`,
  async run({ values }, { root, out }) {
    const place = recordsPlace(values, root);
    const found = await checkStore(place);
    writeResult(out, values.format, found, [...problemLines(found), checkedLine(placeName(place), found)]);
    return found.problems.length === 0 ? exitStatus.agrees : exitStatus.differs;
  },
});

const backup = defineVerb({
  name: 'store backup',
  about: 'copies the data folder',
  operands: { form: 'DIRECTORY', expected: 'Expected one folder to make' },
  options: placeOptions,
  notes: `Copies index, runs, audit log and signing key into a new folder, and reads the whole copy. Never overwrites a file.
It is as secret as the data folder. To restore: stop the server, replace the data folder with the copy, owned by the
server's user, and start the server.
exit status: 0 the copy is whole, 1 it has the damage that the data folder has, 3 no copy was made`,
  async run({ values, operands: [named = ''] }, { root, out, print }) {
    const to = resolve(named);
    const { data, store } = recordsPlace(values, root);
    if (store !== undefined)
      throw new CliError(
        'The records are in PostgreSQL (`--store`): back them up with `pg_dump`. Without that setting this copies the data folder.',
      );
    const found = await backupStore(data, to);
    for (const line of problemLines(found)) print(line);
    out(`${checkedLine(to, found)}\n`);
    return found.problems.length === 0 ? exitStatus.agrees : exitStatus.differs;
  },
});

export const storeVerb = groupVerbs(
  'store',
  'shows what is kept of the records and by whom; keeps, checks and copies them',
  [keep, unkeep, check, backup, copy],
  show,
);

const problemLines = ({ problems }: StoreCheck): string[] =>
  problems.map(({ about, kind, message }) => `${kind.padEnd(8)}  ${about}  ${oneLine(message)}`);

function checkedLine(data: string, { runs, running, problems }: StoreCheck): string {
  const found = problems.length === 0 ? 'nothing is wrong' : `${problems.length} problems`;
  const active = running === 0 ? '' : `, ${running} have not ended and were not read`;
  return `${data}: ${runs} runs were read and compared with the index${active}: ${found}`;
}

async function overview(store: StoreReading, limits: Retention): Promise<string> {
  const [all, kept] = await Promise.all([store.history.total(), store.keeping.total()]);
  const askedMs = askedDays * 86_400_000;
  const asked = await store.keeping.asked(new Date(Date.now() - askedMs).toISOString());
  const records = (await store.keeping.list()).map(({ id, kind, title, runs, bytes, by, at }) => {
    const what = kind === 'set' ? `set of ${runs}` : 'run';
    const since = at === '' ? '' : ` since ${utc(at)}`;
    return `  ${id}  ${what}, ${mib(bytes)} MiB, by ${by || 'an unknown user'}${since}  ${oneLine(title)}`;
  });
  const lines = [
    `${all.runs} runs with ${mib(all.bytes)} MiB. The limits are ${limits.runs} runs, ${limits.days} days and ${mib(limits.bytes)} MiB.`,
    `Kept whatever the limits: ${kept.runs} runs with ${mib(kept.bytes)} MiB, of at most ${Math.floor(limits.runs / 2)} runs and ${mib(limits.bytes / 2)} MiB.`,
    ...records,
    `Asked for as a report in the last ${askedDays} days: ${asked.length}.`,
    ...asked.map(({ id, kind, at }) => {
      const until = utc(new Date(Date.parse(at) + askedMs).toISOString());
      return `  ${id}  ${kind}, asked for ${utc(at)}; deleted last until ${until}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`;
  }
}
