/** The filter of the history: what an address asks for, what is wrong with it, and its form, which keeps what was typed. */
import { type ResultSource, resultSourceSchema, type Verdict, verdictSchema } from '../../vocabulary.ts';
import { html, type Html, nothing } from '../html.ts';
import { condition as conditionWords, PLACE } from '../format.ts';

export const historyFields = [
  'writeup',
  'check',
  'role',
  'verdict',
  'source',
  'condition',
  'since',
  'until',
] as const;
type Field = (typeof historyFields)[number];

/** As it was typed; empty is not chosen. */
export type HistoryForm = Readonly<Record<Field, string>>;

export type HistoryChoices = {
  readonly writeups: readonly { readonly id: string; readonly title: string }[];
  readonly checks: readonly { readonly id: string; readonly title: string }[];
  readonly roles: readonly { readonly id: string; readonly title: string }[];
  readonly conditions: readonly string[];
};

/** What a filter means: times are UTC, `until` is the first moment that is no longer meant. */
export type HistoryWish = {
  readonly writeup?: string;
  readonly check?: string;
  readonly role?: string;
  readonly verdict?: Verdict;
  readonly source?: ResultSource;
  readonly condition?: string;
  readonly since?: string;
  readonly until?: string;
};

export type ReadForm =
  | { readonly ok: true; readonly form: HistoryForm; readonly wish: HistoryWish }
  | { readonly ok: false; readonly form: HistoryForm; readonly faults: readonly string[] };

const ID = /^[a-z][a-z0-9-]{0,47}$/;
const CONDITION = /^[a-z0-9][a-z0-9-]{0,47}(\+[a-z][a-z0-9-]{0,47})?$/;
const MOST_TYPED = 100;

/** Reads the fields of an address; `get` gives the text of one, or nothing. */
export function readHistoryForm(get: (field: string) => string | null | undefined): ReadForm {
  const typed = (field: Field) => (get(field) ?? '').trim().slice(0, MOST_TYPED);
  const form: HistoryForm = {
    writeup: typed('writeup'),
    check: typed('check'),
    role: typed('role'),
    verdict: typed('verdict'),
    source: typed('source'),
    condition: typed('condition'),
    since: typed('since'),
    until: typed('until'),
  };
  const faults: string[] = [];
  const named = (field: Field, pattern: RegExp, like: string) => {
    const text = form[field];
    if (text !== '' && !pattern.test(text))
      faults.push(`${labels[field]}: expected ${like}, found “${text}”.`);
    return text === '' ? {} : { [field]: text };
  };
  const verdict = verdictSchema.safeParse(form.verdict);
  if (form.verdict !== '' && !verdict.success)
    faults.push(`Verdict: expected agrees, differs or inconclusive, found “${form.verdict}”.`);
  const source = resultSourceSchema.safeParse(form.source);
  if (form.source !== '' && !source.success)
    faults.push(`Where: expected live or lab, found “${form.source}”.`);
  const since = momentOf('since', form.since, faults);
  const until = momentOf('until', form.until, faults);
  if (since !== undefined && until !== undefined && since >= until)
    faults.push(`“From” (${form.since}) lies after “to” (${form.until}), so nothing can be between them.`);
  const wish: HistoryWish = {
    ...named('writeup', ID, 'the name of a writeup as it stands in its address'),
    ...named('check', ID, 'the id of a check, like disk-space'),
    ...named('role', ID, 'the role of a machine, like backend'),
    ...named('condition', CONDITION, 'the name of a condition, like as-documented'),
    ...(verdict.success ? { verdict: verdict.data } : {}),
    ...(source.success ? { source: source.data } : {}),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  return faults.length > 0 ? { ok: false, form, faults } : { ok: true, form, wish };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/;
const DAY_MS = 86_400_000;

function momentOf(field: 'since' | 'until', text: string, faults: string[]): string | undefined {
  if (text === '') return undefined;
  if (!isMoment(text)) {
    faults.push(`${labels[field]}: expected a day like 2026-11-22, found “${text}”.`);
    return undefined;
  }
  // The last day is meant whole.
  const wholeDay = field === 'until' && DAY.test(text) ? DAY_MS : 0;
  return new Date(dateOf(text).getTime() + wholeDay).toISOString();
}

const dateOf = (text: string): Date =>
  new Date(DAY.test(text) ? `${text}T00:00:00Z` : text.endsWith('Z') ? text : `${text}Z`);

/** 30 February would be read as 2 March: such a day is not what was meant. */
function isMoment(text: string): boolean {
  if (!DAY.test(text) && !MOMENT.test(text)) return false;
  const date = dateOf(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text.slice(0, 10);
}

const labels: Readonly<Record<Field, string>> = {
  writeup: 'Writeup',
  check: 'Check',
  role: 'Vantage',
  verdict: 'Verdict',
  source: 'Where',
  condition: 'Condition',
  since: 'From',
  until: 'To',
};

/** The address of the history with this filter, and the cursor of a page if there is one. */
export function historyAddress(form: HistoryForm, before: string): string {
  const parts = historyFields.flatMap((field) =>
    form[field] === '' ? [] : [`${field}=${encodeURIComponent(form[field])}`],
  );
  const all = before === '' ? parts : [...parts, `before=${before}`];
  return all.length === 0 ? '/runs/' : `/runs/?${all.join('&')}`;
}

/** A form that needs no script; what was typed is kept, also what is wrong. */
export function historyForm(form: HistoryForm, choices: HistoryChoices, faults: readonly string[]): Html {
  const isChosen = historyFields.some((field) => form[field] !== '');
  const options = (field: Field, all: readonly (readonly [string, string])[]) => {
    const typed = form[field];
    const known = typed === '' || all.some(([value]) => value === typed);
    const listed = [['', 'all'] as const, ...all, ...(known ? [] : [[typed, typed] as const])];
    return html`<label
      ><span>${labels[field]}</span
      ><select name="${field}">
        ${listed.map(([value, words]) =>
          value === typed
            ? html`<option value="${value}" selected>${words}</option>`
            : html`<option value="${value}">${words}</option>`,
        )}
      </select></label
    > `;
  };
  const titled = (all: readonly { readonly id: string; readonly title: string }[]) =>
    all.map(({ id, title }) => [id, title] as const);
  const moment = (field: 'since' | 'until') => {
    // A browser shows nothing of a value that is no day: then the field is text, so that it can be mended.
    const type = form[field] === '' || (DAY.test(form[field]) && isMoment(form[field])) ? 'date' : 'text';
    return html`<label
      ><span>${labels[field]}</span><input type="${type}" name="${field}" value="${form[field]}"
    /></label> `;
  };
  return html`<form
    class="history-form"
    method="get"
    action="/runs/"
    role="search"
    aria-label="Filter the records"
  >
    ${
      faults.length === 0
        ? nothing
        : html`<div class="history-faults" role="alert">
            <p>This filter cannot be read:</p>
            <ul>
              ${faults.map((fault) => html`<li>${fault}</li>`)}
            </ul>
          </div>`
    }
    <div class="history-fields">
      ${options('writeup', titled(choices.writeups))}${options('check', titled(choices.checks))}${options('role', titled(choices.roles))}${options(
        'verdict',
        verdictSchema.options.map((verdict) => [verdict, verdict] as const),
      )}${options('source', [
        ['live', PLACE.live],
        ['lab', PLACE.lab],
      ])}${options(
        'condition',
        choices.conditions.map((name) => [name, conditionWords(name)] as const),
      )}${moment('since')}${moment('until')}
    </div>
    <p class="history-actions">
      <button class="button" type="submit">Show</button
      >${isChosen ? html` <a href="/runs/">Show all</a>` : nothing}
    </p>
  </form> `;
}
