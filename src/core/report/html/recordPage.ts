/** The body of a record's page, complete without script. */
import type { EvidenceRecord } from '../../run/record.ts';
import { recordFacts } from '../metadata.ts';
import { readOutput, type RowFacts, rowsOf } from '../facts.ts';
import { downloadsOf } from '../formats.ts';
import { type Element, element, escapeHtml, type Html, html, nothing } from '../html.ts';
import { comparison, facts, sourceLabel, table, verdictBadge } from './recordParts.ts';
import { noteHtml } from './noteHtml.ts';
import { markdownChunks } from '../markdown.ts';
import { outcomeOf } from '../outcome.ts';
import { comparisonsOf, type PageOptions, rowSection } from './recordRow.ts';
import { PLACE, recordAddress } from '../format.ts';

/**
 * The content of `<main>` of `/runs/<id>`.
 *
 * Addresses in it: `#<check>` is a run, `#<check>.<role>` its first step in that role, `#<check>.<step>` a step. A second run of one check
 * in a set is `#<check>~2`. A moment of an output is `#<check>.<step>@<seconds>`, seconds since the run began, with up to three decimals: no
 * element has that name, the replay of that step goes there.
 */
export function* recordChunks(record: EvidenceRecord, options: PageOptions): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  const { short, sentence } = outcomeOf(record);
  const own = recordAddress(options.base, record.id);
  const sources = [...new Set(rows.map(({ header }) => header.source))];
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
        ${sources.map(sourceLabel)}${record.pinned ? html`<span class="source-label" data-source="pinned">pinned</span>` : nothing}
      </p>
    </header>
    ${noteHtml(record.note)} ${facts(recordFacts(record))} ${options.mayKeep ? pinForm(record, own) : nothing}
    ${rows.length > 1 ? summary(rows) : nothing} ${links(record, own)}`.markup;
  if (options.interactive) yield* reportToCopy(record, own, options.base);
  for (const row of rows) yield rowSection(row, options).markup;
  yield '</article> ';
}

/** A form, so that it works without a script. */
function pinForm({ pinned, kind }: EvidenceRecord, own: string): Html {
  const [keep, label, message] = pinned
    ? [
        'no',
        'Unpin',
        `This ${kind} is kept for good. If you unpin it, the limits of this server may remove it.`,
      ]
    : ['yes', 'Pin', `A pinned ${kind} is kept for good, whatever the limits of this server are.`];
  return html`<form class="record-keep" method="post" action="${own}/keep">
    <input type="hidden" name="keep" value="${keep}" />
    <button type="submit" class="quiet">${label}</button> <span>${message}</span>
  </form>`;
}

const summary = (rows: readonly RowFacts[]): Element =>
  table(
    'summary',
    element('caption', { class: 'visually-hidden' }, 'Every row of this record'),
    ['Check', 'Documented and observed', 'Verdict', 'Role'],
    rows.map((row) => [
      element('a', { href: `#${row.anchor}` }, row.header.title),
      comparison(row),
      [verdictBadge(row), element('span', { class: 'old-note' }, PLACE[row.header.source])],
      row.roles.join(', '),
    ]),
  );

function links(record: EvidenceRecord, own: string): Html {
  const isSingle = record.runs.length === 1;
  return html`<nav class="record-links" aria-label="This record elsewhere">
    <p>
      <b>Download it as</b>
      ${downloadsOf(isSingle).map(([label, ending]) => html`<a href="${own}.${ending}" download>${label}</a> `)}
    </p>
    <p>
      <b>Compare it with</b>
      ${comparisonsOf(own, isSingle).map((link) => html`${link} `)}
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
    <summary>Report for an issue <span>Markdown, ready to paste</span></summary>
    <v-copy class="copyable" data-tells="${own}.md">
      <pre tabindex="0" role="group" aria-label="Report as Markdown"><code>${report}</code></pre>
      <button type="button" class="quiet" hidden>Copy</button></v-copy
    >
  </details>`.markup;
}
