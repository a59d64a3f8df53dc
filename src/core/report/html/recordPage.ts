/** The body of a record's page, complete without script. Its outcome comes first, then the evidence, then what can be done with it. */
import type { EvidenceRecord } from '../../run/record.ts';
import { recordFacts } from '../metadata.ts';
import { readOutput, type RowFacts, rowsOf } from '../facts.ts';
import { downloadsOf } from '../formats.ts';
import { type Element, element, escapeHtml, type Html, html, nothing } from '../html.ts';
import { facts, side, sourceLabel, verdictBadge, type RowOptions, rowSection } from './recordParts.ts';
import { table } from './table.ts';
import { noteHtml } from '../note.ts';
import { markdownChunks } from '../markdown.ts';
import { outcomeOf, sourcesOf } from '../outcome.ts';
import { PLACE, recordAddress } from '../format.ts';

export type PageOptions = RowOptions & {
  /** With the form that pins the record, for a reader who may. */
  readonly mayKeep: boolean;
};

/** The name by which a link leaves it to the server which other role a run is compared with. */
export const anyRole = 'role';

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
  const [only] = rows.length === 1 && record.kind === 'run' ? rows : [];
  const own = recordAddress(options.base, record.id);
  yield `<article class="evidence-record" data-record="${escapeHtml(record.id)}">`;
  yield crumb(record, options.base, only?.header.check).markup;
  if (only === undefined) {
    yield setHead(record, rows).markup;
    for (const row of rows) {
      const title = html`<h2 id="${row.anchor}..title">
          <a class="anchor" href="#${row.anchor}">${row.header.title}</a>
        </h2>
        <p class="run-links">
          <a href="${recordAddress(options.base, row.header.run)}">This run alone</a>: its files and
          comparisons
        </p>`;
      yield rowSection(row, title, options).markup;
    }
  } else {
    const title = html`<h1 id="${only.anchor}..title">
        ${record.title === '' ? only.header.title : record.title}
      </h1>
      ${noteHtml(record.note)}`;
    yield rowSection(only, title, options).markup;
  }
  yield '<section class="record-more" id="..more" aria-label="Report and files">';
  yield html`${rows.length === 1 ? nothing : facts(recordFacts(record))} ${links(record, own)}
  ${options.mayKeep ? pinForm(record, own) : nothing}`.markup;
  if (options.interactive) yield* reportToCopy(record, own, options.base);
  yield '</section></article> ';
}

function crumb({ writeup, pinned }: EvidenceRecord, base: string, check: string | undefined): Html {
  const own = `${base}/${writeup.id}/`;
  return html`<p class="crumb">
    <a href="${base}/runs/">All records</a> <a href="${own}">${writeup.title}</a>
    ${check === undefined ? nothing : html`<a href="${own}${check}/">This check</a>`}
    <a href="#..more">Report and files</a>
    ${pinned ? html`<span class="source-label" data-source="pinned">pinned</span>` : nothing}
  </p>`;
}

function setHead(record: EvidenceRecord, rows: readonly RowFacts[]): Html {
  const { short, sentence } = outcomeOf(record);
  const sources = sourcesOf(rows);
  return html`<header class="record-title">
      <h1>${record.title === '' ? short : record.title}</h1>
      ${record.title === '' ? nothing : html`<p class="short">${short}</p>`}
      <p class="lead">${sentence}</p>
      ${sources.length === 0 ? nothing : html`<p class="record-when">${sources.map(sourceLabel)}</p>`}
    </header>
    ${noteHtml(record.note)} ${rows.length > 1 ? summary(rows) : nothing}`;
}

const summary = (rows: readonly RowFacts[]): Element =>
  table(
    'summary',
    element('caption.visually-hidden', 'Every row of this record'),
    ['Check', 'Verdict', 'Documented', 'Observed', 'Where'],
    rows.map((row) => [
      element('a', { href: `#${row.anchor}` }, row.header.title),
      verdictBadge(row),
      element('span.value', side(row, 'documented')),
      element('span.value', side(row, 'observed')),
      `${row.roles.join(', ')}, ${PLACE[row.header.source]}`,
    ]),
  );

function links(record: EvidenceRecord, own: string): Html {
  const isSingle = record.runs.length === 1;
  const others = [
    ['documented', 'what is documented'],
    ['agreed', 'the last one that agreed'],
    // A set has no single role.
    ...(isSingle ? [[anyRole, 'another role']] : []),
  ];
  return html`<nav class="record-links" aria-label="This record elsewhere">
    <p>
      <b>Download it as</b>
      ${downloadsOf(isSingle).map(([label, ending]) => html`<a href="${own}.${ending}" download>${label}</a> `)}
    </p>
    <p>
      <b>Compare it with</b>
      ${others.map(([other = '', words = '']) => html`<a href="${own}/compare?with=${other}">${words}</a> `)}
    </p>
  </nav>`;
}

/** A form, so that it works without a script. */
function pinForm({ pinned, kind }: EvidenceRecord, own: string): Html {
  const [keep, label, message] = pinned
    ? ['no', 'Unpin', `This ${kind} is kept for good. Unpinned, the limits of this server may remove it.`]
    : ['yes', 'Pin', `A pinned ${kind} is kept for good, whatever the limits of this server are.`];
  return html`<form class="record-keep" method="post" action="${own}/keep">
    <input type="hidden" name="keep" value="${keep}" />
    <button type="submit" class="quiet">${label}</button> <span>${message}</span>
  </form>`;
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
