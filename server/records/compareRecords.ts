/** `/runs/<id>/compare?with=…`: finds the other side of a comparison. */
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { compareBody } from '../../src/core/report/html/comparePage.ts';
import { anyRole } from '../../src/core/report/html/recordRow.ts';
import { html, nothing, sentence } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';
import type { Pause } from '../files/pause.ts';
import { findRecord } from '../store/assembleRecord.ts';
import { missingPage, plainPage } from './missingPages.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { loadRecord, type RecordsContext } from './recordsContext.ts';
import { pageResponse, type RecordRequest, type RecordResponse } from './response.ts';

const compareBytes = 64 * 1024;
/** Sets that are looked through for one that agreed. */
const mostSets = 60;

/** The other side, or why there is none; code is between backticks. */
type Other = EvidenceRecord | 'documented' | { readonly none: string; readonly reasons: readonly string[] };
const none = (message: string, reasons: readonly string[] = []): Other => ({ none: message, reasons });

/** A search gives others their turn, and ends when the reader has left. */
type Search = Pick<RecordsContext, 'store' | 'writeups'> & { readonly pause: Pause };

export async function comparePage(
  context: RecordsContext,
  id: string,
  { query, base, pause }: RecordRequest,
): Promise<RecordResponse> {
  const found = await loadRecord(context, id, compareBytes, pause);
  if (found.found !== 'record') return missingPage(context, id, found);
  const { record } = found;
  const { store, writeups } = context;
  const other = await otherOf({ store, writeups, pause }, record, query.get('with')?.trim() || 'documented');
  if (typeof other === 'object' && 'none' in other)
    return plainPage(
      context,
      404,
      'There is nothing to compare with',
      html`<p class="lead">${sentence(other.none)}</p>
        ${
          other.reasons.length === 0
            ? nothing
            : html`<ul>
                ${other.reasons.map((why) => html`<li>${sentence(why)}</li>`)}
              </ul>`
        }
        <p>
          <a href="/runs/${id}">Back to the record</a>, or compare it with
          <a href="/runs/${id}/compare?with=documented">what is documented</a>.
        </p>`,
    );
  const checks = [...(writeups.get(record.writeup.id)?.checks.values() ?? [])];
  const documented = new Map(checks.map(({ check }) => [check.id, check.documented.value]));
  const { short } = outcomeOf(record);
  const against = other === 'documented' ? 'what is documented' : outcomeOf(other).short;
  return pageResponse(
    200,
    context.template.page({
      title: `Compared: ${short}`,
      description: `${short}, compared with ${against}`,
      body: html`<div data-record-page data-writeup="${record.writeup.id}">
        ${compareBody(record, other, { base, documented })}
      </div>`,
    }),
  );
}

async function otherOf(search: Search, record: EvidenceRecord, wish: string): Promise<Other> {
  if (wish === 'documented') return wish;
  if (wish === 'agreed')
    return record.kind === 'set' ? lastAgreedSet(search, record) : lastAgreed(search, record);
  if (recordIdPattern.test(wish)) {
    if (wish === record.id) return none('This is the same record. Name another one.');
    return (
      (await recordOf(search, wish)) ?? none(`This server has no record \`${wish}\`, or has removed it.`)
    );
  }
  if (!/^[a-z][a-z0-9-]{0,47}$/.test(wish))
    return none(
      `Expected \`documented\`, \`agreed\`, the role of a machine or the id of a record; found \`${wish.slice(0, 60)}\`.`,
    );
  return otherRole(search, record, wish);
}

async function recordOf({ store, writeups, pause }: Search, id: string): Promise<EvidenceRecord | undefined> {
  const found = await findRecord(store, writeups, id, compareBytes, pause);
  return found.found === 'record' ? found.record : undefined;
}

async function lastAgreed(search: Search, record: EvidenceRecord): Promise<Other> {
  const header = record.runs[0]?.view.header;
  const [row] = header
    ? search.store.history.list({ ...placeOf(header), verdict: 'agrees', before: record.id }, 1)
    : [];
  return (
    (row && (await recordOf(search, row.summary.run))) ??
    none('No earlier record of this check agreed in the same place and condition.')
  );
}

const placeOf = ({
  writeup,
  check,
  source,
  condition,
}: EvidenceRecord['runs'][number]['view']['header']) => ({
  ...{ writeup, check, source, condition },
});

/** The newest set before this one, of the same place, in which every row agreed. */
async function lastAgreedSet(search: Search, record: EvidenceRecord): Promise<Other> {
  const { store } = search;
  const first = record.runs[0]?.view.header;
  const agreed = ({ run }: { readonly run: string }) => {
    const summary = store.summary(run);
    return (
      summary?.state === 'ended' &&
      summary.judgement.verdict === 'agrees' &&
      summary.source === first?.source &&
      summary.condition === first.condition
    );
  };
  const earlier = store.sets
    .list(record.writeup.id, mostSets)
    .find(({ set, members }) => set < record.id && members.length > 0 && members.every(agreed));
  return (
    (earlier && (await recordOf(search, earlier.set))) ??
    none(
      `In none of the last ${mostSets} sets of this writeup before this one did every row agree in the same place and condition. Compare its rows one by one.`,
    )
  );
}

/** The same claim from another machine: the check of the writeup's matrix that goes to the same target from there. */
async function otherRole(search: Search, record: EvidenceRecord, role: string): Promise<Other> {
  const header = record.kind === 'run' ? record.runs[0]?.view.header : undefined;
  if (!header)
    return none(
      'A set has rows of several machines. Open one of its rows, and compare that with another role.',
    );
  const cells = search.writeups.get(header.writeup)?.writeup.matrix?.cells ?? [];
  const own = cells.find((cell) => 'check' in cell && cell.check === header.check);
  const others = cells.filter(
    ({ from, to }) => own && to === own.to && from !== own.from && (role === anyRole || from === role),
  );
  if (others.length === 0)
    return none(
      `The matrix of the writeup has no cell that makes the same attempt as \`${header.check}\` from ${role === anyRole ? 'another machine' : `\`${role}\``}.`,
    );
  for (const other of others) {
    if (!('check' in other)) continue;
    const [row] = search.store.history.list({ ...placeOf(header), check: other.check }, 1);
    const found = row && (await recordOf(search, row.summary.run));
    if (found) return found;
  }
  return none(
    'There is no record of the same attempt from elsewhere.',
    others.map((other) =>
      'none' in other
        ? `From \`${other.from}\` nobody can attempt it: ${other.none}`
        : `From \`${other.from}\` it is the check \`${other.check}\`, which has not run in the same place and condition.`,
    ),
  );
}
