/** Which address of a record is answered by what: history, records, downloads, comparisons, badges. Anything else is left to the files of the site. */
import type { Summary } from '../../src/core/protocol/down.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { RunStore } from '../store/store.ts';
import type { Route } from './app.ts';
import { badgeReply } from './badge.ts';
import { changeReply } from './changes.ts';
import type { Guard } from './guard.ts';
import { historyReply } from './history.ts';
import { createBundler } from './records-bundle.ts';
import { compareReply } from './records-compare.ts';
import { fileReply, isForm } from './records-files.ts';
import { malformed, notAnswered, recordId, recordReply } from './records-page.ts';
import { type Asked, type Reply, send } from './records-reply.ts';
import { streamReply } from './records-stream.ts';
import { createShell } from './shell.ts';

export type RecordsOptions = {
  readonly store: RunStore;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  /** The folder of the records. */
  readonly data: string;
  /** The built site, for the layout around each page. */
  readonly site: string;
  readonly guard: Guard;
  /** Names of the conditions that the lab can be in. */
  readonly conditions: readonly string[];
  /** The runs that have not ended. */
  readonly active: () => readonly Summary[];
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  /** A kept run that was found damaged, at each look. */
  readonly damaged: (run: string, check: string, why: string) => void;
};

const ofRuns = /^\/runs(?:\/([^/]*))?(?:\/([^/]*))?\/?$/;
const ofChange = /^\/changes\/([^/]+)\/([^/]+)\/?$/;
const ofBadge = /^\/badge\/([^/]+)\.(svg|json)$/;

export function createRecords(options: RecordsOptions): Route {
  const { site, guard, log } = options;
  const shell = createShell(site, log);
  const desk = { ...options, shell };
  const bundle = createBundler(options.data);

  const reply = async (asked: Asked): Promise<Reply> => {
    const badge = ofBadge.exec(asked.path);
    if (badge) return badgeReply(desk, decoded(badge[1] ?? ''), badge[2] === 'svg' ? 'svg' : 'json');
    const change = ofChange.exec(asked.path);
    if (change) return changeReply(desk, decoded(change[1] ?? ''), decoded(change[2] ?? ''));
    // Taken apart before it is decoded: a slash that was written as %2F is no slash.
    const [name = '', part = ''] = (ofRuns.exec(asked.path) ?? []).slice(1).map((one = '') => decoded(one));
    if (name === '' && part === '') return historyReply(desk, asked);
    const [id = '', ...rest] = name.split('.');
    const form = rest.join('.');
    if (!recordId.test(id)) return malformed(desk, id);
    if (form === '' && part === '') return recordReply(desk, id, asked);
    if (form === '' && part === 'compare') return compareReply(desk, id, asked);
    if (form === '' && part === 'entries') return streamReply(desk, id, 'entries', asked);
    if (form === 'log' && part === '') return streamReply(desk, id, 'log', asked);
    if (form === 'bundle.tar.gz' && part === '') return bundle(desk, id, asked.base);
    if (isForm(form) && part === '') return fileReply(desk, id, form, asked);
    return notAnswered(desk, id);
  };

  return (request, response) => {
    const url = URL.canParse(request.url ?? '', 'http://here')
      ? new URL(request.url ?? '', 'http://here')
      : undefined;
    if (url === undefined || ![ofRuns, ofBadge, ofChange].some((known) => known.test(url.pathname)))
      return false;
    const base = guard.originOf(request.headers.host) ?? '';
    reply({ path: url.pathname, query: url.searchParams, base })
      .then((answer) => send(request, response, answer))
      .catch((error: unknown) => {
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

/** What cannot be decoded is no id of ours, and is answered as such. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
