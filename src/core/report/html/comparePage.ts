/** The body of a comparison: documented, record A and record B beside each other, readable without script and without colour. */
import type { EvidenceRecord } from '../../run/record.ts';
import { type ComparedSide, compareRows, type ComparedRow } from '../compare.ts';
import { element, type Html, html, nothing, type Tree } from '../html.ts';
import { definitions, isConcluded, oneSide, sourceLabel, verdictBadge } from './recordParts.ts';
import { table } from './table.ts';
import { time } from './signs.ts';
import type { DifferenceLine } from '../lineDifference.ts';
import { outcomeOf, sourcesOf } from '../outcome.ts';
import { recordAddress, SOURCE_WORDS } from '../format.ts';
import { count } from '../units.ts';

type CompareOptions = {
  readonly base: string;
  /** What the page says now, by check; without it the records' own. */
  readonly documented?: ReadonlyMap<string, string>;
};

const nameOf = (index: number): string => 'AB'.charAt(index);
const sourcesIn = ({ runs }: EvidenceRecord) => sourcesOf(runs.map(({ view }) => view));
const differs = (parts: ComparedSide['parts']): boolean => parts.some(({ only }) => only !== 'both');
const dim = (text: string): Tree => element('span.nothing', text);

/** The content of `<main>` of `/runs/<id>/compare`. */
export function compareBody(
  a: EvidenceRecord,
  b: EvidenceRecord | 'documented',
  { base, documented = new Map() }: CompareOptions,
): Html {
  const alone = b === 'documented';
  const rows = compareRows(documented, a, alone ? undefined : b);
  const records = alone ? [a] : [a, b];
  const sources = [...new Set(records.flatMap(sourcesIn))];
  return html`<article class="comparison">
    <header class="record-title">
      <p class="crumb">
        <a href="${base}/runs/">All records</a> <a href="${base}/${a.writeup.id}/">${a.writeup.title}</a>
      </p>
      <h1>${alone ? 'A record' : 'Two records'} and what is documented</h1>
      <p class="lead">${summaryOf(rows, alone)}</p>
    </header>
    <ul class="sides">
      ${records.map(
        (record, index) =>
          html`<li>
            <b class="side-name">${nameOf(index)}</b>
            <a href="${recordAddress(base, record.id)}">${outcomeOf(record).heading}</a>
            ${sourcesIn(record).map(sourceLabel)} <span class="when">${time(record.startedAt)}</span>
          </li>`,
      )}
    </ul>
    ${
      sources.length < 2
        ? nothing
        : html`<p class="warn">
            These ran in different places (${sources.map((one) => SOURCE_WORDS[one]).join('; ')}). The place
            may be why they differ.
          </p>`
    }
    ${rows.map((row) => rowSection(row, { sides: alone ? [row.a] : [row.a, row.b], isOpen: rows.length === 1, base }))}
  </article> `;
}

/** Between two records the verdicts and the values count, and a row that only one has; against the documents, the words of what was concluded. */
function isUnlike({ a, b, between }: ComparedRow, alone: boolean): boolean {
  if (alone) return a !== undefined && isConcluded(a.row) && differs(a.parts);
  return a === undefined || b === undefined || a.row.words !== b.row.words || differs(between);
}

function summaryOf(rows: readonly ComparedRow[], alone: boolean): string {
  const differing = rows.filter((row) => isUnlike(row, alone)).length;
  const open = alone ? rows.filter(({ a }) => a && !isConcluded(a.row)).length : 0;
  const rest = open === 0 ? '' : ` ${open} of ${rows.length} came to no result.`;
  const of = count(rows.length, 'row');
  if (differing === 0) return `No result differs in ${of}.${rest}`;
  return `${differing} of ${of} ${differing === 1 ? 'differs' : 'differ'}.${rest}`;
}

type RowOptions = {
  readonly sides: readonly (ComparedSide | undefined)[];
  /** Whether the outputs are unfolded. */
  readonly isOpen: boolean;
  readonly base: string;
};

function rowSection(row: ComparedRow, { sides, isOpen, base }: RowOptions): Html {
  const { title, check, a, b } = row;
  const documents = [...new Set(sides.flatMap((side) => side?.documented ?? []))];
  const lines: (readonly [string, Tree])[] = [
    ...documents.map((text, index): [string, Tree] => [
      `Documented${documents.length > 1 ? ` for ${nameOf(index)}` : ''}`,
      documentedSide(text, sides),
    ]),
    ...sides.map((side, index): [string, Tree] => [nameOf(index), observedSide(side, base)]),
    ...(a && b ? [['A to B', changes(row)] as const] : []),
  ];
  return html`<section class="compared-row" id="${check}" aria-labelledby="${check}..title">
    <h2 id="${check}..title"><a class="anchor" href="#${check}">${title}</a></h2>
    ${definitions('diff three', lines)} ${a && b ? unlike(row) : nothing}
    ${row.outputs.map((output) => lineByLine(output, isOpen))}
  </section> `;
}

/** Marks the words of the documented text that the first record which differs does not have. */
function documentedSide(text: string, sides: RowOptions['sides']): Tree {
  const found = sides.find(
    (side) => side?.documented === text && isConcluded(side.row) && differs(side.parts),
  );
  return found === undefined ? text : oneSide(found.parts, 'documented');
}

function observedSide(side: ComparedSide | undefined, base: string): Tree {
  if (side === undefined) return dim('this record does not have the row');
  const { row, parts } = side;
  const link = element('a', { href: recordAddress(base, row.header.run) }, time(row.header.startedAt));
  const text = isConcluded(row) ? oneSide(parts, 'observed') : row.observed;
  return [
    row.observed === '' ? dim('nothing') : text,
    element('span.side-verdict', verdictBadge(row), ' ', link),
  ];
}

const changes = ({ between }: ComparedRow): Tree =>
  differs(between)
    ? between.map(({ text, only }) =>
        only === 'both' ? text : element(only === 'documented' ? 'del' : 'ins', {}, text),
      )
    : dim('the same words');

function unlike({ unlike: facts }: ComparedRow): Html {
  if (facts.length === 0)
    return html`<p class="same-facts">Machine, condition, command, check and judge are the same.</p>`;
  const caption = element('caption', 'What else is not the same');
  return html`<div class="table-box">${table('plain unlike', caption, ['What', 'A', 'B'], facts)}</div>`;
}

const MARK: Readonly<Record<DifferenceLine['only'], string>> = { a: '−', b: '+', both: ' ', 'left out': '…' };

/** Every line begins with its mark, in text: A alone −, B alone +. */
function lineByLine({ step, stream, lines }: ComparedRow['outputs'][number], isOpen: boolean): Html {
  const drawn = lines.map(({ only, text }) =>
    element('span.line', { 'data-only': only }, `${MARK[only]} ${text}\n`),
  );
  return html`<details class="compared" ${isOpen ? html` open` : nothing}>
    <summary>${stream} of ${step}, line by line <span>− only A, + only B</span></summary>
    <pre class="lines" tabindex="0" role="group" aria-label="Difference of ${stream} of ${step}">
${drawn}</pre>
  </details>`;
}
