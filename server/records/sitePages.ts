/** What the server adds to addresses of the site: the last run on the page of a check, and what to do where a page is gone. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyAddress } from '../../src/core/report/html/historyForm.ts';
import { html, nothing } from '../../src/core/report/html.ts';
import { count } from '../../src/core/report/units.ts';
import { lastRunHtml } from './history.ts';
import { plainPage, type RecordsContext } from './recordsContext.ts';
import { pageResponse, type RecordRequest, type RecordResponse } from './response.ts';

const pagePath = /^\/([a-z][a-z0-9-]{0,47})(?:\/([a-z][a-z0-9-]{0,47}))?\/?$/;
const lastRunPlace = /<div\b[^>]*\bdata-last-run\b[^>]*>(?=\s*<\/div>)/;

type Answer = (request: RecordRequest) => Promise<RecordResponse>;

/** The answer to an address of the site, if it is not just a file. */
export async function sitePage(
  context: RecordsContext,
  site: string,
  address: URL,
): Promise<Answer | undefined> {
  const [, writeup, check] = pagePath.exec(address.pathname) ?? [];
  if (writeup === undefined) return undefined;
  const file = join(site, writeup, check ?? '', 'index.html');
  if (!existsSync(file)) return gonePage(context, writeup, check);
  // Who follows the run itself asks for the part of the page without it.
  if (check === undefined || address.searchParams.has('part')) return undefined;
  if (!context.writeups.get(writeup)?.checks.has(check)) return undefined;
  const page = readFileSync(file, 'utf8');
  const place = lastRunPlace.exec(page);
  if (place === null) return undefined;
  const end = place.index + place[0].length;
  return async ({ pause }) => {
    const lastRun = await lastRunHtml(context, { writeup, check }, pause);
    return pageResponse(200, page.slice(0, end) + lastRun.markup + page.slice(end));
  };
}

/** For a check or a writeup that was here, and for a check of a writeup that is. Any other address is the site's. */
async function gonePage(
  context: RecordsContext,
  writeup: string,
  check: string | undefined,
): Promise<Answer | undefined> {
  const known = context.writeups.get(writeup);
  const filter = { writeup, ...(check === undefined ? {} : { check }) };
  if (known && (check === undefined || known.checks.has(check))) return undefined;
  const records = await context.store.history.count(filter);
  if (!known && records === 0) return undefined;
  const kept =
    records === 0
      ? nothing
      : html`<p>
          <a href="${historyAddress(filter)}">${count(records, 'record')}</a> of it
          ${records === 1 ? 'is' : 'are'} still kept.
        </p>`;
  const [title, message] = known
    ? [
        'This check is gone',
        html`<a href="/${writeup}/">${known.writeup.title}</a> has no check or page
          <code>${check ?? ''}</code>. It may have been renamed or removed. The writeup lists the checks that
          it has now.`,
      ]
    : [
        'This writeup is gone',
        html`No writeup here is named <code>${writeup}</code> any more. It may have a new name: look for it
          below.`,
      ];
  return async () =>
    plainPage(
      context,
      404,
      title,
      html`<p class="lead">${message}</p>
        ${kept}`,
    );
}
