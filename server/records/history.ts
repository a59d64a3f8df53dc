/** `/runs/`: reads the filter, looks the records up, and makes the page of the history. */
import {
  historyAddress,
  type HistoryChoices,
  readHistoryForm,
} from '../../src/core/report/html/historyForm.ts';
import { historyBody, type HistoryItem, type HistoryPage } from '../../src/core/report/html/historyPage.ts';
import { count } from '../../src/core/report/format.ts';
import type { StoreReading } from '../store/reading.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import type { RecordsContext } from './recordsContext.ts';
import { pageResponse, type RecordResponse } from './response.ts';

const pageLength = 40;
/** More than are drawn: where nothing changed a strip is shortened. */
const stripLength = 160;

export function historyPage(context: RecordsContext, query: URLSearchParams): RecordResponse {
  const read = readHistoryForm((field) => query.get(field));
  const before = query.get('before') ?? '';
  const faults = read.ok ? [] : [...read.faults];
  if (before !== '' && !recordIdPattern.test(before))
    faults.push(
      `The place to go on from, “${before.slice(0, 40)}”, is no id of a record. Start with the newest.`,
    );
  const { store } = context;
  const wish = read.ok && faults.length === 0 ? read.wish : undefined;
  const filter = { ...wish, ...(before === '' ? {} : { before }) };
  const places = wish ? store.history.items(filter, pageLength + 1) : [];
  const last = places.length > pageLength ? places[pageLength - 1]?.id : undefined;
  const found = wish ? store.history.count(wish) : 0;
  const { verdict: _, ...withEveryVerdict } = wish ?? {};
  const shown: HistoryPage = {
    form: read.form,
    choices: choicesOf(context),
    faults,
    found,
    kept: store.history.count({}),
    running: before === '' ? runningOf(context) : [],
    // A strip with one verdict only would hide every change.
    strips: wish && before === '' && found > 0 ? store.history.strips(withEveryVerdict, stripLength) : [],
    items: places.slice(0, pageLength).flatMap(({ kind, id }) => itemOf(store, kind, id)),
    isLater: before !== '',
    next: last === undefined ? '' : historyAddress(read.form, last),
  };
  return pageResponse(
    faults.length > 0 ? 400 : 200,
    context.template.page({
      title: 'Records',
      description: `${count(shown.found, 'run')} with commands, output and verdict.`,
      body: historyBody(shown),
    }),
  );
}

function itemOf(store: StoreReading, kind: 'run' | 'set', id: string): HistoryItem[] {
  if (kind === 'run') {
    const row = store.history.row(id);
    return row ? [{ kind, run: row }] : [];
  }
  const set = store.sets.get(id);
  if (!set) return [];
  const members = set.members.map(({ run, check }) => {
    const row = store.history.row(run);
    return { title: row?.title ?? check, summary: row?.summary ?? store.summary(run) };
  });
  return [{ kind, set, members }];
}

function choicesOf({ writeups, conditions }: RecordsContext): HistoryChoices {
  const all = [...writeups.values()];
  const roles = new Map(all.flatMap(({ writeup }) => writeup.roles.map((role) => [role.role, role])));
  return {
    writeups: all.map(({ id, writeup }) => ({ id, title: writeup.title })),
    checks: all.flatMap(({ checks }) =>
      [...checks.values()].map(({ check }) => ({ id: check.id, title: check.title })),
    ),
    roles: [...roles].map(([id, { short }]) => ({ id, title: `${short} (${id})` })),
    conditions,
  };
}

function runningOf({ writeups, active }: RecordsContext): HistoryPage['running'] {
  const titles = new Map(
    [...writeups.values()].flatMap(({ checks }) => [...checks].map(([id, { check }]) => [id, check.title])),
  );
  return active().flatMap(({ run, check, state }) =>
    state === 'ended' ? [] : [{ run, title: titles.get(check) ?? check, state }],
  );
}
