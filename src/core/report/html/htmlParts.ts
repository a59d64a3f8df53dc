/** The parts that pages about records share: verdict, difference, facts, and sentences with code in them. */
import { difference, joined, type Part } from '../../judge/difference.ts';
import type { Fact } from '../metadata.ts';
import type { RowFacts } from '../facts.ts';
import { type Html, html, nothing } from '../html.ts';
import { noteBlocks, type NotePart } from '../note.ts';
import type { ResultSource } from '../../vocabulary.ts';
import { never } from '../../vocabulary.ts';
import { SOURCE_WORDS, utc } from '../format.ts';

/** One of the signs that the shell draws once a page (`shapes.svg`). */
export const shape = (name: string): Html =>
  html`<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <use href="#shape-${name}"></use>
  </svg>`;

/** A verdict in word, shape and colour. A recording keeps the word and never has the colour. */
export function badge({ verdict, words, header }: RowFacts): Html {
  const look = header.source === 'recording' && verdict !== 'running' ? 'recording' : verdict;
  return html`<span class="badge" data-verdict="${look}">${shape(look)}<span>${words}</span></span>`;
}

export const place = (source: ResultSource): Html =>
  html`<span class="taken-in" data-source="${source}">${SOURCE_WORDS[source]}</span>`;

export const time = (iso: string): Html => html`<time datetime="${iso}">${utc(iso)}</time>`;

/** A sentence in which `code` stands between backticks. */
export const said = (text: string): Html =>
  html`${text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;

export const facts = (rows: readonly Fact[]): Html =>
  html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${dated(value)}</dd>`,
    )}
  </dl>`;

/** A fact that begins with a time: for readers and for machines. */
function dated(value: string): Html {
  const found = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC/.exec(value);
  if (found === null) return html`${value}`;
  const [whole, day, clock] = found;
  return html`<time datetime="${`${day}T${clock}Z`}">${whole}</time>${value.slice(whole.length)}`;
}

/** One side of a difference; its own words are marked, the other's left out. */
export const oneSide = (parts: readonly Part[], own: 'documented' | 'observed'): Html =>
  html`${parts
    .filter(({ only }) => only === 'both' || only === own)
    .map(({ text, only }) =>
      only === 'both'
        ? html`${text}`
        : own === 'observed'
          ? html`<ins>${text}</ins>`
          : html`<del>${text}</del>`,
    )}`;

/** Documented above observed. Where nothing was concluded nothing is refuted, and no word is marked. */
export function compared({ header, judgement, observed, verdict }: RowFacts): Html {
  const plain = verdict === 'inconclusive' || verdict === 'running' || judgement === undefined;
  const parts = plain ? [] : joined(difference(header.documented, observed));
  const shown = (own: 'documented' | 'observed', text: string) => {
    if (text === '') return html`<span class="nothing">nothing</span>`;
    return plain ? html`${text}` : oneSide(parts, own);
  };
  return html`<dl class="diff">
    <dt>Documented</dt>
    <dd>${shown('documented', header.documented)}</dd>
    <dt>Observed</dt>
    <dd>${shown('observed', observed)}</dd>
  </dl>`;
}

/** A note as paragraphs, lists and links; never as the HTML that somebody wrote into it. */
export function noteOf(note: string): Html {
  if (note.trim() === '') return nothing;
  return html`<div class="note-text">
    ${noteBlocks(note).map((block) =>
      block.kind === 'list'
        ? html`<ul>
            ${block.items.map((item) => html`<li>${item.map(notePart)}</li>`)}
          </ul>`
        : html`<p>
            ${block.lines.map((line, index) => html`${index === 0 ? nothing : html`<br />`}${line.map(notePart)}`)}
          </p>`,
    )}
  </div>`;
}

function notePart(part: NotePart): Html {
  switch (part.kind) {
    case 'text':
      return html`${part.text}`;
    case 'code':
      return html`<code>${part.text}</code>`;
    case 'strong':
      return html`<strong>${part.text}</strong>`;
    case 'link':
      return html`<a href="${part.href}" rel="nofollow noopener noreferrer">${part.text}</a>`;
    default:
      return never(part);
  }
}
