/** The body of a record's page, complete without script. One run of it is left to `page-row.ts`, the shell to the server. */
import type { EvidenceRecord } from '../../run/record.ts';
import { recordFacts } from '../metadata.ts';
import { readOutput, type RowFacts, rowsOf } from '../facts.ts';
import { escapeHtml, type Html, html, nothing, trusted } from '../html.ts';
import { badge, compared, facts, noteOf, place } from './htmlParts.ts';
import { markdownChunks } from '../markdown.ts';
import { outcomeOf } from '../outcome.ts';
import { type PageOptions, rowSection } from './recordRow.ts';
import { PLACE } from '../format.ts';

export type { PageOptions } from './recordRow.ts';

/**
 * The content of `<main>` of `/runs/<id>`.
 *
 * Addresses in it: `#<check>` is a run, `#<check>.<vantage>` its first step on that vantage, `#<check>.<step>` a step. A second run of one check
 * in a set is `#<check>~2`. A moment of an output is `#<check>.<step>@<seconds>`, seconds since the run began, with up to three decimals: no
 * element has that name, the replay of that step takes it apart and goes there.
 */
export function* recordChunks(record: EvidenceRecord, options: PageOptions): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  const { short, sentence } = outcomeOf(record);
  const own = `${options.base}/runs/${encodeURIComponent(record.id)}`;
  const places = [...new Set(rows.map(({ header }) => header.source))];
  yield `<article class="evidence-record" data-record="${escapeHtml(record.id)}">`;
  yield html`<header class="record-title">
      <p class="crumb">
        <a href="${options.base}/runs">All records</a>
        <a href="${options.base}/${record.writeup.id}/">${record.writeup.title}</a>
      </p>
      <h1>${record.title === '' ? short : record.title}</h1>
      ${record.title === '' ? nothing : html`<p class="short">${short}</p>`}
      <p class="lead">${sentence}</p>
      <p class="places">
        ${places.map(place)}${record.pinned ? html`<span class="taken-in" data-source="pinned">pinned</span>` : nothing}
      </p>
    </header>
    ${noteOf(record.note)} ${facts(recordFacts(record))} ${options.mayKeep ? keeping(record, own) : nothing}
    ${rows.length > 1 ? summary(rows) : nothing} ${downloads(record, own)}`.markup;
  if (options.interactive) yield* reportToCopy(record, own, options.base);
  for (const row of rows) yield rowSection(row, options).markup;
  yield '</article> ';
}

export const recordBody = (record: EvidenceRecord, options: PageOptions): Html =>
  trusted([...recordChunks(record, options)].join(''));

/** A form, so that it works without a script. */
function keeping({ pinned, kind }: EvidenceRecord, own: string): Html {
  return html`<form class="record-keep" method="post" action="${own}/keep">
    <input type="hidden" name="keep" value="${pinned ? 'no' : 'yes'}" />
    <button type="submit" class="quiet">${pinned ? 'Unpin' : 'Pin'}</button>
    <span
      >${
        pinned
          ? `This ${kind} is kept for good. Unpinned, the limits of this server may take it away.`
          : `Pinned, this ${kind} is kept for good, whatever the limits of this server are.`
      }</span
    >
  </form>`;
}

function summary(rows: readonly RowFacts[]): Html {
  const lines = rows.map(
    (row) =>
      html`<tr>
        <th scope="row"><a href="#${row.anchor}">${row.header.title}</a></th>
        <td data-label="Documented and observed">${compared(row)}</td>
        <td data-label="Verdict">${badge(row)}<span class="old-note">${PLACE[row.header.source]}</span></td>
        <td data-label="Vantage">${row.roles.join(', ')}</td>
      </tr> `,
  );
  return html`<table class="summary">
    <caption class="visually-hidden">
      Every row of this record
    </caption>
    <thead>
      <tr>
        <th scope="col">Check</th>
        <th scope="col">Documented and observed</th>
        <th scope="col">Verdict</th>
        <th scope="col">Vantage</th>
      </tr>
    </thead>
    <tbody>
      ${lines}
    </tbody>
  </table>`;
}

function downloads(record: EvidenceRecord, own: string): Html {
  const files: readonly (readonly [string, string])[] = [
    ['JSON', 'json'],
    ['plain text', 'txt'],
    ['Markdown', 'md'],
    ['one HTML file', 'html'],
    ['JUnit XML', 'junit.xml'],
    ['TAP', 'tap'],
    ['signed bundle', 'bundle.tar.gz'],
    ...(record.runs.length === 1
      ? ([
          ['asciicast v2', 'cast'],
          ['asciicast v3', 'v3.cast'],
        ] as const)
      : []),
  ];
  const compare = [
    ['what is documented', 'documented'],
    ['the last one that agreed', 'agreed'],
    ...(record.runs.length === 1 ? ([['another vantage', 'role']] as const) : []),
  ] as const;
  return html`<nav class="record-links" aria-label="This record elsewhere">
    <p>
      <b>Take it with you</b>
      ${files.map(([name, end]) => html`<a href="${own}.${end}" download>${name}</a> `)}
    </p>
    <p>
      <b>Compare it with</b>
      ${compare.map(([name, other]) => html`<a href="${own}/compare?with=${other}">${name}</a> `)}
    </p>
  </nav>`;
}

function* reportToCopy(record: EvidenceRecord, own: string, base: string): Generator<string> {
  let report = '';
  for (const chunk of markdownChunks(record, { base })) {
    report += chunk;
    yield '';
  }
  yield html`<details class="compared report">
    <summary>Report for an issue <span>Markdown, to be pasted as it is</span></summary>
    <v-copy class="copyable" data-tells="${own}.md">
      <pre tabindex="0" role="group" aria-label="Report as Markdown"><code>${report}</code></pre>
      <button type="button" class="quiet" hidden>Copy</button></v-copy
    >
  </details>`.markup;
}
