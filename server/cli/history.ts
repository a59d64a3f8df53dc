/** `vantage history`: which runs and sets are kept, newest first. Asking is left to the store. */
import { resultSourceSchema, verdictSchema } from '../../src/core/vocabulary.ts';
import { utc } from '../../src/core/report/format.ts';
import type { HistoryRow } from '../store/history.ts';
import { exits } from './command/exitStatus.ts';
import { countOf, readOptions, wordOf } from './command/options.ts';
import { oneLine } from './command/progress.ts';
import { dataOf, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage history [options]

  --check ID           of this check
  --writeup ID         of this writeup
  --vantage ROLE       with a step on this vantage
  --verdict VERDICT    ${verdictSchema.options.join(', ')}
  --source PLACE   ${resultSourceSchema.options.join(', ')}
  --condition NAME     taken in this condition of the lab
  --since, --until DAY UTC, like 2026-11-24
  --sets               the sets instead of the runs
  --limit N            at most so many (default 20)
  --format text|json   (default text)
  --data DIRECTORY     where the records are (default .vantage/data)`;

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ check: { type: 'string' }, writeup: { type: 'string' }, role: { type: 'string' } },
    ...{ verdict: { type: 'string' }, source: { type: 'string' }, condition: { type: 'string' } },
    ...{ since: { type: 'string' }, until: { type: 'string' }, sets: { type: 'boolean', default: false } },
    ...{ limit: { type: 'string', default: '20' }, format: { type: 'string', default: 'text' } },
    ...{ data: { type: 'string' } },
  });
  if (positionals.length > 0) throw new CliError(`Expected options only, found "${positionals[0]}".`, usage);
  const limit = countOf('--limit', values.limit, usage);
  const format = wordOf('--format', values.format, ['text', 'json'], usage);
  const { check, writeup, role, condition, since, until } = values;
  for (const [option, day] of [
    ['--since', since],
    ['--until', until],
  ] as const)
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}/.test(day))
      throw new CliError(`${option}: expected a day like 2026-11-24, found "${day}".`, usage);
  const filter = {
    ...(check === undefined ? {} : { check }),
    ...(writeup === undefined ? {} : { writeup }),
    ...(role === undefined ? {} : { role }),
    ...(condition === undefined ? {} : { condition }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(values.verdict === undefined
      ? {}
      : { verdict: wordOf('--verdict', values.verdict, verdictSchema.options, usage) }),
    ...(values.source === undefined
      ? {}
      : { source: wordOf('--source', values.source, resultSourceSchema.options, usage) }),
  };
  await readRecords(dataOf(values.data, shell.root), (store) => {
    if (values.sets) {
      const sets = store.sets.list(writeup, limit);
      if (format === 'json') return shell.out(`${JSON.stringify(sets, null, 1)}\n`);
      for (const { set, startedAt, title, members, pinned } of sets)
        shell.out(
          `${set}  ${utc(startedAt)}  ${members.length} runs${pinned ? '  pinned' : ''}  ${oneLine(title)}\n`,
        );
      return;
    }
    const rows = store.history.list(filter, limit);
    if (format === 'json') shell.out(`${JSON.stringify(rows, null, 1)}\n`);
    else for (const row of rows) shell.out(`${rowLine(row)}\n`);
    const all = store.history.count(filter);
    if (all > rows.length) shell.print(`${rows.length} of ${all}; more with --limit.`);
  });
  return exits.agrees;
}

function rowLine({ summary, pinned }: HistoryRow): string {
  const { run, startedAt, source, condition, check, judgement } = summary;
  const place = condition === '' ? source : `${source} (${condition})`;
  const said = `${judgement.verdict}: ${oneLine(judgement.observed)}`;
  return [run, utc(startedAt), place, check, said, ...(pinned ? ['pinned'] : [])].join('  ');
}

export const historyVerb: Verb = {
  name: 'history',
  about: 'lists the runs and sets that are kept',
  ...{ usage, cancels: false, run },
};
