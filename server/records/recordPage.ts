/** The page of one record, with what still runs of it and what is no longer kept. */
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
import { missingPage } from './missingPages.ts';
import type { RecordRequest, RecordResponse } from './response.ts';
import { type LoadedRecord, loadRecord, type RecordsContext } from './recordsContext.ts';

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
