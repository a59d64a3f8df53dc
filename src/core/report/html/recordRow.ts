/** One run on a page: its outcome, every step with its output, and who answered. */
import { clip, count, digits } from '../units.ts';
import { stepFacts } from '../metadata.ts';
import { type RowFacts, type StepFacts, streamsOf } from '../facts.ts';
import { type Html, html, nothing } from '../html.ts';
import { footFacts, notes, rowHead, rowMetadata } from './recordParts.ts';
import { recordAddress } from '../format.ts';

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
