/** One run on a record's page: verdict, difference, findings, and every step with its output. Facts are left to `fact-rows.ts`. */
import type { Finding } from '../../run/judgement.ts';
import { clip } from '../clip.ts';
import { factRows, stepFacts } from '../metadata.ts';
import { type RowFacts, type StepFacts, streamsOf } from '../facts.ts';
import { type Html, html, nothing } from '../html.ts';
import { badge, compared, facts, place, said, shape, time } from './htmlParts.ts';
import { count, digits } from '../format.ts';

export type PageOptions = {
  /** Before every address of ours: empty on the server's own page, "https://vantage.example" in a file. */
  readonly base: string;
  /** With places where a script adds replay and copying. */
  readonly interactive: boolean;
  /** With the form that keeps the record for good, or no longer: for a reader who may. */
  readonly mayKeep: boolean;
};

/** Characters of one stream on the page. The rest is in the downloads, and said to be. */
const SHOWN_CHARACTERS = 100_000;

export function rowSection(row: RowFacts, options: PageOptions): Html {
  const { header, judgement, anchor, run } = row;
  return html`<section class="row-record" id="${anchor}" aria-labelledby="${anchor}..title">
    <h2 id="${anchor}..title"><a class="anchor" href="#${anchor}">${header.title}</a></h2>
    <div class="record-head">
      ${badge(row)}${place(header.source)}<span class="when">taken ${time(header.startedAt)}</span>
    </div>
    ${row.warnings.map((message) => html`<p class="warn">${said(message)}</p>`)}
    ${judgement === undefined || judgement.means === '' ? nothing : html`<p class="means">${said(judgement.means)}</p>`}
    ${compared(row)} ${findings(judgement?.findings ?? [])}
    <div class="screens">${steps(row, options)}</div>
    ${
      run.view.notes.length === 0
        ? nothing
        : html`<ul class="notes">
            ${run.view.notes.map((message) => html`<li>${said(message)}</li>`)}
          </ul>`
    }
    <h3>Who answered, when, and by what it was judged</h3>
    ${facts(factRows(row))} ${rowLinks(row, options)}
  </section> `;
}

function rowLinks({ header }: RowFacts, { base }: PageOptions): Html {
  const own = `${base}/runs/${encodeURIComponent(header.run)}`;
  return html`<p class="run-links">
    This run by itself: <a href="${own}">record</a>, <a href="${own}.cast">asciicast v2</a>,
    <a href="${own}.v3.cast">asciicast v3</a>. Compare it with
    <a href="${own}/compare?with=documented">what is documented</a>,
    <a href="${own}/compare?with=agreed">the last one that agreed</a> or
    <a href="${own}/compare?with=vantage">another vantage</a>.
  </p>`;
}

/** What does not hold comes first and is unfolded, then controls. */
function findings(found: readonly Finding[]): Html {
  if (found.length === 0) return nothing;
  const rank = ({ holds, part }: Finding) => (holds ? 2 : 0) + (part === 'control' ? 0 : 1);
  const held = found.filter(({ holds }) => holds).length;
  const items = [...found]
    .sort((a, b) => rank(a) - rank(b))
    .map(
      ({ part, message, holds, observed }) =>
        html`<li data-holds="${String(holds)}">
          ${shape(holds ? 'holds' : 'fails')}<span
            ><b>${holds ? 'holds' : 'does not hold'}</b>, ${part}: ${said(message)}</span
          ><span class="saw">observed: ${observed}</span>
        </li>`,
    );
  return html`<details class="compared" ${held < found.length ? html` open` : nothing}>
    <summary>
      What was compared
      <span>${held === found.length ? `all ${held} hold` : `${held} of ${found.length} hold`}</span>
    </summary>
    <ul class="findings">
      ${items}
    </ul>
  </details>`;
}

/** `#check.step` leads to each step; `#check.vantage` to the first on that vantage. */
function steps(row: RowFacts, options: PageOptions): Html[] {
  const taken = new Set(row.steps.map(({ id }) => id));
  return row.steps.map((step) => {
    const first = !taken.has(step.role);
    taken.add(step.role);
    return html`${first ? html`<span class="target" id="${row.anchor}.${step.role}"></span>` : nothing}${screen(row, step, options)}`;
  });
}

function screen(row: RowFacts, step: StepFacts, { base, interactive }: PageOptions): Html {
  const streams = streamsOf(step);
  const file = `${base}/runs/${encodeURIComponent(row.header.run)}.txt`;
  const empty = streams.length === 0;
  const facts = stepFacts(step).map(([name, value]) => html`<span>${name} <b>${value}</b></span>`);
  const replay =
    interactive && !empty
      ? html`<v-replay
          data-run="${row.header.run}"
          data-step="${step.id}"
          data-anchor="${row.anchor}"
        ></v-replay>`
      : nothing;
  return html`<div class="screen" data-as="text" id="${row.anchor}.${step.id}">
    <div class="screen-head">
      <code class="screen-line"><span class="prompt">${step.role} $</span> ${step.command}</code>
    </div>
    ${empty ? nothing : html`<div class="screen-body">${streams.map(({ stream, text }) => output(step, stream, text, file, streams.length))}</div>`}
    ${replay}
    <div class="screen-foot">
      ${facts}${empty ? html`<span>no output${row.verdict === 'running' ? ' yet' : ''}</span>` : nothing}${
        step.output.beyond === 0
          ? nothing
          : html`<span
              >${digits(step.output.beyond)} bytes left out on this page; they are
              <a href="${file}">in the record</a></span
            >`
      }
    </div>
  </div> `;
}

function output(step: StepFacts, stream: 'stdout' | 'stderr', text: string, file: string, of: number): Html {
  const { text: shown, left } = clip(text, SHOWN_CHARACTERS);
  const cut =
    left === 0
      ? nothing
      : html`<p class="stream-name">
          ${count(left, 'character')} of this ${stream} are left out here;
          <a href="${file}">the whole text</a>.
        </p>`;
  // The parser drops a line feed right after <pre>: this one is for it, so that the output keeps its own.
  return html`${of > 1 || stream === 'stderr' ? html`<p class="stream-name">${stream}</p>` : nothing}
    <pre class="twin" tabindex="0" role="group" aria-label="${stream} of ${step.id} on ${step.role}">
${stream === 'stderr' ? html`<span class="err">${shown}</span>` : shown}</pre>
    ${cut}`;
}
