/** The answers in place of a record: waiting, removed, damaged, not there, no id at all. */
import { formats, bundleEnding } from '../../src/core/report/formats.ts';
import { utc } from '../../src/core/report/format.ts';
import { html, type Html } from '../../src/core/report/html.ts';
import { sentence } from '../../src/core/report/html/signs.ts';
import { never } from '../../src/core/vocabulary.ts';
import { pageResponse, type RecordResponse, sentenceResponse } from './response.ts';
import type { MissingRecord, RecordsContext } from './recordsContext.ts';

/** Why there is no record; in the message, code is between backticks. */
function reasonOf(
  id: string,
  missing: MissingRecord,
): readonly [status: number, title: string, message: string] {
  switch (missing.found) {
    case 'queued': {
      const { check, by } = missing.summary;
      return [
        ...([409, 'This run waits for its turn'] as const),
        `The check \`${check}\` was asked for by ${by || 'a reader'} and has not begun, because its machine is busy.`,
      ];
    }
    case 'removed':
      return [
        ...([410, 'This record is no longer kept'] as const),
        `It was removed ${utc(missing.at)}, when there were more, older or larger records than this server keeps. Records that are pinned stay.`,
      ];
    case 'unreadable':
      return [
        ...([410, 'This record is damaged'] as const),
        `It was kept, and nothing of it can be shown: ${missing.why}. The history still has its verdict. The operator may have a copy of the data folder.`,
      ];
    case 'nothing':
      return [
        ...([404, 'There is no such record here'] as const),
        `The address is well formed, but this server has no record \`${id}\`. It may have run on another server, or on this one with another data folder.`,
      ];
    default:
      return never(missing);
  }
}

/** For a program that asked for a file. */
export function missingFile(id: string, missing: MissingRecord): RecordResponse {
  const [status, title, message] = reasonOf(id, missing);
  return sentenceResponse(status, `${title}. ${message.replaceAll('`', '')}`);
}

/** For a person. The page of a run that waits follows it. */
export function missingPage(context: RecordsContext, id: string, missing: MissingRecord): RecordResponse {
  const [status, title, message] = reasonOf(id, missing);
  if (missing.found !== 'queued')
    return plainPage(context, status, title, html`<p class="lead">${sentence(message)}</p>`);
  const { check } = missing.summary;
  const writeup = [...context.writeups.values()].find(({ checks }) => checks.has(check))?.id ?? '';
  const waiting = html`<div data-record-page data-writeup="${writeup}">
    <v-follow class="record-running" data-record="${id}" data-runs="${id}"
      ><p role="status">
        ${sentence(message)} <span class="by-hand">Load this page again to see how it goes on.</span>
      </p></v-follow
    >
  </div>`;
  return plainPage(context, 200, title, waiting);
}

export const malformedPage = (context: RecordsContext, id: string): RecordResponse =>
  plainPage(
    context,
    400,
    'This is no address of a record',
    html`<p class="lead">
      Expected an id of 26 letters and digits, like <code>01KB3X8Z5Q7V9T2M4N6P8R0S1W</code>; found
      <code>${id.slice(0, 60)}</code>. Was the address cut off when it was copied?
    </p>`,
  );

export const unknownPartPage = (context: RecordsContext, id: string): RecordResponse =>
  plainPage(
    context,
    404,
    'There is no such part of a record',
    html`<p class="lead">
      A record can be downloaded as
      ${[...Object.keys(formats), 'log', bundleEnding].map((ending) => `.${ending}`).join(', ')}.
      <a href="/runs/${id}">To the record</a>.
    </p>`,
  );

/** A page with one message and links to go on. */
export function plainPage(
  { template, writeups }: RecordsContext,
  status: number,
  title: string,
  message: Html,
): RecordResponse {
  const body = html`<div class="front record-instead">
    <h1>${title}</h1>
    ${message}
    <p>Go on with:</p>
    <ul>
      <li><a href="/runs/">All records</a></li>
      ${[...writeups.values()].map(({ id, writeup }) => html`<li><a href="/${id}/">${writeup.title}</a></li> `)}
    </ul>
  </div> `;
  return pageResponse(status, template.page({ title, description: title, body }));
}
