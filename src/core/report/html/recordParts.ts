/** The parts of a record that every page draws: verdict, source, comparison, findings, facts. */
import { difference, joined, type Part } from '../../judge/difference.ts';
import type { Finding } from '../../run/judgement.ts';
import type { ResultSource } from '../../vocabulary.ts';
import type { RowFacts } from '../facts.ts';
import { SOURCE_WORDS, utc } from '../format.ts';
import { type Element, element, sentence, shape, type Tree } from '../html.ts';
import { type Fact, factRows } from '../metadata.ts';

export const badge = (look: string, words: string, sign: string = look): Element =>
  element('span', { class: 'badge', 'data-verdict': look }, shape(sign), element('span', {}, words));

/** A verdict in word, shape and colour. A recording keeps the word and never has the colour. */
export const verdictBadge = ({ verdict, words, header }: Pick<RowFacts, 'verdict' | 'words' | 'header'>) =>
  badge(header.source === 'recording' && verdict !== 'running' ? 'recording' : verdict, words);

export const sourceLabel = (source: ResultSource): Element =>
  element('span', { class: 'source-label', 'data-source': source }, SOURCE_WORDS[source]);

export const time = (iso: string, words = utc(iso)): Element => element('time', { datetime: iso }, words);

export const warning = (text: string): Element => element('p', { class: 'warn' }, sentence(text));

/** Verdict, source and time; what must not be overlooked; what the outcome means; documented against observed. */
export const rowHead = (row: RowFacts): Tree => [
  element(
    'div',
    { class: 'record-head' },
    verdictBadge(row),
    sourceLabel(row.header.source),
    element('span', { class: 'when' }, 'started ', time(row.header.startedAt)),
  ),
  judgedParts(row, comparison(row)),
];

/** What must not be overlooked, what the outcome means, and what was compared. */
export const judgedParts = ({ warnings, judgement }: RowFacts, difference: Tree = []): Tree => [
  warnings.map(warning),
  judgement === undefined || judgement.means === ''
    ? []
    : element('p', { class: 'means' }, sentence(judgement.means)),
  difference,
  findings(judgement?.findings ?? []),
];

export const notes = (messages: readonly string[]): Tree =>
  messages.length === 0
    ? []
    : element('ul', { class: 'notes' }, ...messages.map((message) => element('li', {}, sentence(message))));

/** One side of a difference; words that only it has stand in `del` or `ins`. */
export const oneSide = (parts: readonly Part[], own: 'documented' | 'observed'): Tree =>
  parts
    .filter(({ only }) => only === 'both' || only === own)
    .map(({ text, only }) =>
      only === 'both' ? text : element(own === 'observed' ? 'ins' : 'del', {}, text),
    );

/** Where nothing was concluded nothing is refuted, and no word is marked. */
export const isConcluded = ({ judgement, verdict }: RowFacts): boolean =>
  judgement !== undefined && verdict !== 'inconclusive' && verdict !== 'running';

/** Documented above observed, word for word. */
export function comparison(row: RowFacts): Element {
  const { documented } = row.header;
  const parts = isConcluded(row) ? joined(difference(documented, row.observed)) : undefined;
  const side = (own: 'documented' | 'observed', text: string) => {
    if (text === '') return element('span', { class: 'nothing' }, 'nothing');
    return parts === undefined ? text : oneSide(parts, own);
  };
  return definitions('diff', [
    ['Documented', side('documented', documented)],
    ['Observed', side('observed', row.observed)],
  ]);
}

/** Terms and what they mean, as a list. */
export const definitions = (name: string, rows: readonly (readonly [string, Tree])[]): Element =>
  element(
    'dl',
    { class: name },
    ...rows.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]),
  );

/** What does not hold comes first and is unfolded, then controls. */
function findings(found: readonly Finding[]): Tree {
  if (found.length === 0) return [];
  const rank = ({ holds, part }: Finding) => (holds ? 2 : 0) + (part === 'control' ? 0 : 1);
  const held = found.filter(({ holds }) => holds).length;
  const items = [...found]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ part, message, holds, observed }) =>
      element(
        'li',
        { 'data-holds': String(holds) },
        shape(holds ? 'holds' : 'fails'),
        element(
          'span',
          {},
          element('b', {}, holds ? 'holds' : 'does not hold'),
          `, ${part}: `,
          sentence(message),
        ),
        element('span', { class: 'saw' }, `observed: ${observed}`),
      ),
    );
  const count = held === found.length ? `all ${held} hold` : `${held} of ${found.length} hold`;
  return element(
    'details',
    { class: 'compared', ...(held < found.length ? { open: '' } : {}) },
    element('summary', {}, 'What was compared ', element('span', {}, count)),
    element('ul', { class: 'findings' }, ...items),
  );
}

export const rowMetadata = (row: RowFacts): Tree => [
  element('h3', {}, 'Who answered, when, and how it was judged'),
  facts(factRows(row)),
];

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

/** The first cell of each row names it; the others carry their column's name, for narrow screens. */
export const table = (
  name: string,
  caption: Element,
  columns: readonly string[],
  rows: readonly (readonly [Tree, ...Tree[]])[],
): Element => {
  const head = columns.map((column) => element('th', { scope: 'col' }, column));
  const lines = rows.map(([first, ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      ...cells.map((cell, index) => element('td', { 'data-label': columns[index + 1] ?? '' }, cell)),
    ),
  );
  return element(
    'table',
    { class: name },
    caption,
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...lines),
  );
};

/** The line below a terminal. */
export const footFacts = (rows: readonly Fact[]): Tree =>
  rows.map(([name, value, exact]) =>
    element('span', exact === undefined ? {} : { title: exact }, `${name} `, element('b', {}, value)),
  );
