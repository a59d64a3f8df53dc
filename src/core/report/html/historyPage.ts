/** The history of all records as a page's body, readable without a script: filter, strips over time, and the list. */
import { AS_DOCUMENTED } from '../../vocabulary.ts';
import type { EndedRun, RunSet, Summary } from '../../protocol/down.ts';
import { historyAddress, type HistoryChoices, type HistoryForm, historyForm } from './historyForm.ts';
import { changedIn, changesOf, placeOf, type Strip, stripRow } from './historyStrip.ts';
import { type Element, element, html, type Html, nothing, shape } from '../html.ts';
import { badge, time } from './recordParts.ts';
import { condition as conditionWords, count, digits, duration, verdictWords } from '../format.ts';

export type HistoryRun = {
  readonly summary: EndedRun;
  readonly title: string;
  readonly roles: readonly string[];
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
};

/** The page's body, from its heading on. */
export const historyBody = (page: HistoryPage): Html =>
  html`<div class="history-page">
    <h1>Records</h1>
    <p class="lead">
      Every run is kept with its commands, its output and its verdict. Each has an address of its own that can
      be shared.
    </p>
    ${runningNow(page)}${historyForm(page.form, page.choices, page.faults)}${page.faults.length > 0 ? nothing : found(page)}
  </div> `;

function found(page: HistoryPage): Html {
  if (page.kept === 0)
    return html`<div class="history-none">
      <h2>No record yet</h2>
      <p>
        Nothing has run on this server. Open a writeup and press <b>Run</b>: its record will be listed here.
      </p>
      <ul>
        ${page.choices.writeups.map(({ id, title }) => html`<li><a href="/${id}/">${title}</a></li>`)}
      </ul>
    </div>`;
  if (page.found === 0)
    return html`<div class="history-none">
      <h2>No record matches</h2>
      <p>${digits(page.kept)} are kept. <a href="/runs/">Show all</a>, or choose less.</p>
    </div>`;
  return html`${page.isLater ? nothing : strips(page)}${list(page)}`;
}

function runningNow({ running }: HistoryPage): Html {
  if (running.length === 0) return nothing;
  return html`<section class="history-now" aria-label="Running now">
    <h2>Running now</h2>
    <ul>
      ${running.map(({ run, title, state }) => html`<li><a href="/runs/${run}">${badge(state, state)} ${title}</a></li>`)}
    </ul>
  </section> `;
}

/** Most readers look for what changed, so it comes first. */
const rankOf = ({ cells }: Strip): number => RANK[changedIn(changesOf(cells))];
const RANK = { verdict: 0, value: 1, no: 2 } as const;

function strips({ strips, form }: HistoryPage): Html {
  const sorted = strips.toSorted((a, b) => rankOf(a) - rankOf(b));
  // The page is about real machines and the lab as documented. In other conditions rows are expected to differ.
  const isMain = ({ condition }: Strip) =>
    form.condition !== '' || condition === '' || condition === AS_DOCUMENTED;
  const elsewhere = Map.groupBy(
    sorted.filter((strip) => !isMain(strip)),
    ({ condition }) => condition,
  );
  const others = [...elsewhere].map(
    ([condition, own]) =>
      html`<a href="${historyAddress({ ...form, condition }, '')}">${conditionWords(condition)}</a>
        (${count(own.length, 'check')}) `,
  );
  return html`<section class="strips" aria-labelledby="strips">
    <h2 id="strips">Over time</h2>
    <p class="strips-say">
      Each cell is one record, the oldest on the left, and leads to it. A bar with the day marks each change.
    </p>
    <ul class="strip-list">
      ${sorted.filter(isMain).map(stripRow)}
    </ul>
    ${others.length === 0 ? nothing : html`<p class="strips-say">In other conditions of the lab: ${others}</p>`}
  </section> `;
}

function list({ items, found, kept, next, isLater }: HistoryPage): Html {
  const all =
    found === kept ? `${count(kept, 'run')} kept` : `${digits(found)} of ${count(kept, 'run')} match`;
  return html`<section aria-labelledby="list">
    <h2 id="list">${isLater ? 'Older records' : 'Newest first'}</h2>
    <p class="history-count">${all}. Checks that ran together are one set.</p>
    <ol class="history">
      ${items.map((item) => (item.kind === 'run' ? runRow(item.run) : setRow(item)))}
    </ol>
    ${items.length === 0 ? html`<p>There is nothing older.</p>` : nothing}
    <p class="history-more">
      ${isLater ? html`<a href="/runs/">Newest</a> ` : nothing}${next === '' ? nothing : html`<a href="${next}" rel="next">Older records</a>`}
    </p>
  </section> `;
}

type ItemRow = {
  readonly kind: HistoryItem['kind'];
  readonly id: string;
  readonly title: string;
  readonly result: Element;
  readonly body: Html;
  readonly facts: readonly (string | Element)[];
  readonly isPinned: boolean;
};

const itemRow = ({ kind, id, title, result, body, facts, isPinned }: ItemRow): Html =>
  html`<li class="history-${kind}">
    <p class="history-verdict">${result}</p>
    <div>
      <p class="history-title"><a href="/runs/${id}">${title}</a></p>
      ${body}
      <p class="history-facts">
        ${facts.filter((fact) => fact !== '').map((fact) => html`<span>${fact}</span> `)}${isPinned ? html`<span class="pinned">pinned</span>` : nothing}
      </p>
    </div>
  </li> `;

function runRow({ summary, title, roles, pinned }: HistoryRun): Html {
  const { judgement, how, run, startedAt, by, seconds } = summary;
  const { verdict } = judgement;
  return itemRow({
    kind: 'run',
    id: run,
    title,
    result: badge(verdict, verdictWords(verdict, summary.source, how)),
    body: html`<p class="history-observed">${judgement.observed}</p>`,
    facts: [roles.join(', '), placeOf(summary), time(startedAt), by && `by ${by}`, duration(seconds)],
    isPinned: pinned,
  });
}

function setRow({ set, members }: Extract<HistoryItem, { kind: 'set' }>): Html {
  const ended = members.flatMap(({ summary }) => (summary?.state === 'ended' ? [summary] : []));
  const agrees = ended.filter(({ judgement }) => judgement.verdict === 'agrees').length;
  const chips = members.map(({ title, summary }, index) =>
    chip(title, summary, set.members[index]?.run ?? ''),
  );
  return itemRow({
    kind: 'set',
    id: set.set,
    title: set.title === '' ? `Set of ${count(members.length, 'row')}` : set.title,
    result: element('span', { class: 'tally' }, `${agrees} of ${members.length} agree`),
    body: html`<ul class="chips">
      ${chips}
    </ul>`,
    facts: [ended[0] === undefined ? '' : placeOf(ended[0]), time(set.startedAt), set.by && `by ${set.by}`],
    isPinned: set.pinned,
  });
}

function chip(title: string, summary: Summary | undefined, run: string): Html {
  if (summary === undefined) return html`<li>${title} (no longer kept)</li>`;
  const verdict = summary.state === 'ended' ? summary.judgement.verdict : summary.state;
  return html`<li data-verdict="${verdict}">
    <a href="/runs/${run}">${shape(verdict)} ${title}<span class="visually-hidden">: ${verdict}</span></a>
  </li>`;
}
