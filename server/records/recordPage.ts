/** The page of one record, with what still runs of it and what is no longer kept; and `POST /runs/<id>/keep`, which pins it for good, or unpins it. */
import type { Summary } from '../../src/core/protocol/down.ts';
import { escapeHtml, html, type Html, nothing } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';
import { warning } from '../../src/core/report/html/table.ts';
import { badge } from '../../src/core/report/html/signs.ts';
import { recordChunks } from '../../src/core/report/html/recordPage.ts';
import { utc } from '../../src/core/report/format.ts';
import { count } from '../../src/core/report/units.ts';
import { missingRights } from '../../src/core/protocol/rights.ts';
import { encodeChunks } from '../files/timeSlices.ts';
import {
  missingPage,
  type LoadedRecord,
  loadRecord,
  type RecordsContext,
  malformedPage,
  plainPage,
} from './recordsContext.ts';
import type { RecordRequest, RecordResponse } from './response.ts';
import type { Principal } from '../identity/principal.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';

/** Of the output of each step, so much of its start and of its end is on the page; more is in the downloads. */
const pageBytes = 32 * 1024;

export async function recordPage(
  context: RecordsContext,
  id: string,
  { base, principal, pause }: RecordRequest,
): Promise<RecordResponse> {
  const found = await loadRecord(context, id, pageBytes, pause);
  if (found.found !== 'record') return missingPage(context, id, found);
  const { record, active, gone } = found;
  const { short, sentence } = outcomeOf(record);
  const title = active.length > 0 ? `${short} (running)` : short;
  const { before, after } = context.template.around({ title, description: sentence });
  const mayKeep = missingRights('evidence', [], principal.rights()) === undefined;
  function* chunks(): Generator<string> {
    yield before;
    yield `<div data-record-page data-writeup="${escapeHtml(record.writeup.id)}">`;
    yield html`${following(id, active)}${removedMembers(gone)}`.markup;
    yield* recordChunks(record, { base, interactive: true, mayKeep });
    yield `</div> ${after}`;
  }
  return { kind: 'page', chunks: () => encodeChunks(chunks(), pause) };
}

function following(id: string, active: readonly Summary[]): Html {
  if (active.length === 0) return nothing;
  const waiting = active.filter(({ state }) => state === 'queued').length;
  const turn = waiting > 0 ? `, ${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for a turn` : '';
  return html`<v-follow
    class="record-running"
    data-record="${id}"
    data-runs="${active.map(({ run }) => run).join(' ')}"
    ><p role="status">
      ${badge('running', 'running')} ${count(active.length, 'run')} of this record
      ${active.length === 1 ? 'has' : 'have'} not ended${turn}.
      <span class="by-hand">Load this page again to see how it went on.</span>
    </p></v-follow
  > `;
}

function removedMembers(gone: LoadedRecord['gone']): Html {
  const [first] = gone;
  if (first === undefined) return nothing;
  const checks = gone.map(({ check }) => check).join(', ');
  return html`${warning(
    `${count(gone.length, 'run')} of this set ${gone.length === 1 ? 'is' : 'are'} no longer kept (${checks}): removed ${utc(first.at)}, when the limits of the store were reached.`,
  )} `;
}

/** `form`: its fields; nothing when the request has no form. */
export async function pinRecord(
  context: RecordsContext,
  id: string,
  form: URLSearchParams | undefined,
  principal: Principal,
): Promise<RecordResponse> {
  const { store, audit, limits, date } = context;
  if (!recordIdPattern.test(id)) return malformedPage(context, id);
  const wish = form?.get('keep');
  if (wish !== 'yes' && wish !== 'no')
    return refusal(context, id, 400, 'Expected a form with the field keep, which is yes or no.');
  const fault = audit.fault();
  if (fault !== undefined) return refusal(context, id, 503, fault);
  const target = `${id} ${wish === 'yes' ? 'pinned' : 'not pinned'}`;
  const note = (action: 'pin' | 'refused-command', outcome: string) =>
    audit.write({ principal, action, target, outcome });
  if (wish === 'no') {
    const isThere = await store.keeping.release(id);
    note(isThere ? 'pin' : 'refused-command', isThere ? 'done' : 'no such record');
    return isThere ? back(id) : refusal(context, id, 404, 'There is no such record here any more.');
  }
  const kept = await store.keeping.keep(id, { by: principal.name, at: date() }, limits);
  note(kept.done ? 'pin' : 'refused-command', kept.done ? 'done' : kept.message);
  return kept.done ? back(id) : refusal(context, id, kept.why === 'gone' ? 404 : 409, kept.message);
}

const back = (id: string): RecordResponse => ({ kind: 'moved', to: `/runs/${id}` });

const refusal = (context: RecordsContext, id: string, status: number, message: string): RecordResponse =>
  plainPage(
    context,
    status,
    'Nothing was changed',
    html`<p class="lead">${message} <a href="/runs/${id}">To the record</a>.</p>`,
  );
