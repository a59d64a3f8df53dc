/** One check's records over time in one place: where it changed, and the line that shows it. */
import type { ResultSource, Verdict } from '../../vocabulary.ts';
import { type Element, element, html, type Html } from '../html.ts';
import { lookOf, shape, time } from './signs.ts';
import { historyAddress } from './historyForm.ts';
import { condition as conditionWords, day, isDocumentedCondition, PLACE, utc } from '../format.ts';
import { count } from '../units.ts';

export type StripCell = {
  readonly run: string;
  readonly verdict: Verdict;
  readonly startedAt: string;
  readonly observed: string;
};

/** Records of another source or condition are never in the same line. */
export type Strip = {
  readonly writeup: string;
  readonly check: string;
  readonly title: string;
  readonly source: ResultSource;
  readonly condition: string;
  /** Oldest first. */
  readonly cells: readonly StripCell[];
};

type StripChange = {
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

/** The changes of the verdict, or else of the value. */
export function tellingOf(changes: readonly StripChange[]): readonly StripChange[] {
  const ofVerdict = changes.filter(({ what }) => what === 'verdict');
  return ofVerdict.length > 0 ? ofVerdict : changes;
}

/** Where runs were, in words; the lab in its documented state needs no more than its name. */
export function placeOf({ source, condition }: Pick<Strip, 'source' | 'condition'>): string {
  return isDocumentedCondition(condition) ? PLACE[source] : `${PLACE[source]}, ${conditionWords(condition)}`;
}

/** The check, its verdicts as cells that lead to their records, the newest first, and in words when it changed. */
export function stripRow(strip: Strip): Html {
  const { writeup, check, title, cells, source } = strip;
  const changes = changesOf(cells);
  const drawn = shortened(cells).map((cell) => {
    if ('left' in cell)
      return html`<li class="strip-gap" title="${count(cell.left, 'record')} more without a change">
        +${cell.left}
      </li>`;
    return verdictCell(
      { ...cell, source },
      title,
      changes.find((one) => one.cell === cell),
    );
  });
  return html`<li class="strip">
    <p class="strip-name">
      <a href="${historyAddress({ writeup, check })}">${title}</a> <span>${placeOf(strip)}</span>
    </p>
    <ol class="strip-cells" aria-label="${title}, ${placeOf(strip)}: newest first">
      ${drawn.reverse()}
    </ol>
    <p class="strip-say">${summaryOf(strip, changes)}</p>
  </li> `;
}

/** A verdict as a sign that leads to its record. Its title is the link's name too: there are many, and the words would be there twice. */
export function verdictCell(
  { run, verdict, startedAt, observed, source }: StripCell & Pick<Strip, 'source'>,
  title: string,
  change?: StripChange,
): Element {
  const from = change === undefined ? '' : ` (${change.what} changed: it was ${was(change)})`;
  const what = `${title}: ${verdict}, ${observed === '' ? 'nothing observed' : observed}`;
  return element(
    'li',
    { 'data-verdict': lookOf(verdict, source), 'data-change': change?.what ?? 'no' },
    element('a', { href: `/runs/${run}`, title: `${what}, ${utc(startedAt)}${from}` }, shape(verdict)),
  );
}

const was = ({ from, what }: StripChange): string =>
  what === 'verdict' ? from.verdict : `“${from.observed}”`;

/** Cells that are left out of a strip, between two that are the same. */
type StripGap = { readonly left: number };
const MOST_CELLS = 24;

/** What is drawn of many cells: long stretches without a change are shortened in their middle, so that every change stays in sight. */
export function shortened(cells: readonly StripCell[]): readonly (StripCell | StripGap)[] {
  const stretches: StripCell[][] = [];
  for (const cell of cells) {
    const open = stretches.at(-1);
    const before = open?.[0];
    if (open && before?.verdict === cell.verdict && before.observed === cell.observed) open.push(cell);
    else stretches.push([cell]);
  }
  for (let most = MOST_CELLS; most >= 1; most -= 1) {
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

function summaryOf({ cells }: Strip, changes: readonly StripChange[]): Html {
  const known = cells.filter(({ verdict }) => verdict !== 'inconclusive');
  const [oldest] = known;
  if (oldest === undefined) return html`${count(cells.length, 'record')}, none with a result`;
  const telling = tellingOf(changes);
  const last = telling.at(-1);
  if (last === undefined)
    return html`${oldest.verdict} since ${time(oldest.startedAt, day(oldest.startedAt))}`;
  const words =
    last.what === 'verdict'
      ? `${last.from.verdict} → ${last.cell.verdict}`
      : `${oldest.verdict}; ${was(last)} → “${last.cell.observed}”`;
  const on = element(
    'a',
    { href: `/runs/${last.cell.run}` },
    time(last.cell.startedAt, day(last.cell.startedAt)),
  );
  return html`${words}, ${on}${telling.length > 1 ? ` · ${count(telling.length, 'change')}` : ''}`;
}
