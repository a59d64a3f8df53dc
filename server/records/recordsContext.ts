/** What the routes of records work with, the record that an address names, and the answers in its place: waiting, removed, damaged, not there, no id at all. */
import type { Summary } from '../../src/core/protocol/down.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import type { Audit } from '../audit/audit.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type Found, findRecord } from '../store/assembleRecord.ts';
import type { Pause } from '../files/pause.ts';
import type { Retention } from '../store/pins.ts';
import type { Store } from '../store/contract.ts';
import type { PageTemplate } from './pageTemplate.ts';
import { formats, bundleEnding } from '../../src/core/report/formats.ts';
import { utc } from '../../src/core/report/format.ts';
import { html, type Html } from '../../src/core/report/html.ts';
import { sentence } from '../../src/core/report/html/signs.ts';
import { never } from '../../src/core/vocabulary.ts';
import { pageResponse, type RecordResponse, sentenceResponse } from './response.ts';

export type RecordsContext = {
  readonly store: Store;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly active: () => readonly Summary[];
  /** Names of the conditions that the lab can be in, also a remedy on a cause. */
  readonly conditions: readonly string[];
  readonly template: PageTemplate;
  readonly limits: Retention;
  readonly audit: Audit;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  readonly damaged: (run: string, check: string, why: string) => void;
};

export type LoadedRecord = {
  readonly found: 'record';
  readonly record: EvidenceRecord;
  /** Its runs that have not ended, also those that wait for their turn and have no file yet. */
  readonly active: readonly Summary[];
  /** Members whose records were removed, and when. */
  readonly gone: readonly { readonly check: string; readonly at: string }[];
};
export type MissingRecord =
  { readonly found: 'queued'; readonly summary: Summary } | Exclude<Found, { found: 'record' }>;

/** A record as the store has it, with at most `keepBytes` of each step's output at its start and at its end. */
export async function loadRecord(
  context: RecordsContext,
  id: string,
  keepBytes: number,
  pause: Pause,
): Promise<LoadedRecord | MissingRecord> {
  const { store, writeups, damaged } = context;
  const active = new Map(context.active().map((summary) => [summary.run, summary]));
  const found = await findRecord(store, writeups, id, keepBytes, pause);
  const summary = active.get(id);
  if ((found.found === 'nothing' || found.found === 'unreadable') && summary)
    return { found: 'queued', summary };
  if (found.found === 'unreadable') damaged(id, (await store.summary(id))?.check ?? '', found.why);
  if (found.found !== 'record') return found;
  const { record } = found;
  for (const { damage, view } of record.runs)
    if (damage !== undefined && view.judgement?.problem?.kind !== 'not-recorded')
      damaged(view.header.run, view.header.check, damage);
  const members =
    record.kind === 'set' ? ((await store.sets.get(id))?.members ?? []) : [{ run: id, check: '' }];
  const gone: { check: string; at: string }[] = [];
  for (const { run, check } of members) {
    const at = await store.removedAt(run);
    if (at !== undefined) gone.push({ check, at });
  }
  return {
    found: 'record',
    record,
    active: members.flatMap(({ run }) => active.get(run) ?? []),
    gone,
  };
}

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
