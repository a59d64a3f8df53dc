/** One check's records over time in one place: where it changed, and the strip that shows it. The page around it is left to `history-page.ts`. */
import type { ResultSource, Verdict } from '../../vocabulary.ts';
import { html, type Html, nothing } from '../html.ts';
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

/** Where the records of a strip were taken, in words. */
export function placeOf({ source, condition }: Pick<Strip, 'source' | 'condition'>): string {
  return condition === '' ? PLACE[source] : `${PLACE[source]}, ${conditionWords(condition)}`;
}

/** One row: the check, its verdicts as cells that lead to their records, and in words when it changed. */
export function stripRow(strip: Strip): Html {
  const changes = changesOf(strip.cells);
  const marks = marksOf(changes);
  return html`<li class="strip" data-changed="${changedIn(changes)}">
    <div class="strip-name">
      <h3><a href="/runs/?writeup=${strip.writeup}&amp;check=${strip.check}">${strip.title}</a></h3>
      <p>${placeOf(strip)}</p>
    </div>
    <ol class="strip-cells" aria-label="${strip.title}, ${placeOf(strip)}: oldest first">
      ${shortened(strip.cells).map((cell) => ('left' in cell ? gapOf(cell.left) : cellOf(cell, marks.get(cell))))}
    </ol>
    <p class="strip-say">${sayOf(strip, changes)}</p>
  </li> `;
}

/** Cells that are left out of a strip, between two that say the same. */
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

function shortenedTo(stretch: readonly StripCell[], most: number): (StripCell | StripGap)[] {
  if (stretch.length <= most) return [...stretch];
  const first = Math.ceil(most / 2);
  const last = most - first;
  return [
    ...stretch.slice(0, first),
    { left: stretch.length - most },
    ...stretch.slice(stretch.length - last),
  ];
}

const gapOf = (left: number): Html =>
  html`<li class="strip-gap" title="${count(left, 'record')} more without a change">+${left}</li>`;

type Mark = { readonly what: StripChange['what']; readonly label: string };

/** Every change has a bar. Of those of the verdict, or else of the value, the first and the last have their day beside it. */
function marksOf(changes: readonly StripChange[]): ReadonlyMap<StripCell, Mark> {
  const telling = tellingOf(changes);
  const labelled = new Set([telling[0], telling.at(-1)]);
  return new Map(
    changes.map((change) => [
      change.cell,
      { what: change.what, label: labelled.has(change) ? dayAndMonth(change.cell.startedAt) : '' },
    ]),
  );
}

function tellingOf(changes: readonly StripChange[]): readonly StripChange[] {
  const ofVerdict = changes.filter(({ what }) => what === 'verdict');
  return ofVerdict.length > 0 ? ofVerdict : changes;
}

const dayAndMonth = (iso: string): string => day(iso).replace(/ \d{4}$/, '');

function cellOf({ run, verdict, startedAt, observed }: StripCell, mark: Mark | undefined): Html {
  const changed = mark === undefined ? '' : ` (${mark.what} changed)`;
  const words = `${verdict}: ${observed === '' ? 'nothing observed' : observed}, ${utc(startedAt)}${changed}`;
  // The title is the link's name too: there are many cells, and the words would be there twice.
  const shape = html`<svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
    <use href="#shape-${verdict}" />
  </svg>`;
  const label = mark?.label
    ? html`<span class="strip-mark" aria-hidden="true">${mark.label}</span>`
    : nothing;
  return html`<li data-verdict="${verdict}" data-change="${mark?.what ?? 'no'}">
    <a href="/runs/${run}" title="${words}">${shape}</a>${label}
  </li>`;
}

function sayOf({ cells }: Strip, changes: readonly StripChange[]): Html {
  const known = cells.filter(({ verdict }) => verdict !== 'inconclusive');
  const [oldest] = known;
  if (oldest === undefined) return html`${count(cells.length, 'record')}, none with a result.`;
  const telling = tellingOf(changes);
  const first = telling[0];
  if (first === undefined)
    return html`${oldest.verdict}, unchanged in ${count(known.length, 'record')} since
    ${day(oldest.startedAt)}.`;
  const last = telling.at(-1) ?? first;
  const once = telling.length === 1;
  return html`${first.what === 'verdict' ? 'Changed' : `Always ${oldest.verdict}; the value changed`}${once ? '' : ` ${telling.length} times, first`}
  on ${linkTo(first)}${once ? '' : html`, last on ${linkTo(last)}`}.`;
}

/** The day of a change as a link to its record, and what became what. */
function linkTo({ cell, from, what }: StripChange): Html {
  const words =
    what === 'verdict' ? `${from.verdict} → ${cell.verdict}` : `“${from.observed}” → “${cell.observed}”`;
  return html`<a href="/runs/${cell.run}"
      ><time datetime="${cell.startedAt}">${utc(cell.startedAt).replace(/:\d\d UTC$/, ' UTC')}</time></a
    >
    (${words})`;
}
