/** A record as one HTML file for readers without access to the server: no script, nothing from elsewhere. */
import type { EvidenceRecord } from '../../run/record.ts';
import { readOutput } from '../facts.ts';
import { recordAddress } from '../format.ts';
import { html, trusted, type Html } from '../html.ts';
import { outcomeOf } from '../outcome.ts';
import { recordChunks } from './recordPage.ts';

export type StandaloneOptions = {
  /** Where the record can be seen by those who have access. */
  readonly base: string;
  /** The name of the site that made it. */
  readonly site: string;
  /** The whole style: nothing else is loaded. */
  readonly css: string;
};

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** In chunks, one a row. */
export function* standaloneChunks(
  record: EvidenceRecord,
  { base, site, css }: StandaloneOptions,
): Generator<string> {
  yield* readOutput(record);
  const { heading, sentence } = outcomeOf(record);
  // A style element ends at the first `</style`, whatever is around it.
  const style = trusted(css.replaceAll('</', '<\\/'));
  yield '<!doctype html>\n<html lang="en">\n';
  yield html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="description" content="${sentence}" />
    <title>${heading}</title>
    <style>
      ${style}
    </style>
  </head>`.markup;
  yield `\n<body>\n${shapes.markup}\n<main>\n`;
  yield* recordChunks(record, { base, interactive: false, mayKeep: false });
  yield html`<p class="made">
    A record of ${site},
    <a href="${recordAddress(base, record.id)}">${record.id}</a>. This file is complete by itself; the links
    lead to the server that made it.
  </p>`.markup;
  yield '\n</main>\n</body>\n</html>\n';
}

/** The signs of a record for a file of its own. The site draws them in `shapes.svg`; a test holds both equal. */
export const shapes: Html =
  trusted(`<svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false">
<symbol id="shape-agrees" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"></circle><path d="M4.7 8.3 7 10.6l4.3-4.9" fill="none" stroke="var(--on-verdict)" stroke-width="1.8"></path></symbol>
<symbol id="shape-differs" viewBox="0 0 16 16"><path d="M8 .6 15.4 8 8 15.4.6 8Z" fill="currentColor"></path><path d="M5 6.7h6M5 9.4h6M9.8 4.6 6.2 11.5" fill="none" stroke="var(--on-verdict)" stroke-width="1.4"></path></symbol>
<symbol id="shape-inconclusive" viewBox="0 0 16 16"><path d="M8 1.3 15.3 14.4H.7Z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"></path><path d="M8 6v4" stroke="var(--on-verdict)" stroke-width="1.7"></path><circle cx="8" cy="12.1" r="1" fill="var(--on-verdict)"></circle></symbol>
<symbol id="shape-recording" viewBox="0 0 16 16"><rect x="1" y="2.5" width="14" height="11" rx="2.5" fill="none" stroke="currentColor" stroke-width="1.5"></rect><path d="M6.5 5.4v5.2L11 8Z" fill="currentColor"></path></symbol>
<symbol id="shape-running" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-opacity=".25" stroke-width="2"></circle><path d="M8 1.8A6.2 6.2 0 0 1 14.2 8" fill="none" stroke="currentColor" stroke-width="2"></path></symbol>
<symbol id="shape-holds" viewBox="0 0 16 16"><path d="m3 8.4 3.2 3.2L13 4.6" fill="none" stroke="currentColor" stroke-width="1.8"></path></symbol>
<symbol id="shape-fails" viewBox="0 0 16 16"><path d="m4 4 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.8"></path></symbol>
</svg>`);
