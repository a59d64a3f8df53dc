/** The page of one record, and the pages that are shown in its place: still running, taken away, not there, no id at all. */
import type { Summary } from '../../src/core/protocol/down.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { escapeHtml, html, type Html, nothing } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';
import { recordChunks } from '../../src/core/report/html/recordPage.ts';
import { count, utc } from '../../src/core/report/format.ts';
import { missingRights } from '../../src/core/protocol/rights.ts';
import type { Audit } from '../audit/audit.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { findRecord } from '../store/assembleRecord.ts';
import type { Pause } from '../files/pause.ts';
import type { Retention } from '../store/pins.ts';
import type { RunStore } from '../store/store.ts';
import { type Asked, page, type Reply } from './recordReply.ts';
import type { Shell } from './pageTemplate.ts';
import { encodeChunks } from '../files/timeSlices.ts';

export type Desk = {
  readonly store: RunStore;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  /** All runs that have not ended. */
  readonly active: () => readonly Summary[];
  readonly conditions: readonly string[];
  readonly shell: Shell;
  /** What the store holds at most. */
  readonly limits: Retention;
  readonly audit: Audit;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  /** A kept run that was found damaged, at each look. */
  readonly damaged: (run: string, check: string, why: string) => void;
};

/** Of the output of each step, so much of its start and of its end is on the page; more is in the downloads. */
const pageBytes = 32 * 1024;

export async function recordReply(desk: Desk, id: string, { base, principal, pause }: Asked): Promise<Reply> {
  const found = await look(desk, id, pageBytes, pause);
  if (found.found !== 'record') return insteadOf(desk, id, found);
  const { record, goesOn, gone } = found;
  const { short, sentence } = outcomeOf(record);
  const title = goesOn.length > 0 ? `${short} (running)` : short;
  const { before, after } = desk.shell.around({ title, description: sentence });
  const mayKeep = missingRights('evidence', [], principal.rights()) === undefined;
  function* chunks(): Generator<string> {
    yield before;
    yield `<div data-record-page data-writeup="${escapeHtml(record.writeup.id)}">`;
    yield html`${following(record, goesOn)}${missing(gone)}`.markup;
    yield* recordChunks(record, { base, interactive: true, mayKeep });
    yield `</div> ${after}`;
  }
  return { kind: 'page', chunks: () => encodeChunks(chunks(), pause) };
}

export type Looked =
  | {
      readonly found: 'record';
      readonly record: EvidenceRecord;
      /** Its runs that have not ended, also those that wait for their turn and have no file yet. */
      readonly goesOn: readonly Summary[];
      /** Members whose records were taken away, and when. */
      readonly gone: readonly { readonly check: string; readonly at: string }[];
    }
  | { readonly found: 'queued'; readonly summary: Summary }
  | { readonly found: 'removed'; readonly at: string }
  | { readonly found: 'unreadable'; readonly why: string }
  | { readonly found: 'nothing' };

/** A record as the store has it, and what the hub knows of it. */
export async function look(desk: Desk, id: string, keepBytes: number, pause: Pause): Promise<Looked> {
  const { store, writeups } = desk;
  const active = new Map(desk.active().map((summary) => [summary.run, summary]));
  const found = await findRecord(store, writeups, id, keepBytes, pause);
  const own = active.get(id);
  if ((found.found === 'nothing' || found.found === 'unreadable') && own)
    return { found: 'queued', summary: own };
  if (found.found === 'unreadable') desk.damaged(id, store.summary(id)?.check ?? '', found.why);
  if (found.found !== 'record') return found;
  const { record } = found;
  for (const { damage, view } of record.runs)
    if (damage !== undefined && view.judgement?.problem?.kind !== 'not-recorded')
      desk.damaged(view.header.run, view.header.check, damage);
  const members = record.kind === 'set' ? (store.sets.get(id)?.members ?? []) : [{ run: id, check: '' }];
  return {
    found: 'record',
    record,
    goesOn: members.flatMap(({ run }) => active.get(run) ?? []),
    gone: members.flatMap(({ run, check }) => {
      const at = store.removedAt(run);
      return at === undefined ? [] : [{ check, at }];
    }),
  };
}

function following({ id }: EvidenceRecord, goesOn: readonly Summary[]): Html {
  if (goesOn.length === 0) return nothing;
  const waiting = goesOn.filter(({ state }) => state === 'queued').length;
  return html`<v-follow
    class="record-running"
    data-record="${id}"
    data-runs="${goesOn.map(({ run }) => run).join(' ')}"
    ><p role="status">
      <span class="badge" data-verdict="running"
        ><svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><use href="#shape-running"></use></svg
        ><span>running</span></span
      >
      ${count(goesOn.length, 'run')} of this record ${goesOn.length === 1 ? 'has' : 'have'} not
      ended${waiting > 0 ? html`, ${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for a turn` : nothing}.
      <span class="by-hand">Load this page again to see how it went on.</span>
    </p></v-follow
  > `;
}

function missing(gone: readonly { readonly check: string; readonly at: string }[]): Html {
  if (gone.length === 0) return nothing;
  return html`<p class="warn">
    ${count(gone.length, 'run')} of this set ${gone.length === 1 ? 'is' : 'are'} no longer kept
    (${gone.map(({ check }) => check).join(', ')}): taken away ${utc(gone[0]?.at ?? '')}, when the limits of
    the store were reached.
  </p> `;
}

/** The page in place of a record that cannot be shown. */
export function insteadOf(desk: Desk, id: string, found: Exclude<Looked, { found: 'record' }>): Reply {
  switch (found.found) {
    case 'queued':
      return plainPage(
        desk,
        200,
        'This run waits for its turn',
        html`<div data-record-page data-writeup="${writeupOf(desk, found.summary.check)}">
          <v-follow class="record-running" data-record="${id}" data-runs="${id}"
            ><p role="status">
              The check <code>${found.summary.check}</code> was asked for by
              ${found.summary.by === '' ? 'a reader' : found.summary.by} and has not begun, because its
              machine is busy. <span class="by-hand">Load this page again to see how it goes on.</span>
            </p></v-follow
          >
        </div>`,
      );
    case 'removed':
      return plainPage(
        desk,
        410,
        'This record is no longer kept',
        html`<p class="lead">
          It was taken away ${utc(found.at)}, when there were more, older or larger records than this server
          keeps. Records that are pinned stay.
        </p>`,
      );
    case 'unreadable':
      return plainPage(
        desk,
        410,
        'This record is damaged',
        html`<p class="lead">
          It was kept, and nothing of it can be shown: ${found.why}. What was concluded then is in
          <a href="/runs/">the history</a>. The operator may have a copy of the data folder.
        </p>`,
      );
    case 'nothing':
      return plainPage(
        desk,
        404,
        'There is no such record here',
        html`<p class="lead">
          The address is well formed, but this server has no record <code>${id}</code>. It may have been taken
          on another server, or on this one with another data folder.
        </p>`,
      );
  }
}

export const malformed = (desk: Desk, id: string): Reply =>
  plainPage(
    desk,
    400,
    'This is no address of a record',
    html`<p class="lead">
      Expected an id of 26 letters and digits, like <code>01KB3X8Z5Q7V9T2M4N6P8R0S1W</code>; found
      <code>${id.slice(0, 60)}</code>. Was the address cut off when it was copied?
    </p>`,
  );

export const notAnswered = (desk: Desk, id: string): Reply =>
  plainPage(
    desk,
    404,
    'There is no such part of a record',
    html`<p class="lead">
      A record can be had as .json, .txt, .log, .md, .html, .cast, .v3.cast, .junit.xml, .tap and
      .bundle.tar.gz.
      <a href="/runs/${id}">To the record</a>.
    </p>`,
  );

/** A page that says one thing, with a way on. */
export function plainPage({ shell, writeups }: Desk, status: number, title: string, message: Html): Reply {
  const body = html`<div class="front record-instead">
    <h1>${title}</h1>
    ${message}
    <p>
      Go on with
      <a href="/runs/">all records</a
      >${[...writeups.values()].map(({ id, writeup }) => html`, or <a href="/${id}/">${writeup.title}</a>`)}.
    </p>
  </div> `;
  return page(status, shell.page({ title, description: title, body }));
}

const writeupOf = ({ writeups }: Desk, check: string): string =>
  [...writeups.values()].find(({ checks }) => checks.has(check))?.id ?? '';
