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
import { rowSection } from '../../src/core/report/html/recordParts.ts';
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
  const { verdict: _, ...withEveryVerdict } = wish ?? {};
  const [places, found, kept, strips] = await Promise.all([
    wish ? store.history.items(filter, pageLength + 1) : [],
    wish ? store.history.count(wish) : 0,
    store.history.count({}),
    wish && before === '' ? store.history.strips(withEveryVerdict, stripLength) : [],
  ]);
  const last = places.length > pageLength ? places[pageLength - 1]?.id : undefined;
  const shown: HistoryPage = {
    ...{ form, found, choices: choicesOf(context), kept, now: context.date() },
    faults: isPlace
      ? faults
      : [
          ...faults,
          `The place to go on from, “${before.slice(0, 40)}”, is no id of a record. Start with the newest.`,
        ],
    running: before === '' ? runningOf(context) : [],
    // A strip with one verdict only would hide every change.
    strips: found > 0 ? strips : [],
    items: await itemsOf(store, places.slice(0, pageLength)),
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
  const items = run === undefined ? [] : await itemsOf(store, [{ kind: 'run', id: run }]);
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

type Place = Awaited<ReturnType<StoreReading['history']['items']>>[number];

/** In the order of the places; what was removed meanwhile is left out. */
async function itemsOf(store: StoreReading, places: readonly Place[]): Promise<readonly HistoryItem[]> {
  const idsOf = (wanted: Place['kind']) => places.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  const sets = (await Promise.all(idsOf('set').map((id) => store.sets.get(id)))).flatMap((set) => set ?? []);
  const members = sets.flatMap((set) => set.members.map(({ run }) => run));
  const rows = await store.history.rows([...new Set([...idsOf('run'), ...members])]);
  const runs = new Map(rows.map((row) => [row.summary.run, row]));
  const items = places.map(async ({ kind, id }): Promise<HistoryItem[]> => {
    const run = runs.get(id);
    if (kind === 'run') return run ? [{ kind, run }] : [];
    const set = sets.find((one) => one.set === id);
    const ofSet = set?.members.map(async (member) => {
      const row = runs.get(member.run);
      return {
        title: row?.title ?? member.check,
        summary: row?.summary ?? (await store.summary(member.run)),
      };
    });
    return set && ofSet ? [{ kind, set, members: await Promise.all(ofSet) }] : [];
  });
  return (await Promise.all(items)).flat();
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
