/** `vantage history`: which runs and sets are kept, newest first. */
import { resultSourceSchema, verdictSchema } from '../../src/core/vocabulary.ts';
import { utc } from '../../src/core/report/format.ts';
import type { HistoryRow } from '../store/history.ts';
import { textOrJson, writeResult } from './command/formats.ts';
import { placeOptions, readRecords, recordsPlace } from './command/openRecords.ts';
import { count, day, flag, text, withDefault, word } from './command/options.ts';
import { oneLine } from './command/progress.ts';
import { defineVerb } from './command/verb.ts';

export const historyVerb = defineVerb({
  name: 'history',
  about: 'lists the runs and sets that are kept',
  options: {
    check: text('ID', 'of this check'),
    writeup: text('ID', 'of this writeup'),
    role: text('ROLE', 'with a step on the machine of this role'),
    verdict: word(verdictSchema.options, 'with this verdict'),
    source: word(resultSourceSchema.options, 'from there'),
    condition: text('NAME', 'run in this condition of the lab'),
    since: day('from this day on, UTC, like 2026-11-24'),
    until: day('up to this day, UTC'),
    sets: flag('the sets instead of the runs'),
    limit: withDefault(count('at most so many'), 20),
    format: textOrJson,
    ...placeOptions,
  },
  async run({ values }, { root, out, print }) {
    const { limit, format, sets, check, writeup, role, verdict, source, condition, since, until } = values;
    const wanted = { check, writeup, role, verdict, source, condition, since, until };
    const filter = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    await readRecords(recordsPlace(values, root), async (store) => {
      if (sets) {
        const found = await store.sets.list(wanted.writeup, limit);
        const lines = found.map(({ set, startedAt, title, members, pinned }) =>
          [set, utc(startedAt), `${members.length} runs`, pinned ? 'pinned' : [], oneLine(title)]
            .flat()
            .join('  '),
        );
        return writeResult(out, format, found, lines);
      }
      const rows = await store.history.list(filter, limit);
      writeResult(out, format, rows, rows.map(rowLine));
      const all = await store.history.count(filter);
      if (all > rows.length) print(`${rows.length} of ${all}; more with --limit.`);
    });
  },
});

function rowLine({ summary, pinned }: HistoryRow): string {
  const { run, startedAt, source, condition, check, judgement } = summary;
  const place = condition === '' ? source : `${source} (${condition})`;
  const result = `${judgement.verdict}: ${oneLine(judgement.observed)}`;
  return [run, utc(startedAt), place, check, result, ...(pinned ? ['pinned'] : [])].join('  ');
}
