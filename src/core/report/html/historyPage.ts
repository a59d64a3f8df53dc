/** The history of all records as a page's body, readable without a script: filter, strips over time, and the list. Looking them up is left to the server. */
import { AS_DOCUMENTED } from '../../vocabulary.ts';
import type { EndedRun, RunSet, Summary } from '../../protocol/down.ts';
import { historyAddress, type HistoryChoices, type HistoryForm, historyForm } from './historyForm.ts';
import { changedIn, changesOf, placeOf, type Strip, stripRow } from './historyStrip.ts';
import { html, type Html, nothing } from '../html.ts';
import { shape } from './htmlParts.ts';
import { condition as conditionWords, count, digits, duration, utc } from '../format.ts';

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
export function historyBody(page: HistoryPage): Html {
  return html`<div class="history-page">
    <h1>Records</h1>
    <p class="lead">
      Every run is kept with what was asked, what came back, and the verdict. Each has an address of its own
      that can be shared.
    </p>
    ${runningNow(page)}${historyForm(page.form, page.choices, page.faults)}${page.faults.length > 0 ? nothing : found(page)}
  </div> `;
}

function found(page: HistoryPage): Html {
  if (page.kept === 0)
    return html`<div class="history-none">
      <h2>No record yet</h2>
      <p>
        Nothing has been taken on this server. Open a writeup and press <b>Run</b>; its record then stands
        here.
      </p>
      <ul>
        ${page.choices.writeups.map(({ id, title }) => html`<li><a href="/${id}/">${title}</a></li>`)}
      </ul>
    </div>`;
  if (page.found === 0)
    return html`<div class="history-none">
      <h2>No record matches</h2>
      <p>
        ${digits(page.kept)} are kept, but none is like this. <a href="/runs/">Show all</a>, or choose less.
      </p>
    </div>`;
  return html`${page.isLater ? nothing : strips(page)}${list(page)}`;
}

function runningNow({ running }: HistoryPage): Html {
  if (running.length === 0) return nothing;
  return html`<section class="history-now" aria-label="Running now">
    <h2>Running now</h2>
    <ul>
      ${running.map(
        ({ run, title, state }) =>
          html`<li>
            <a href="/runs/${run}"
              ><span class="badge" data-verdict="${state}">${shape(state)}<span>${state}</span></span>
              ${title}</a
            >
          </li>`,
      )}
    </ul>
  </section> `;
}

/** What changed is looked for, so it comes first. */
const rankOf = ({ cells }: Strip): number => RANK[changedIn(changesOf(cells))];
const RANK = { verdict: 0, value: 1, no: 2 } as const;

/** Where the page itself speaks of: the machines, and the lab as documented. Other conditions are there to come out otherwise. */
const isMain = ({ condition }: Strip): boolean => condition === '' || condition === AS_DOCUMENTED;

function strips({ strips, form }: HistoryPage): Html {
  const sorted = [...strips].sort((a, b) => rankOf(a) - rankOf(b));
  const main = form.condition === '' ? sorted.filter(isMain) : sorted;
  const elsewhere = new Map<string, number>();
  for (const strip of sorted)
    if (!main.includes(strip)) elsewhere.set(strip.condition, (elsewhere.get(strip.condition) ?? 0) + 1);
  return html`<section class="strips" aria-labelledby="strips">
    <h2 id="strips">Over time</h2>
    <p class="strips-say">
      Each cell is one record, the oldest on the left, and leads to it. A bar stands where a row became
      another, with the day.
    </p>
    ${
      main.length === 0
        ? nothing
        : html`<ul class="strip-list">
            ${main.map(stripRow)}
          </ul>`
    }
    ${elsewhere.size === 0 ? nothing : html`<p class="strips-say">In other conditions of the lab: ${[...elsewhere].map(([condition, many]) => html`<a href="${historyAddress({ ...form, condition }, '')}">${conditionWords(condition)}</a> (${count(many, 'check')}) `)}</p>`}
  </section> `;
}

function list({ items, found, kept, next, isLater }: HistoryPage): Html {
  const all =
    found === kept ? `${count(kept, 'run')} kept` : `${digits(found)} of ${count(kept, 'run')} match`;
  return html`<section aria-labelledby="list">
    <h2 id="list">${isLater ? 'Older records' : 'Newest first'}</h2>
    <p class="history-count">${all}. What was taken together is one set.</p>
    <ol class="history">
      ${items.map((item) => (item.kind === 'run' ? runRow(item.run) : setRow(item)))}
    </ol>
    ${items.length === 0 ? html`<p>There is nothing older.</p>` : nothing}
    <p class="history-more">
      ${isLater ? html`<a href="/runs/">Newest</a> ` : nothing}${next === '' ? nothing : html`<a href="${next}" rel="next">Older records</a>`}
    </p>
  </section> `;
}

function runRow({ summary, title, roles, pinned }: HistoryRun): Html {
  const { judgement, how } = summary;
  const words = how === 'finished' ? judgement.verdict : `${how}: ${judgement.verdict}`;
  return html`<li class="history-run">
    <p class="history-verdict">${badge(judgement.verdict, words)}</p>
    <div>
      <p class="history-title"><a href="/runs/${summary.run}">${title}</a></p>
      <p class="history-observed">${judgement.observed}</p>
      <p class="history-facts">
        <span>${roles.join(', ')}</span> ${factsOf(summary, pinned)}<span>${duration(summary.seconds)}</span>
      </p>
    </div>
  </li> `;
}

function setRow({ set, members }: Extract<HistoryItem, { kind: 'set' }>): Html {
  const ended = members.flatMap(({ summary }) => (summary?.state === 'ended' ? [summary] : []));
  const agrees = ended.filter(({ judgement }) => judgement.verdict === 'agrees').length;
  const [first] = ended;
  const title = set.title === '' ? `Set of ${count(members.length, 'row')}` : set.title;
  return html`<li class="history-set">
    <p class="history-verdict"><span class="tally">${agrees} of ${members.length} agree</span></p>
    <div>
      <p class="history-title"><a href="/runs/${set.set}">${title}</a></p>
      <ul class="chips">
        ${members.map(({ title: name, summary }, index) => chip(name, summary, set.members[index]?.run ?? ''))}
      </ul>
      <p class="history-facts">
        ${factsOf({ ...set, source: first?.source ?? '', condition: first?.condition ?? '' }, set.pinned)}
      </p>
    </div>
  </li> `;
}

function chip(title: string, summary: Summary | undefined, run: string): Html {
  if (summary === undefined)
    return html`<li data-verdict="not-run">${shape('not-run')} ${title} (no longer kept)</li>`;
  const verdict = summary.state === 'ended' ? summary.judgement.verdict : summary.state;
  return html`<li data-verdict="${verdict}">
    <a href="/runs/${run}">${shape(verdict)} ${title}<span class="visually-hidden">: ${verdict}</span></a>
  </li>`;
}

type Told = {
  readonly by: string;
  readonly startedAt: string;
  readonly condition: string;
  readonly source: EndedRun['source'] | '';
};
function factsOf({ by, startedAt, source, condition }: Told, pinned: boolean): Html {
  return html`${source === '' ? nothing : html`<span>${placeOf({ source, condition })}</span> `}<time
      datetime="${startedAt}"
      >${utc(startedAt)}</time
    >
    ${by === '' ? nothing : html`<span>by ${by}</span> `}${pinned ? html`<span class="pinned">pinned</span> ` : nothing}`;
}

const badge = (verdict: string, words: string): Html =>
  html`<span class="badge" data-verdict="${verdict}">${shape(verdict)}<span>${words}</span></span>`;
