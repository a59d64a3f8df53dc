/** The history of all records as a page's body, readable without a script: filter, each check over time, and the list. */
import type { EndedRun, RunSet, Summary } from '../../protocol/down.ts';
import { historyAddress, type HistoryChoices, type HistoryForm, historyForm } from './historyForm.ts';
import { changesOf, placeOf, type Strip, stripRow, tellingOf, verdictCell } from './historyStrip.ts';
import { element, html, type Html, nothing, type Tree } from '../html.ts';
import { table } from './table.ts';
import { badge, lookOf, time } from './signs.ts';
import {
  agoWords,
  condition as conditionWords,
  day,
  isDocumentedCondition,
  verdictWords,
} from '../format.ts';
import { count, digits } from '../units.ts';

type HistoryRun = {
  readonly summary: EndedRun;
  readonly title: string;
  readonly pinned: boolean;
};
export type HistoryItem =
  | { readonly kind: 'run'; readonly run: HistoryRun }
  | {
      readonly kind: 'set';
      readonly set: RunSet;
      /** One for each member, in its order; `title` is the check's id when its record is gone. */
      readonly members: readonly { readonly title: string; readonly summary: Summary | undefined }[];
    };

export type HistoryPage = {
  readonly form: HistoryForm;
  readonly choices: HistoryChoices;
  /** What is wrong with the filter; then nothing was looked up. */
  readonly faults: readonly string[];
  /** Runs that the filter leaves, and all that are kept. */
  readonly found: number;
  readonly kept: number;
  readonly running: readonly {
    readonly run: string;
    readonly title: string;
    readonly state: 'queued' | 'running';
  }[];
  readonly strips: readonly Strip[];
  readonly items: readonly HistoryItem[];
  /** Whether this is not the first page, and the address of the next one; empty when there is none. */
  readonly isLater: boolean;
  readonly next: string;
  readonly now: Date;
};

/** The page's body, from its heading on. A script replaces what is found, and leaves the filter where it is. */
export function historyBody(page: HistoryPage): Html {
  const { form, choices, kept, running } = page;
  const now = running.map(
    ({ run, title, state }) => html`<li><a href="/runs/${run}">${badge(state, state)} ${title}</a></li> `,
  );
  return html`<div class="history-page">
    <h1>Records</h1>
    ${
      now.length === 0
        ? nothing
        : html`<section class="history-now" aria-label="Running now">
            <h2>Running now</h2>
            <ul>
              ${now}
            </ul>
          </section> `
    }
    ${kept === 0 && Object.keys(form).length === 0 ? nothing : historyForm(form, choices)}
    <div class="history-found">${found(page)}</div>
  </div> `;
}

function found(page: HistoryPage): Html {
  const { faults, choices, isLater } = page;
  const all = html`<a href="/runs/">Show all</a>`;
  if (faults.length > 0)
    return html`<div class="history-faults" role="alert">
      <p>This filter cannot be read. ${all}, or correct it:</p>
      <ul>
        ${faults.map((fault) => html`<li>${fault}</li>`)}
      </ul>
    </div>`;
  if (page.kept === 0)
    return html`<div class="history-none">
      <h2>No record yet</h2>
      <p>
        Nothing has run on this server. Open a writeup and press <b>Run</b>: its record will be listed here.
      </p>
      <ul>
        ${choices.writeups.map(({ id, title }) => html`<li><a href="/${id}/">${title}</a></li>`)}
      </ul>
    </div>`;
  if (page.found === 0)
    return html`<div class="history-none">
      <h2>No record matches</h2>
      <p>${digits(page.kept)} are kept. ${all}, or choose less.</p>
    </div>`;
  const of =
    page.found === page.kept
      ? html`${count(page.kept, 'run')} kept.`
      : html`${digits(page.found)} of ${count(page.kept, 'run')} match. ${all}`;
  const steps = [
    ...(isLater ? [html`<a href="${historyAddress(page.form)}">Newest</a> `] : []),
    ...(page.next === '' ? [] : [html`<a href="${page.next}" rel="next">Older records</a>`]),
  ];
  return html`${isLater ? nothing : strips(page)}
    <section aria-labelledby="list">
      <h2 id="list">
        ${isLater ? 'Older records' : 'Newest first'} <span class="history-count">${of}</span>
      </h2>
      ${page.items.length === 0 ? html`<p>There is nothing older.</p>` : itemTable(page.items, page.now)}
      ${steps.length === 0 ? nothing : html`<p class="history-more">${steps}</p>`}
    </section> `;
}

/** Most readers look for what changed, so it comes first; and then what ran last. */
const newest = ({ cells }: Strip): string => tellingOf(changesOf(cells)).at(-1)?.cell.startedAt ?? '';
const lastRun = ({ cells }: Strip): string => cells.at(-1)?.run ?? '';
const mostStrips = 30;

function strips({ strips, form }: HistoryPage): Html {
  // The page is about real machines and the lab as documented. In other conditions rows are expected to differ.
  const isMain = ({ condition }: Strip) => form.condition !== undefined || isDocumentedCondition(condition);
  const main = strips
    .filter(isMain)
    .sort((a, b) => newest(b).localeCompare(newest(a)) || lastRun(b).localeCompare(lastRun(a)));
  const elsewhere = Map.groupBy(
    strips.filter((strip) => !isMain(strip)),
    ({ condition }) => condition,
  );
  const others = [...elsewhere].map(
    ([condition, own]) =>
      html`<a href="${historyAddress({ ...form, condition })}">${conditionWords(condition)}</a>
        (${count(own.length, 'check')}) `,
  );
  const more = main.length - mostStrips;
  return html`<section aria-labelledby="strips">
    <h2 id="strips">Over time</h2>
    <p class="strips-say">The newest run of each check is on the left. A bar marks a change.</p>
    <ul class="strip-list">
      ${main.slice(0, mostStrips).map(stripRow)}
    </ul>
    ${more > 0 ? html`<p class="strips-say">${count(more, 'check')} more: choose a writeup or a check.</p>` : nothing}
    ${others.length === 0 ? nothing : html`<p class="strips-say">In other conditions of the lab: ${others}</p>`}
  </section> `;
}

export const itemTable = (items: readonly HistoryItem[], now: Date): Tree =>
  table(
    'history',
    element('caption.visually-hidden', 'Records, newest first'),
    ['Check', 'Verdict', 'Observed', 'Where', 'When'],
    items.map((item) => (item.kind === 'run' ? runRow(item.run, now) : setRow(item, now))),
  );

type Row = readonly [Tree, ...Tree[]];

function runRow({ summary, title, pinned }: HistoryRun, now: Date): Row {
  const { judgement, how, run, startedAt, by, source } = summary;
  const { verdict, observed } = judgement;
  return [
    nameOf(run, title, pinned),
    badge(lookOf(verdict, source), verdictWords(verdict, source, how)),
    element('span.history-observed', { title: observed || 'nothing' }, observed),
    placeOf(summary),
    whenOf(startedAt, by, now),
  ];
}

function setRow({ set, members }: Extract<HistoryItem, { kind: 'set' }>, now: Date): Row {
  const ended = members.flatMap(({ summary }) => (summary?.state === 'ended' ? [summary] : []));
  const agrees = ended.filter(({ judgement }) => judgement.verdict === 'agrees').length;
  const gone = members.flatMap(({ summary, title }) => (summary === undefined ? [title] : []));
  const cells = members.flatMap(({ title, summary }) =>
    summary?.state === 'ended' ? [verdictCell({ ...summary, ...summary.judgement }, title)] : [],
  );
  return [
    nameOf(set.set, set.title === '' ? `Run all, ${count(members.length, 'row')}` : set.title, set.pinned),
    element('span.tally', `${agrees} of ${members.length} agree`),
    [
      element('ul.strip-cells', ...cells),
      gone.length === 0 ? '' : element('span.old-note', `no longer kept: ${gone.join(', ')}`),
    ],
    ended[0] === undefined ? '' : placeOf(ended[0]),
    whenOf(set.startedAt, set.by, now),
  ];
}

const nameOf = (id: string, title: string, pinned: boolean): Tree => [
  element('a.history-title', { href: `/runs/${id}` }, title),
  pinned ? element('span.pinned', ' pinned') : '',
];

/** Today's runs by their age, older ones by their day; the exact time in the title. */
function whenOf(startedAt: string, by: string, now: Date): Tree {
  const age = (now.getTime() - Date.parse(startedAt)) / 1000;
  return [time(startedAt, age < 86_400 ? agoWords(age) : day(startedAt)), by === '' ? '' : ` by ${by}`];
}
