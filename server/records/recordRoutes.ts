/** Which address of a record is answered by what: history, records, downloads, comparisons, badges. Anything else is left to the files of the site. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readForm } from '../auth/httpResponse.ts';
import type { Route } from '../auth/routes.ts';
import { badgeReply } from './badge.ts';
import { changeReply } from './changes.ts';
import type { OriginGuard } from '../auth/originGuard.ts';
import { historyReply } from './history.ts';
import { createBundler } from './bundleDownload.ts';
import { compareReply } from './compareRecords.ts';
import { fileReply, isForm } from './recordFiles.ts';
import { keepReply } from './pinRecord.ts';
import { type Desk, malformed, notAnswered, recordId, recordReply } from './recordPage.ts';
import { type Asked, type Reply, send, sentence } from './recordReply.ts';
import { streamReply } from './recordStream.ts';
import { createShell } from './pageTemplate.ts';
import { createSlices } from '../files/timeSlices.ts';
import { createTurns, type Timer, type TurnLimits } from './turns.ts';

export type RecordsOptions = Omit<Desk, 'shell'> & {
  /** The folder of the records. */
  readonly data: string;
  /** The built site, for the layout around each page. */
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

const ofRuns = /^\/runs(?:\/([^/]*))?(?:\/([^/]*))?\/?$/;
const ofChange = /^\/changes\/([^/]+)\/([^/]+)\/?$/;
const ofBadge = /^\/badge\/([^/]+)\.(svg|json)$/;

export function createRecords(options: RecordsOptions): Route {
  const { site, guard, log, later } = options;
  const shell = createShell(site, log);
  const desk = { ...options, shell };
  const bundle = createBundler(options.data);
  const slices = createSlices();
  const turns = {
    pages: createTurns(turnLimits.pages, later),
    downloads: createTurns(turnLimits.downloads, later),
    replays: createTurns(turnLimits.replays, later),
  };

  const reply = async (request: IncomingMessage, asked: Asked): Promise<Answer> => {
    const inTurn = async (of: keyof typeof turns, work: () => Promise<Reply> | Reply): Promise<Answer> => {
      const leave = await turns[of].take(asked.principal.id, asked.signal);
      if (leave === undefined) return { reply: tooMany(of) };
      try {
        return { reply: await work(), leave };
      } catch (error) {
        leave();
        throw error;
      }
    };
    const badge = ofBadge.exec(asked.path);
    if (badge)
      return { reply: badgeReply(desk, decoded(badge[1] ?? ''), badge[2] === 'svg' ? 'svg' : 'json') };
    const change = ofChange.exec(asked.path);
    if (change)
      return inTurn('pages', () =>
        changeReply(desk, decoded(change[1] ?? ''), decoded(change[2] ?? ''), asked),
      );
    // Taken apart before it is decoded: a slash that was written as %2F is no slash.
    const [name = '', part = ''] = (ofRuns.exec(asked.path) ?? []).slice(1).map((one = '') => decoded(one));
    if (name === '' && part === '') return { reply: historyReply(desk, asked) };
    if (part === 'keep') return { reply: keepReply(desk, name, await readForm(request), asked) };
    const [id = '', ...rest] = name.split('.');
    const form = rest.join('.');
    if (!recordId.test(id)) return { reply: malformed(desk, id) };
    if (form === '' && part === '') return inTurn('pages', () => recordReply(desk, id, asked));
    if (form === '' && part === 'compare') return inTurn('pages', () => compareReply(desk, id, asked));
    if (form === '' && part === 'entries')
      return inTurn('replays', () => streamReply(desk, id, 'entries', asked));
    if (part !== '') return { reply: notAnswered(desk, id) };
    if (form === 'log') return inTurn('downloads', () => streamReply(desk, id, 'log', asked));
    if (form === 'bundle.tar.gz') return inTurn('downloads', () => bundle(desk, id, asked));
    if (isForm(form)) return inTurn('downloads', () => fileReply(desk, id, form, asked));
    return { reply: notAnswered(desk, id) };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, asked: Asked) => {
    const { reply: made, leave } = await reply(request, asked);
    try {
      await send(request, response, made);
    } finally {
      leave?.();
    }
  };

  return (request, response, principal) => {
    const url = URL.canParse(request.url ?? '', 'http://here')
      ? new URL(request.url ?? '', 'http://here')
      : undefined;
    if (url === undefined || ![ofRuns, ofBadge, ofChange].some((known) => known.test(url.pathname)))
      return false;
    const reading = new AbortController();
    response.once('close', () => reading.abort());
    // The form of the page says where it comes from, to us alone (`access/door.ts`).
    response.setHeader('referrer-policy', 'same-origin');
    const { signal } = reading;
    const asked: Asked = {
      ...{ path: url.pathname, query: url.searchParams, base: guard.originOf(request.headers.host) ?? '' },
      ...{ principal, isHead: request.method === 'HEAD', signal, pause: slices(signal) },
    };
    answer(request, response, asked).catch((error: unknown) => {
      // Whoever has left needs no answer, and nothing has failed.
      if (signal.aborted) return;
      log(error);
      if (response.headersSent) return void response.destroy();
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      response.end(
        'Something in Vantage itself failed; the cause is in the server log. Nothing of the record was changed.\n',
      );
    });
    return true;
  };
}

/** `leave` ends the turn in which it was made. */
type Answer = { readonly reply: Reply; readonly leave?: () => void };

function tooMany(of: keyof typeof turnLimits): Reply {
  const { atOnce, perPerson, waitMs } = turnLimits[of];
  return sentence(
    429,
    `Of the ${of} of records ${atOnce} are made at once, and ${perPerson} for one person. None of them has ended within ${waitMs / 1000} s. Try again in a moment.`,
    retryAfterSeconds,
  );
}
const retryAfterSeconds = 5;

/** What cannot be decoded is no id of ours, and is answered as such. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
