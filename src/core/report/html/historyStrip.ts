/** One check's records over time in one place: where it changed, and the strip that shows it. */
import type { ResultSource, Verdict } from '../../vocabulary.ts';
import { html, type Html, nothing, shape } from '../html.ts';
import { time } from './recordParts.ts';
import { condition as conditionWords, count, day, PLACE, utc } from '../format.ts';

export type StripCell = {
  readonly run: string;
  readonly verdict: Verdict;
  readonly startedAt: string;
  readonly observed: string;
};

/** Records of another source or condition are never in the same row of time. */
export type Strip = {
  readonly writeup: string;
  readonly check: string;
  readonly title: string;
  readonly source: ResultSource;
  readonly condition: string;
  /** Oldest first. */
  readonly cells: readonly StripCell[];
};

export type StripChange = {
  /** The cell that is the first of the new kind. */
  readonly cell: StripCell;
  readonly from: StripCell;
  readonly what: 'verdict' | 'value';
};

/** Where a row became another. An inconclusive record is no change: it says nothing about the row. */
export function changesOf(cells: readonly StripCell[]): StripChange[] {
  const known = cells.filter(({ verdict }) => verdict !== 'inconclusive');
  return known.flatMap((cell, index): StripChange[] => {
    const from = known[index - 1];
    if (from === undefined) return [];
    if (from.verdict !== cell.verdict) return [{ cell, from, what: 'verdict' }];
    return from.observed === cell.observed ? [] : [{ cell, from, what: 'value' }];
  });
}

/** The most that changed. */
export const changedIn = (changes: readonly StripChange[]): StripChange['what'] | 'no' =>
  changes.some(({ what }) => what === 'verdict') ? 'verdict' : changes.length > 0 ? 'value' : 'no';

/** Where the runs of a strip were, in words. */
export function placeOf({ source, condition }: Pick<Strip, 'source' | 'condition'>): string {
  return condition === '' ? PLACE[source] : `${PLACE[source]}, ${conditionWords(condition)}`;
}

/** One row: the check, its verdicts as cells that lead to their records, and in words when it changed. */
export function stripRow(strip: Strip): Html {
  const changes = changesOf(strip.cells);
  const telling = tellingOf(changes);
  // Every change has a bar; the first and the last that tell most have their day beside it.
  const dated = new Set([telling[0], telling.at(-1)]);
  const cells = shortened(strip.cells).map((cell) => {
    if ('left' in cell)
      return html`<li class="strip-gap" title="${count(cell.left, 'record')} more without a change">
        +${cell.left}
      </li>`;
    const change = changes.find((one) => one.cell === cell);
    return cellOf(
      cell,
      change?.what,
      change && dated.has(change) ? day(cell.startedAt).replace(/ \d{4}$/, '') : '',
    );
  });
  return html`<li class="strip" data-changed="${changedIn(changes)}">
    <div class="strip-name">
      <h3><a href="/runs/?writeup=${strip.writeup}&amp;check=${strip.check}">${strip.title}</a></h3>
      <p>${placeOf(strip)}</p>
    </div>
    <ol class="strip-cells" aria-label="${strip.title}, ${placeOf(strip)}: oldest first">
      ${cells}
    </ol>
    <p class="strip-say">${summaryOf(strip, changes)}</p>
  </li> `;
}

/** Cells that are left out of a strip, between two that are the same. */
export type StripGap = { readonly left: number };
const MOST_CELLS = 36;

/** What is drawn of many cells: long stretches without a change are shortened in their middle, so that every change stays in sight. */
export function shortened(cells: readonly StripCell[]): readonly (StripCell | StripGap)[] {
  const stretches: StripCell[][] = [];
  for (const cell of cells) {
    const open = stretches.at(-1);
    const before = open?.[0];
    if (open && before?.verdict === cell.verdict && before.observed === cell.observed) open.push(cell);
    else stretches.push([cell]);
  }
  for (let most = MOST_CELLS; most >= 2; most -= 1) {
    const drawn = stretches.reduce((sum, stretch) => sum + Math.min(most, stretch.length), 0);
    if (drawn <= MOST_CELLS) return stretches.flatMap((stretch) => shortenedTo(stretch, most));
  }
  // It changes all the time: the newest of that.
  return cells.slice(-MOST_CELLS);
}

function shortenedTo(stretch: readonly StripCell[], most: number): readonly (StripCell | StripGap)[] {
  const left = stretch.length - most;
  if (left <= 0) return stretch;
  const first = Math.ceil(most / 2);
  return [...stretch.slice(0, first), { left }, ...stretch.slice(first + left)];
}

/** The changes of the verdict, or else of the value. */
function tellingOf(changes: readonly StripChange[]): readonly StripChange[] {
  const ofVerdict = changes.filter(({ what }) => what === 'verdict');
  return ofVerdict.length > 0 ? ofVerdict : changes;
}

function cellOf(cell: StripCell, change: StripChange['what'] | undefined, label: string): Html {
  const { run, verdict, startedAt, observed } = cell;
  const changed = change === undefined ? '' : ` (${change} changed)`;
  // The title is the link's name too: there are many cells, and the words would be there twice.
  const words = `${verdict}: ${observed === '' ? 'nothing observed' : observed}, ${utc(startedAt)}${changed}`;
  const mark = html`<span class="strip-mark" aria-hidden="true">${label}</span>`;
  return html`<li data-verdict="${verdict}" data-change="${change ?? 'no'}">
    <a href="/runs/${run}" title="${words}">${shape(verdict)}</a>${label === '' ? nothing : mark}
  </li>`;
}

function summaryOf({ cells }: Strip, changes: readonly StripChange[]): Html {
  const known = cells.filter(({ verdict }) => verdict !== 'inconclusive');
  const [oldest] = known;
  if (oldest === undefined) return html`${count(cells.length, 'record')}, none with a result.`;
  const [first, ...others] = tellingOf(changes);
  if (first === undefined)
    return html`${oldest.verdict}, unchanged in ${count(known.length, 'record')} since
    ${day(oldest.startedAt)}.`;
  const last = others.at(-1);
  const what = first.what === 'verdict' ? 'Changed' : `Always ${oldest.verdict}; the value changed`;
  if (last === undefined) return html`${what} on ${changeLink(first)}.`;
  return html`${what} ${others.length + 1} times, first on ${changeLink(first)}, last on ${changeLink(last)}.`;
}

/** The day of a change as a link to its record, and what became what. */
function changeLink({ cell, from, what }: StripChange): Html {
  const words =
    what === 'verdict' ? `${from.verdict} → ${cell.verdict}` : `“${from.observed}” → “${cell.observed}”`;
  const minute = utc(cell.startedAt).replace(/:\d\d UTC$/, ' UTC');
  return html`<a href="/runs/${cell.run}">${time(cell.startedAt, minute)}</a> (${words})`;
}
