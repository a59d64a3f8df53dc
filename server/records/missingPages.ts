/** The answers in place of a record: waiting, removed, damaged, not there, no id at all. */
import { formats, bundleEnding } from '../../src/core/report/formats.ts';
import { utc } from '../../src/core/report/format.ts';
import { html, type Html, sentence } from '../../src/core/report/html.ts';
import { never } from '../../src/core/vocabulary.ts';
import { pageResponse, type RecordResponse, sentenceResponse } from './response.ts';
import type { MissingRecord, RecordsContext } from './recordsContext.ts';

type Reason = { readonly status: number; readonly title: string; readonly message: string };

/** Why there is no record; in `message`, code is between backticks. */
function reasonOf(id: string, missing: MissingRecord): Reason {
  switch (missing.found) {
    case 'queued':
      return {
        status: 409,
        title: 'This run waits for its turn',
        message: `The check \`${missing.summary.check}\` was asked for by ${missing.summary.by || 'a reader'} and has not begun, because its machine is busy.`,
      };
    case 'removed':
      return {
        status: 410,
        title: 'This record is no longer kept',
        message: `It was removed ${utc(missing.at)}, when there were more, older or larger records than this server keeps. Records that are pinned stay.`,
      };
    case 'unreadable':
      return {
        status: 410,
        title: 'This record is damaged',
        message: `It was kept, and nothing of it can be shown: ${missing.why}. The history still has its verdict. The operator may have a copy of the data folder.`,
      };
    case 'nothing':
      return {
        status: 404,
        title: 'There is no such record here',
        message: `The address is well formed, but this server has no record \`${id}\`. It may have run on another server, or on this one with another data folder.`,
      };
    default:
      return never(missing);
  }
}

/** For a program that asked for a file. */
export function missingFile(id: string, missing: MissingRecord): RecordResponse {
  const { status, title, message } = reasonOf(id, missing);
  return sentenceResponse(status, `${title}. ${message.replaceAll('`', '')}`);
}

/** For a person. The page of a run that waits follows it. */
export function missingPage(context: RecordsContext, id: string, missing: MissingRecord): RecordResponse {
  const { status, title, message } = reasonOf(id, missing);
  if (missing.found !== 'queued')
    return plainPage(context, status, title, html`<p class="lead">${sentence(message)}</p>`);
  const { check } = missing.summary;
  const writeup = [...context.writeups.values()].find(({ checks }) => checks.has(check))?.id ?? '';
  return plainPage(
    context,
    200,
    title,
    html`<div data-record-page data-writeup="${writeup}">
      <v-follow class="record-running" data-record="${id}" data-runs="${id}"
        ><p role="status">
          ${sentence(message)} <span class="by-hand">Load this page again to see how it goes on.</span>
        </p></v-follow
      >
    </div>`,
  );
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
      ${[...Object.keys(formats), 'log'].map((ending) => `.${ending}`).join(', ')} and .${bundleEnding}.
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
    <p>
      Go on with
      <a href="/runs/">all records</a
      >${[...writeups.values()].map(({ id, writeup }) => html`, or <a href="/${id}/">${writeup.title}</a>`)}.
    </p>
  </div> `;
  return pageResponse(status, template.page({ title, description: title, body }));
}
