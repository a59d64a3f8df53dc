/** A record as one HTML file for readers without access to the server: no script, nothing from elsewhere. */
import type { EvidenceRecord } from '../../run/record.ts';
import { readOutput } from '../facts.ts';
import { recordAddress } from '../format.ts';
import { html, trusted } from '../html.ts';
import { outcomeOf } from '../outcome.ts';
import { recordChunks } from './recordPage.ts';
import { shapes } from './icons.ts';

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
