/** The parts of a record that every page draws: verdict, source, comparison, findings, facts. */
import { difference, joined, type Part } from '../lineDifference.ts';
import type { Finding } from '../../run/judgement.ts';
import type { ResultSource } from '../../vocabulary.ts';
import { type JudgedRow, type RowFacts, type StepFacts, streamsOf } from '../facts.ts';
import { condition as conditionWords, SOURCE_WORDS, duration, recordAddress } from '../format.ts';
import { type Element, element, type Tree, type Html, html, nothing } from '../html.ts';
import { type Fact, factRows, rowLines, seen, stepFacts } from '../metadata.ts';
import { badge, lookOf, sentence, shape, time } from './signs.ts';
import { warning } from './table.ts';
import { clip, count, digits } from '../units.ts';

export const verdictBadge = ({ verdict, words, header }: JudgedRow) =>
  badge(lookOf(verdict, header.source), words);

export const sourceLabel = (source: ResultSource): Element =>
  element('span.source-label', { 'data-source': source }, SOURCE_WORDS[source]);

/** A verdict is about the page: where a refused connection is documented, one that is refused agrees. */
const ABOUT = {
  agrees: 'the page is right about this',
  differs: 'the page is not right about this',
  inconclusive: 'nothing can be said about the page',
  running: '',
} as const;

export const verdictLine = (row: JudgedRow): Element =>
  element(
    'p.record-head',
    verdictBadge(row),
    element(
      'span.verdict-about',
      `${row.header.source === 'pasted' ? 'by this paste, ' : ''}${ABOUT[row.verdict]}`,
    ),
  );

/** The verdict; documented beside observed; what must not be overlooked; what it means; when, where, by whom. */
export const rowHead = (row: RowFacts): Tree => {
  const { header, seconds } = row;
  return [
    verdictLine(row),
    comparison(row),
    meaning(row),
    element(
      'p.record-when',
      sourceLabel(header.source),
      header.condition === '' ? [] : element('span', conditionWords(header.condition)),
      element('span', 'started ', time(header.startedAt)),
      seconds === undefined ? [] : element('span', `took ${duration(seconds)}`),
      header.by === '' ? [] : element('span', `by ${header.by}`),
    ),
  ];
};

/** One line for each machine, or for each value that is compared. */
const lines = ({ judgement, header }: JudgedRow): Tree => {
  const own = rowLines(judgement);
  if (own.length === 0) return [];
  return element(
    'ul.row-lines',
    ...own.map(({ name, observed, verdict, mark, message }) =>
      element(
        'li',
        element('b', name),
        element('span', observed),
        verdict === undefined ? [] : badge(lookOf(verdict, header.source), verdict),
        mark === undefined ? [] : element('span', shape(mark === 'different' ? 'fails' : 'holds'), mark),
        message === undefined ? [] : element('span.saw', sentence(message)),
      ),
    ),
  );
};

/** The lines of the row, what must not be overlooked, and what the outcome means. */
const meaning = (row: JudgedRow): Tree => [
  lines(row),
  row.warnings.map(warning),
  row.judgement?.means ? element('p.means', sentence(row.judgement.means)) : [],
];

/** The same where documented and observed stand in the row already, with what was compared. */
export const judgedParts = (row: JudgedRow): Tree => [meaning(row), findings(row.judgement?.findings ?? [])];

export const notes = (messages: readonly string[]): Tree =>
  messages.length === 0
    ? []
    : element('ul.notes', ...messages.map((message) => element('li', sentence(message))));

/** One side of a difference; words that only it has stand in `del` or `ins`. */
export const oneSide = (parts: readonly Part[], own: 'documented' | 'observed'): Tree =>
  parts
    .filter(({ only }) => only === 'both' || only === own)
    .map(({ text, only }) =>
      only === 'both' ? text : element(own === 'observed' ? 'ins' : 'del', {}, text),
    );

/** Where nothing was concluded nothing is refuted, and no word is marked. */
export const isConcluded = ({ judgement, verdict }: JudgedRow): boolean =>
  judgement !== undefined && verdict !== 'inconclusive' && verdict !== 'running';

export const comparison = (row: JudgedRow): Element =>
  definitions('diff', [
    ['Documented', side(row, 'documented')],
    ['Observed', side(row, 'observed')],
  ]);

/** What is documented or what came back; words that only it has are marked. */
export function side(row: JudgedRow, own: 'documented' | 'observed'): Tree {
  const { documented } = row.header;
  const text = own === 'documented' ? documented : row.observed;
  if (text === '') return element('span.nothing', 'nothing');
  return isConcluded(row) ? oneSide(joined(difference(documented, row.observed)), own) : text;
}

export const definitions = (name: string, rows: readonly (readonly [string, Tree])[]): Element =>
  element(
    'dl',
    { class: name },
    ...rows.flatMap(([term, value]) => [element('dt', term), element('dd', value)]),
  );

/** What does not hold comes first and is unfolded, then controls. */
function findings(found: readonly Finding[]): Tree {
  if (found.length === 0) return [];
  const rank = ({ holds, part }: Finding) => (holds ? 2 : 0) + (part === 'control' ? 0 : 1);
  const held = found.filter(({ holds }) => holds).length;
  const items = [...found]
    .sort((a, b) => rank(a) - rank(b))
    .map((one) => {
      const { part, message, holds } = one;
      return element(
        'li',
        { 'data-holds': String(holds) },
        shape(holds ? 'holds' : 'fails'),
        element('span', element('b', holds ? 'holds' : 'does not hold'), `, ${part}: `, sentence(message)),
        element('span.saw', `observed: ${seen(one)}`),
      );
    });
  const count = held === found.length ? `all ${held} hold` : `${held} of ${found.length} hold`;
  const title = ['What was compared: ', element('span', count)];
  return folded(title, element('ul.findings', ...items), held < found.length);
}

export const rowMetadata = (row: RowFacts): Tree => [
  findings(row.judgement?.findings ?? []),
  whoAnswered(row),
];

export const whoAnswered = (row: RowFacts, isOpen = false, more: Tree = []): Element =>
  folded('Who answered, when, and how it was judged', [facts(factRows(row)), more], isOpen);

export const folded = (title: Tree, content: Tree, isOpen = false): Element =>
  element('details.compared', { open: isOpen }, element('summary', title), content);

export const facts = (rows: readonly Fact[]): Element =>
  definitions(
    'facts',
    rows.map(([name, value, exact]) => [
      name,
      exact === undefined ? dated(value) : element('span', { title: exact }, value),
    ]),
  );

/** A fact that begins with a time: for readers and for programs. */
function dated(value: string): Tree {
  const [whole, day, clock] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC/.exec(value) ?? [];
  if (whole === undefined) return value;
  return [time(`${day}T${clock}Z`, whole), value.slice(whole.length)];
}

export const footFacts = (rows: readonly Fact[]): Tree =>
  rows.map(([name, value, exact]) =>
    element('span', exact === undefined ? {} : { title: exact }, `${name} `, element('b', value)),
  );

/** One run on a page: its outcome, every step with its output, and who answered. */
export type RowOptions = {
  /** Before every address of ours: empty on the server's own page, "https://vantage.example" in a file. */
  readonly base: string;
  /** With places where a script adds replay and copying. */
  readonly interactive: boolean;
};

/** Characters of one stream on the page. The rest is in the downloads. */
const SHOWN_CHARACTERS = 100_000;

/** `heading`: the name of the row, on a page where it is one of several or all of it. */
export function rowSection(row: RowFacts, heading: Html, options: RowOptions): Html {
  const { header, anchor, run } = row;
  const own = recordAddress(options.base, header.run);
  const roles = new Set(row.steps.map(({ id }) => id));
  // `#check.step` leads to each step; `#check.role` to the first in that role.
  const screens = row.steps.map((step) => {
    const isFirst = !roles.has(step.role);
    roles.add(step.role);
    return html`${isFirst ? html`<span class="target" id="${anchor}.${step.role}"></span>` : nothing}${screen(row, step, `${own}.txt`)}`;
  });
  return html`<section class="row-record" id="${anchor}" aria-labelledby="${anchor}..title">
    ${heading} ${rowHead(row)}
    ${options.interactive ? html`<v-replay data-run="${header.run}" data-anchor="${anchor}"></v-replay>` : nothing}
    <div class="screens">${screens}</div>
    ${notes(run.view.notes)} ${rowMetadata(row)}
  </section> `;
}

function screen(row: RowFacts, step: StepFacts, file: string): Html {
  const streams = streamsOf(step);
  const empty = streams.length === 0;
  const cut = html`<span
    >${digits(step.output.beyond)} bytes left out on this page; they are
    <a href="${file}">in the record</a></span
  >`;
  return html`<div class="screen" id="${row.anchor}.${step.id}">
    <div class="screen-head">
      <code class="screen-line"><span class="prompt">${step.where} $</span> ${step.command}</code>
    </div>
    ${empty ? nothing : html`<div class="screen-body">${streams.map(({ stream, text }) => output(step, stream, text, file, streams.length))}</div>`}
    <div class="screen-foot">
      ${footFacts(stepFacts(step))}${empty ? html`<span>no output${row.verdict === 'running' ? ' yet' : ''}</span>` : nothing}${step.output.beyond === 0 ? nothing : cut}
    </div>
  </div> `;
}

function output(step: StepFacts, stream: 'stdout' | 'stderr', text: string, file: string, of: number): Html {
  const { text: shown, left } = clip(text, SHOWN_CHARACTERS);
  const cut = html`<p class="stream-name">
    ${count(left, 'character')} of this ${stream} are left out here; <a href="${file}">the whole text</a>.
  </p>`;
  // The parser drops a line feed right after <pre>: this one is for it, so that the output keeps its own.
  return html`${of > 1 || stream === 'stderr' ? html`<p class="stream-name">${stream}</p>` : nothing}
    <pre class="twin" tabindex="0" role="group" aria-label="${stream} of ${step.id} on ${step.where}">
${stream === 'stderr' ? html`<span class="stderr">${shown}</span>` : shown}</pre>
    ${left === 0 ? nothing : cut}`;
}
