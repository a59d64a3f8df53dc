/** Which address of a record is answered by what: history, records, downloads, comparisons, badges, and what they add to the site, which answers any other. */
import { bundleEnding, isFormat } from '../../src/core/report/formats.ts';
import { recordIdPattern, internalError } from '../../src/core/vocabulary.ts';
import { readForm, respondText } from '../auth/httpResponse.ts';
import type { LaterRoute } from '../auth/routes.ts';
import { createSlices } from '../files/timeSlices.ts';
import { badgeResponse } from './badge.ts';
import { changePage } from './changes.ts';
import type { OriginGuard } from '../auth/originGuard.ts';
import { historyPage, stripHtml } from './history.ts';
import { sitePage } from './sitePages.ts';
import { createBundler } from './bundleDownload.ts';
import { comparePage } from './compareRecords.ts';
import { recordFile } from './recordFiles.ts';
import { pinRecord, recordPage } from './recordPage.ts';
import { malformedPage, unknownPartPage, type RecordsContext } from './recordsContext.ts';
import {
  pageResponse,
  type RecordRequest,
  type RecordResponse,
  sendResponse,
  sentenceResponse,
} from './response.ts';
import { recordEntries, recordLog } from './recordStream.ts';
import { createPageTemplate } from './pageTemplate.ts';
import { createTurns, type Timer, type TurnLimits } from './turns.ts';

export type RecordsOptions = Omit<RecordsContext, 'template'> & {
  readonly data: string;
  readonly site: string;
  readonly guard: OriginGuard;
  readonly later: Timer;
};

/** Answers that read a whole record. The turn of a page is over when it is made, that of a download when it was sent. */
const turnLimits = {
  pages: { atOnce: 4, perPerson: 4, waitMs: 10_000 },
  downloads: { atOnce: 4, perPerson: 1, waitMs: 2000 },
  replays: { atOnce: 6, perPerson: 2, waitMs: 2000 },
} as const satisfies Record<string, TurnLimits>;
type TurnKind = keyof typeof turnLimits;
const retryAfterSeconds = 5;

type Work = (context: RecordsContext, id: string, request: RecordRequest) => Promise<RecordResponse>;
/** `leave` ends the turn in which it was made. */
type Answer = { readonly response: RecordResponse; readonly leave?: () => void };

/** By what is behind the id in the address. */
const recordParts: Readonly<Record<string, readonly [TurnKind, Work]>> = {
  '': ['pages', recordPage],
  '/compare': ['pages', comparePage],
  '/entries': ['replays', recordEntries],
  '.log': ['downloads', recordLog],
};

const runsPath = /^\/runs(?:\/([^/]*))?(?:\/([^/]*))?\/?$/;
const changePath = /^\/changes\/([^/]+)\/([^/]+)\/?$/;
const badgePath = /^\/badge\/([^/]+)\.(svg|json)$/;

export function createRecords(options: RecordsOptions): LaterRoute {
  const { site, guard, log, later, data } = options;
  const context: RecordsContext = { ...options, template: createPageTemplate(site, log) };
  const slices = createSlices();
  const bundle = createBundler(data);
  const turns = {
    pages: createTurns(turnLimits.pages, later),
    downloads: createTurns(turnLimits.downloads, later),
    replays: createTurns(turnLimits.replays, later),
  };

  const inTurn = async (
    kind: TurnKind,
    request: RecordRequest,
    work: () => ReturnType<Work>,
  ): Promise<Answer> => {
    const leave = await turns[kind].enter(request.principal.id, request.signal);
    if (leave === undefined) return { response: tooMany(kind) };
    try {
      return { response: await work(), leave };
    } catch (error) {
      leave();
      throw error;
    }
  };

  const answer = async (path: string, request: RecordRequest): Promise<Answer> => {
    // Split before it is decoded: a slash that was written as %2F is no slash.
    const match = (pattern: RegExp) =>
      pattern
        .exec(path)
        ?.slice(1)
        .map((one = '') => decoded(one));
    const [badge, form] = match(badgePath) ?? [];
    if (badge !== undefined)
      return { response: await badgeResponse(context, badge, form === 'svg' ? 'svg' : 'json') };
    const [writeup, check = ''] = match(changePath) ?? [];
    if (writeup !== undefined)
      return inTurn('pages', request, () => changePage(context, writeup, check, request.pause));
    const [name = '', part = ''] = match(runsPath) ?? [];
    if (name === '' && part === '') return { response: await historyPage(context, request.query) };
    if (name === 'strip' && part === '') {
      const of = { writeup: request.query.get('writeup') ?? '', check: request.query.get('check') ?? '' };
      return { response: pageResponse(200, (await stripHtml(context, of)).markup) };
    }
    if (part === 'keep')
      return { response: await pinRecord(context, name, await request.form(), request.principal) };
    const [id = '', ...rest] = name.split('.');
    if (!recordIdPattern.test(id)) return { response: malformedPage(context, id) };
    const known = partOf(name.slice(id.length) + (part === '' ? '' : `/${part}`), rest.join('.'));
    if (known === undefined) return { response: unknownPartPage(context, id) };
    const [kind, work] = known;
    return inTurn(kind, request, () => work(context, id, request));
  };

  /** `suffix` is all behind the id, `ending` what is behind its first full stop. */
  const partOf = (suffix: string, ending: string): readonly [TurnKind, Work] | undefined => {
    if (suffix === `.${bundleEnding}`) return ['downloads', bundle];
    if (suffix === `.${ending}` && isFormat(ending))
      return ['downloads', (...of) => recordFile(ending, ...of)];
    return Object.hasOwn(recordParts, suffix) ? recordParts[suffix] : undefined;
  };

  return async (request, response, principal) => {
    const url = URL.parse(request.url ?? '', 'http://here');
    if (!url) return false;
    const isRecord = [runsPath, badgePath, changePath].some((known) => known.test(url.pathname));
    const page = isRecord ? undefined : await sitePage(context, site, url);
    if (!isRecord && page === undefined) return false;
    const reading = new AbortController();
    response.once('close', () => reading.abort());
    // The form of the page says where it comes from, to us alone.
    response.setHeader('referrer-policy', 'same-origin');
    const { signal } = reading;
    const asked: RecordRequest = {
      ...{ query: url.searchParams, base: guard.siteOf(request.headers.host), principal, signal },
      isHead: request.method === 'HEAD',
      form: () => readForm(request),
      pause: slices(signal),
    };
    const made = page ? inTurn('pages', asked, () => page(asked)) : answer(url.pathname, asked);
    made
      .then(({ response: own, leave }) => sendResponse(request, response, own).finally(leave))
      .catch((error: unknown) => {
        // A reader who has left needs no answer, and nothing has failed.
        if (signal.aborted) return;
        log(error);
        if (response.headersSent) return void response.destroy();
        respondText(response, 500, `${internalError} The record was not changed.`);
      });
    return true;
  };
}

function tooMany(of: TurnKind): RecordResponse {
  const { atOnce, perPerson, waitMs } = turnLimits[of];
  return sentenceResponse(
    429,
    `The server makes ${atOnce} ${of} of records at once, and ${perPerson} for one person. None of them ended within ${waitMs / 1000} s. Try again in a moment.`,
    { 'retry-after': String(retryAfterSeconds) },
  );
}

/** What cannot be decoded is no id of ours, and is answered as such. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
