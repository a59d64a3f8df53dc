/** `/runs/`: reads the filter, looks the records up, and makes the page of the history. `/runs/strip`: the part of it about one check. */
import {
  historyAddress,
  type HistoryChoices,
  readHistoryForm,
} from '../../src/core/report/html/historyForm.ts';
import {
  historyBody,
  type HistoryItem,
  type HistoryPage,
  itemTable,
} from '../../src/core/report/html/historyPage.ts';
import { stripRow } from '../../src/core/report/html/historyStrip.ts';
import { rowSection } from '../../src/core/report/html/recordRow.ts';
import { html, type Html, nothing } from '../../src/core/report/html.ts';
import { recordAddress } from '../../src/core/report/format.ts';
import { count } from '../../src/core/report/units.ts';
import { rowOf } from '../../src/core/report/facts.ts';
import { type Pause, unlessStopped } from '../files/pause.ts';
import { documentedPlaces, lastRun } from '../runs/documentedRuns.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import type { StoreReading } from '../store/contract.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import type { RecordsContext } from './recordsContext.ts';
import { pageResponse, type RecordResponse } from './response.ts';

const pageLength = 40;
/** More than are drawn: where nothing changed a strip is shortened. */
const stripLength = 160;
/** Of the output of each step on a page that shows more than this run. */
const lastRunBytes = 16 * 1024;

export async function historyPage(context: RecordsContext, query: URLSearchParams): Promise<RecordResponse> {
  const { store } = context;
  const { form, wish: read, faults } = readHistoryForm((field) => query.get(field));
  const before = query.get('before') ?? '';
  const isPlace = before === '' || recordIdPattern.test(before);
  const wish = isPlace ? read : undefined;
  const filter = { ...wish, ...(before === '' ? {} : { before }) };
  const places = wish ? await store.history.items(filter, pageLength + 1) : [];
  const last = places.length > pageLength ? places[pageLength - 1]?.id : undefined;
  const found = wish ? await store.history.count(wish) : 0;
  const { verdict: _, ...withEveryVerdict } = wish ?? {};
  const shown: HistoryPage = {
    ...{ form, found, choices: choicesOf(context), kept: await store.history.count({}), now: context.date() },
    faults: isPlace
      ? faults
      : [
          ...faults,
          `The place to go on from, “${before.slice(0, 40)}”, is no id of a record. Start with the newest.`,
        ],
    running: before === '' ? runningOf(context) : [],
    // A strip with one verdict only would hide every change.
    strips:
      wish && before === '' && found > 0 ? await store.history.strips(withEveryVerdict, stripLength) : [],
    items: (
      await Promise.all(places.slice(0, pageLength).map(({ kind, id }) => itemOf(store, kind, id)))
    ).flat(),
    isLater: before !== '',
    next: last === undefined ? '' : historyAddress(form, last),
  };
  return pageResponse(
    shown.faults.length > 0 ? 400 : 200,
    context.template.page({
      title: 'Records',
      description: `${count(found, 'run')} with commands, output and verdict.`,
      body: historyBody(shown),
    }),
  );
}

type CheckName = { readonly writeup: string; readonly check: string };

/** The strips of one check, as documented, and its last run as a line of the history. Nothing has run: nothing. */
export async function stripHtml({ store, date }: RecordsContext, of: CheckName): Promise<Html> {
  const strips = (
    await Promise.all(documentedPlaces.map((place) => store.history.strips({ ...of, ...place }, stripLength)))
  ).flat();
  if (strips.length === 0) return nothing;
  const run = await lastRun(store, of);
  const items = run === undefined ? [] : await itemOf(store, 'run', run);
  return html`<div class="check-history">
    <ul class="strip-list">
      ${strips.map(stripRow)}
    </ul>
    ${run === undefined ? nothing : itemTable(items, date())}
  </div>`;
}

/** The strips of one check, and its last run with output, verdict and who answered. Nothing has run: nothing. */
export async function lastRunHtml(context: RecordsContext, of: CheckName, pause: Pause): Promise<Html> {
  const { store } = context;
  const id = await lastRun(store, of);
  const run = id && (await assembleRun(store, id, lastRunBytes, pause).catch(unlessStopped(() => undefined)));
  const strip = await stripHtml(context, of);
  if (!run) return strip;
  // The page around it has the name of the check for something else.
  const row = rowOf(run, 'last-run');
  // It comes right below the title of a check's page, and looks like one of several.
  const title = html`<h3 id="last-run..title" aria-level="2">
    <a href="${recordAddress('', id)}">Last run</a>
  </h3>`;
  return html`${strip}${rowSection(row, title, { base: '', interactive: false })}`;
}

async function itemOf(store: StoreReading, kind: 'run' | 'set', id: string): Promise<HistoryItem[]> {
  if (kind === 'run') {
    const row = await store.history.row(id);
    return row ? [{ kind, run: row }] : [];
  }
  const set = await store.sets.get(id);
  if (!set) return [];
  const members = set.members.map(async ({ run, check }) => {
    const row = await store.history.row(run);
    return { title: row?.title ?? check, summary: row?.summary ?? (await store.summary(run)) };
  });
  return [{ kind, set, members: await Promise.all(members) }];
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
