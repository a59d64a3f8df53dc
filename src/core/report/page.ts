/** The body of a record's page, complete without script. One run of it is left to `page-row.ts`, the shell to the server. */
import type { EvidenceRecord } from '../record.ts';
import { recordFacts } from './fact-rows.ts';
import { type RowFacts, rowsOf } from './facts.ts';
import { type Html, html, nothing } from './html.ts';
import { badge, compared, facts, noteOf, place } from './html-parts.ts';
import { markdownReport } from './markdown.ts';
import { outcomeOf } from './outcome.ts';
import { type PageOptions, rowSection } from './page-row.ts';
import { PLACE } from './words.ts';

export type { PageOptions } from './page-row.ts';

/**
 * The content of `<main>` of `/runs/<id>`.
 *
 * Addresses in it: `#<check>` is a run, `#<check>.<vantage>` its first step on that vantage, `#<check>.<step>` a step. A second run of one check
 * in a set is `#<check>~2`. A moment of an output is `#<check>.<step>@<seconds>`, seconds since the run began, with up to three decimals: no
 * element has that name, the replay of that step takes it apart and goes there.
 */
export function recordBody(record: EvidenceRecord, options: PageOptions): Html {
  const rows = rowsOf(record);
  const { short, sentence } = outcomeOf(record);
  const own = `${options.base}/runs/${encodeURIComponent(record.id)}`;
  const places = [...new Set(rows.map(({ header }) => header.provenance))];
  return html`<article class="evidence-record" data-record="${record.id}">
    <header class="record-title">
      <p class="crumb">
        <a href="${options.base}/runs">All records</a>
        <a href="${options.base}/${record.writeup.id}/">${record.writeup.title}</a>
      </p>
      <h1>${record.title === '' ? short : record.title}</h1>
      ${record.title === '' ? nothing : html`<p class="short">${short}</p>`}
      <p class="lead">${sentence}</p>
      <p class="places">
        ${places.map(place)}${record.pinned ? html`<span class="taken-in" data-provenance="pinned">pinned</span>` : nothing}${
          options.interactive
            ? html`<v-pin data-record="${record.id}" data-pinned="${String(record.pinned)}"></v-pin>`
            : nothing
        }
      </p>
    </header>
    ${noteOf(record.note)} ${facts(recordFacts(record))} ${rows.length > 1 ? summary(rows) : nothing}
    ${downloads(record, own, options)} ${rows.map((row) => rowSection(row, options))}
  </article> `;
}

function summary(rows: readonly RowFacts[]): Html {
  const lines = rows.map(
    (row) =>
      html`<tr>
        <th scope="row"><a href="#${row.anchor}">${row.header.title}</a></th>
        <td data-label="Documented and observed">${compared(row)}</td>
        <td data-label="Verdict">
          ${badge(row)}<span class="old-note">${PLACE[row.header.provenance]}</span>
        </td>
        <td data-label="Vantage">${row.vantages.join(', ')}</td>
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

function downloads(record: EvidenceRecord, own: string, { base, interactive }: PageOptions): Html {
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
    ...(record.runs.length === 1 ? ([['another vantage', 'vantage']] as const) : []),
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
    </nav>
    ${interactive ? reportToCopy(record, own, base) : nothing}`;
}

function reportToCopy(record: EvidenceRecord, own: string, base: string): Html {
  return html`<details class="compared report">
    <summary>Report for an issue <span>Markdown, to be pasted as it is</span></summary>
    <v-copy class="copyable" data-tells="${own}.md">
      <pre
        tabindex="0"
        role="group"
        aria-label="Report as Markdown"
      ><code>${markdownReport(record, { base })}</code></pre>
      <button type="button" class="quiet" hidden>Copy</button></v-copy
    >
  </details>`;
}
