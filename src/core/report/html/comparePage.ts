/** The body of a comparison: documented, record A and record B beside each other, readable without script and without colour. */
import type { EvidenceRecord } from '../../run/record.ts';
import { type ComparedSide, type ThreeWayRow, threeWay, twoWay } from '../compare.ts';
import { type Html, html, nothing } from '../html.ts';
import { badge, oneSide, place, time } from './htmlParts.ts';
import type { DifferenceLine } from '../lineDifference.ts';
import { outcomeOf } from '../outcome.ts';
import { count, SOURCE_WORDS } from '../format.ts';

export type CompareOptions = {
  readonly base: string;
  /** What the page says now, by check; without it the records' own. */
  readonly documented?: ReadonlyMap<string, string>;
};

/** The content of `<main>` of `/runs/<id>/compare`. */
export function compareBody(
  a: EvidenceRecord,
  b: EvidenceRecord | 'documented',
  { base, documented = new Map() }: CompareOptions,
): Html {
  const rows = b === 'documented' ? twoWay(documented, a) : threeWay({ documented, a, b });
  const both = b === 'documented' ? [a] : [a, b];
  const what = b === 'documented' ? 'A record and what is documented' : 'Two records and what is documented';
  return html`<article class="comparison">
    <header class="record-title">
      <p class="crumb">
        <a href="${base}/runs">All records</a> <a href="${base}/${a.writeup.id}/">${a.writeup.title}</a>
      </p>
      <h1>${what}</h1>
      <p class="lead">${summaryOf(rows, b === 'documented')}</p>
    </header>
    <ul class="sides">
      ${both.map((record, index) => sideHead(record, 'AB'.charAt(index), base))}
    </ul>
    ${unlikePlaces(both)}
    ${rows.map((row) => rowOf(row, { alone: b === 'documented', open: rows.length === 1, base }))}
  </article> `;
}

const differsFrom = (side: ComparedSide | undefined): boolean =>
  side === undefined || side.parts.some(({ only }) => only !== 'both');

/** Between two records the verdicts and the values count, and a row that only one has; against the documents, the words of what was concluded. */
function isUnlike({ a, b, between: parts }: ThreeWayRow, alone: boolean): boolean {
  if (alone) return a?.row.judgement !== undefined && a.row.verdict !== 'inconclusive' && differsFrom(a);
  if (a === undefined || b === undefined || a.row.words !== b.row.words) return true;
  return parts.some(({ only }) => only !== 'both');
}

function summaryOf(rows: readonly ThreeWayRow[], alone: boolean): string {
  const differing = rows.filter((row) => isUnlike(row, alone)).length;
  const open = alone
    ? rows.filter(({ a }) => a?.row.verdict === 'inconclusive' || a?.row.verdict === 'running')
    : [];
  const rest = open.length === 0 ? '' : ` ${open.length} of ${rows.length} came to no result.`;
  return differing === 0
    ? `No result differs in ${count(rows.length, 'row')}.${rest}`
    : `${differing} of ${count(rows.length, 'row')} ${differing === 1 ? 'differs' : 'differ'}.${rest}`;
}

function sideHead(record: EvidenceRecord, name: string, base: string): Html {
  const { short } = outcomeOf(record);
  const places = [...new Set(record.runs.map(({ view }) => view.header.source))];
  return html`<li>
    <b class="side-name">${name}</b>
    <a href="${base}/runs/${encodeURIComponent(record.id)}"
      >${record.title === '' ? short : `${record.title}: ${short}`}</a
    >
    ${places.map(place)} <span class="when">${time(record.startedAt)}</span>
  </li>`;
}

/** Evidence of unlike source may be compared, but never without saying so. */
function unlikePlaces(records: readonly EvidenceRecord[]): Html {
  const places = new Set(records.flatMap(({ runs }) => runs.map(({ view }) => view.header.source)));
  if (places.size < 2) return nothing;
  const names = [...places].map((one) => SOURCE_WORDS[one]).join('; ');
  return html`<p class="warn">
    These were taken in unlike places (${names}). What differs may lie in the place.
  </p>`;
}

type RowOptions = {
  readonly alone: boolean;
  /** Whether the outputs are unfolded. */ readonly open: boolean;
  readonly base: string;
};

function rowOf(row: ThreeWayRow, { alone, open, base }: RowOptions): Html {
  const { a, b, title, check } = row;
  const sides = alone ? [a] : [a, b];
  const documents = [...new Set(sides.flatMap((side) => (side === undefined ? [] : [side.documented])))];
  return html`<section class="compared-row" id="${check}" aria-labelledby="${check}..title">
    <h2 id="${check}..title"><a class="anchor" href="#${check}">${title}</a></h2>
    <dl class="diff three">
      ${documents.map(
        (text, index) =>
          html`<dt>Documented${documents.length > 1 ? ` for ${'AB'.charAt(index)}` : ''}</dt>
            <dd>${documentedSide(text, sides)}</dd>`,
      )}
      ${sides.map((side, index) => observed(side, 'AB'.charAt(index), base))} ${between(row)}
    </dl>
    ${unlike(row)} ${row.outputs.map(({ step, stream, lines }) => outputOf(step, stream, lines, open))}
  </section> `;
}

/** Words of the documented text that the first record which differs does not have. */
function documentedSide(text: string, sides: readonly (ComparedSide | undefined)[]): Html {
  const found = sides.find(
    (side) =>
      side !== undefined && side.documented === text && side.row.judgement !== undefined && differsFrom(side),
  );
  return found === undefined || found.row.verdict === 'inconclusive'
    ? html`${text}`
    : oneSide(found.parts, 'documented');
}

function observed(side: ComparedSide | undefined, name: string, base: string): Html {
  if (side === undefined)
    return html`<dt>${name}</dt>
      <dd><span class="nothing">this record does not have the row</span></dd>`;
  const { row, parts } = side;
  const plain = row.verdict === 'inconclusive' || row.judgement === undefined;
  const text =
    row.observed === ''
      ? html`<span class="nothing">nothing</span>`
      : plain
        ? html`${row.observed}`
        : oneSide(parts, 'observed');
  return html`<dt>${name}</dt>
    <dd>
      ${text}
      <span class="side-verdict"
        >${badge(row)}
        <a href="${base}/runs/${encodeURIComponent(row.header.run)}">${time(row.header.startedAt)}</a></span
      >
    </dd>`;
}

function between({ a, b, between: parts }: ThreeWayRow): Html {
  if (a === undefined || b === undefined) return nothing;
  if (parts.every(({ only }) => only === 'both'))
    return html`<dt>A to B</dt>
      <dd><span class="nothing">the same words</span></dd>`;
  return html`<dt>A to B</dt>
    <dd>
      ${parts.map(({ text, only }) =>
        only === 'both'
          ? html`${text}`
          : only === 'documented'
            ? html`<del>${text}</del>`
            : html`<ins>${text}</ins>`,
      )}
    </dd>`;
}

function unlike({ unlike: facts, a, b }: ThreeWayRow): Html {
  if (a === undefined || b === undefined) return nothing;
  if (facts.length === 0)
    return html`<p class="same-facts">Machine, condition, command, check and judge are the same.</p>`;
  return html`<div class="table-box">
    <table class="plain unlike">
      <caption>
        What else is not the same
      </caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        ${facts.map(
          (fact) =>
            html`<tr>
              <th scope="row">${fact.what}</th>
              <td>${fact.a}</td>
              <td>${fact.b}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const MARK = { a: '−', b: '+', both: ' ', 'left out': '…' } as const;

/** Every line begins with its mark, in text: A alone −, B alone +. */
function outputOf(step: string, stream: string, lines: readonly DifferenceLine[], open: boolean): Html {
  const drawn = lines.map(
    ({ only, text }) => html`<span class="line" data-only="${only}">${MARK[only]} ${`${text}\n`}</span>`,
  );
  return html`<details class="compared" ${open ? html` open` : nothing}>
    <summary>${stream} of ${step}, line by line <span>− only A, + only B</span></summary>
    <pre class="lines" tabindex="0" role="group" aria-label="Difference of ${stream} of ${step}">
${drawn}</pre>
  </details>`;
}
