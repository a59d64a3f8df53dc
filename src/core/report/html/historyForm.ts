/** The filter of the history: each field once, for reading an address, for writing one, and for the form, which keeps what was typed. */
import * as z from 'zod/mini';
import { resultSourceSchema, verdictSchema } from '../../vocabulary.ts';
import { element, html, type Html, nothing } from '../html.ts';
import { condition as conditionWords, PLACE } from '../format.ts';

/** Each field with its name, and what is expected in it. */
const fields = {
  writeup: ['Writeup', 'the name of a writeup as in its address'],
  check: ['Check', 'the id of a check, like disk-space'],
  verdict: ['Verdict', 'agrees, differs or inconclusive'],
  role: ['Role', 'the role of a machine, like backend'],
  source: ['Where', 'live or lab'],
  condition: ['Condition', 'the name of a condition, like as-documented'],
  since: ['From', 'a day like 2026-11-22'],
  until: ['To', 'a day like 2026-11-22'],
} as const;
type Field = keyof typeof fields;
const isField = (name: unknown): name is Field => typeof name === 'string' && Object.hasOwn(fields, name);
const historyFields = Object.keys(fields).filter(isField);

/** As it was typed; what is not chosen is not there. */
export type HistoryForm = Readonly<Partial<Record<Field, string>>>;

type Choice = { readonly id: string; readonly title: string };
export type HistoryChoices = {
  readonly writeups: readonly Choice[];
  readonly checks: readonly Choice[];
  readonly roles: readonly Choice[];
  readonly conditions: readonly string[];
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/;
const DAY_MS = 86_400_000;
const MOST_TYPED_CHARS = 100;

const dateOf = (text: string): Date =>
  new Date(DAY.test(text) ? `${text}T00:00:00Z` : text.endsWith('Z') ? text : `${text}Z`);

/** 30 February would be read as 2 March: such a day is not what was meant. */
function isMoment(text: string): boolean {
  if (!DAY.test(text) && !MOMENT.test(text)) return false;
  const date = dateOf(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text.slice(0, 10);
}

const named = (pattern: RegExp) => z.optional(z.string().check(z.regex(pattern)));
/** `dayMs`: how long after the beginning of a day the moment is that it stands for. */
const moment = (dayMs: number) =>
  z.optional(
    z.pipe(
      z.string().check(z.refine(isMoment)),
      z.transform((text) => new Date(dateOf(text).getTime() + (DAY.test(text) ? dayMs : 0)).toISOString()),
    ),
  );
const ID = /^[a-z][a-z0-9-]{0,47}$/;

/** What a filter asks for: times are UTC, `until` is the first moment after the time that is meant. */
const filterSchema = z.object({
  ...{ writeup: named(ID), check: named(ID), role: named(ID) },
  verdict: z.optional(verdictSchema),
  source: z.optional(resultSourceSchema),
  condition: named(/^[a-z0-9][a-z0-9-]{0,47}(\+[a-z][a-z0-9-]{0,47})?$/),
  since: moment(0),
  until: moment(DAY_MS),
});
export type HistoryWish = z.infer<typeof filterSchema>;

/** Reads the fields of an address; `get` gives the text of one, or nothing. Without a `wish` the form cannot be read, and `faults` says why. */
export function readHistoryForm(get: (field: string) => string | null | undefined) {
  const typed = (field: Field) => (get(field) ?? '').trim().slice(0, MOST_TYPED_CHARS);
  const chosen = historyFields
    .map((field) => [field, typed(field)] as const)
    .filter(([, text]) => text !== '');
  const form: HistoryForm = Object.fromEntries(chosen);
  const { data: wish, error } = filterSchema.safeParse(form);
  const faults = [...new Set(error?.issues.map(({ path }) => path[0]))]
    .filter(isField)
    .map((field) => `${fields[field][0]}: expected ${fields[field][1]}, found “${form[field]}”.`);
  if (wish?.since !== undefined && wish.until !== undefined && wish.since >= wish.until)
    faults.push(`“From” (${form.since}) lies after “to” (${form.until}), so nothing can be between them.`);
  return { form, wish: faults.length > 0 ? undefined : wish, faults };
}

/** The address of the history with this filter, and the cursor of a page if there is one. */
export function historyAddress(form: HistoryForm, before = ''): string {
  const query = [...historyFields.map((field) => [field, form[field] ?? '']), ['before', before]]
    .filter(([, text]) => text !== '')
    .map((pair) => pair.map((part) => encodeURIComponent(part)).join('='));
  return query.length === 0 ? '/runs/' : `/runs/?${query.join('&')}`;
}

/** One line, which a phone folds. It needs no script; with one it has no button. */
export function historyForm(form: HistoryForm, choices: HistoryChoices): Html {
  const options: Readonly<Partial<Record<Field, readonly Choice[]>>> = {
    ...{ writeup: choices.writeups, check: choices.checks, role: choices.roles },
    verdict: verdictSchema.options.map((id) => ({ id, title: id })),
    source: (['live', 'lab'] as const).map((id) => ({ id, title: PLACE[id] })),
    condition: choices.conditions.map((id) => ({ id, title: conditionWords(id) })),
  };
  const input = (field: Field): Html => {
    const [name] = fields[field];
    const typed = form[field] ?? '';
    const listed = options[field];
    if (listed === undefined) {
      // A browser shows nothing of a value that is no day: then the field is text, so that it can be corrected.
      const type = typed === '' || (DAY.test(typed) && isMoment(typed)) ? 'date' : 'text';
      return html`<label
        ><span>${name}</span><input type="${type}" name="${field}" value="${typed}"
      /></label> `;
    }
    const isListed = typed === '' || listed.some(({ id }) => id === typed);
    const shown = [{ id: '', title: name }, ...listed, ...(isListed ? [] : [{ id: typed, title: typed }])];
    return html`<select name="${field}" aria-label="${name}">
      ${shown.map(({ id, title }) => element('option', { value: id, selected: id === typed }, title))}
    </select> `;
  };
  const isFiltered = Object.keys(form).length > 0;
  return html`<v-filter
    ><details class="filter" ${isFiltered ? html`open` : nothing}>
      <summary>Filter</summary>
      <form method="get" action="/runs/" role="search" aria-label="Filter the records">
        ${historyFields.map(input)}<button class="button" type="submit">Show</button>
      </form>
    </details></v-filter
  > `;
}
