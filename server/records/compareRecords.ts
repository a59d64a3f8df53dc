/** `/runs/<id>/compare?with=…`: finds the other side of a comparison. */
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { compareBody } from '../../src/core/report/html/comparePage.ts';
import { anyRole } from '../../src/core/report/html/recordPage.ts';
import { sentence } from '../../src/core/report/html/signs.ts';
import { html } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import type { HistoryFilter } from '../store/history.ts';
import { findRecord } from '../store/assembleRecord.ts';
import { missingPage, plainPage, loadRecord, type RecordsContext } from './recordsContext.ts';
import { pageResponse, type RecordRequest, type RecordResponse } from './response.ts';

const compareBytes = 64 * 1024;
/** Sets that are looked through for one that agreed. */
const mostSets = 60;

/** The record on the other side. A text says why there is none; code is between backticks. */
type Other = EvidenceRecord | 'documented' | { readonly none: string };

export async function comparePage(
  context: RecordsContext,
  id: string,
  { query, base, pause }: RecordRequest,
): Promise<RecordResponse> {
  const { store, writeups, template } = context;
  const found = await loadRecord(context, id, compareBytes, pause);
  if (found.found !== 'record') return missingPage(context, id, found);
  const { record } = found;
  const wish = query.get('with')?.trim() || 'documented';
  const named = await otherOf(context, record, wish);
  const other = typeof named === 'string' && named !== 'documented' ? await recordNamed(named) : named;
  if (typeof other === 'object' && 'none' in other)
    return plainPage(
      context,
      404,
      'There is nothing to compare with',
      html`<p class="lead">${sentence(other.none)}</p>
        <p>
          <a href="/runs/${id}">Back to the record</a>, or compare it with
          <a href="/runs/${id}/compare?with=documented">what is documented</a>.
        </p>`,
    );
  const checks = [...(writeups.get(record.writeup.id)?.checks.values() ?? [])];
  const documented = new Map(checks.map(({ check }) => [check.id, check.documented.value]));
  const { short } = outcomeOf(record);
  const against = other === 'documented' ? 'what is documented' : outcomeOf(other).short;
  const body = html`<div data-record-page data-writeup="${record.writeup.id}">
    ${compareBody(record, other, { base, documented })}
  </div>`;
  const description = `${short}, compared with ${against}`;
  return pageResponse(200, template.page({ title: `Compared: ${short}`, description, body }));

  async function recordNamed(name: string): Promise<Other> {
    const own = await findRecord(store, writeups, name, compareBytes, pause);
    return own.found === 'record'
      ? own.record
      : { none: `This server has no record \`${name}\`, or has removed it.` };
  }
}

/** The id of the other record, or why there is none. */
async function otherOf(
  context: RecordsContext,
  record: EvidenceRecord,
  wish: string,
): Promise<string | { readonly none: string }> {
  if (wish === record.id) return { none: 'This is the same record. Name another one.' };
  if (wish === 'documented' || recordIdPattern.test(wish)) return wish;
  if (wish === 'agreed')
    return record.kind === 'set' ? lastAgreedSet(context, record) : lastAgreed(context, record);
  if (/^[a-z][a-z0-9-]{0,47}$/.test(wish)) return otherRole(context, record, wish);
  return {
    none: `Expected \`documented\`, \`agreed\`, the role of a machine or the id of a record; found \`${wish.slice(0, 60)}\`.`,
  };
}

const headerOf = ({ runs }: EvidenceRecord) => runs[0]?.view.header;

/** The newest run in the same place and condition. */
async function newestLike(
  { store }: RecordsContext,
  record: EvidenceRecord,
  more: HistoryFilter,
): Promise<string | undefined> {
  const header = headerOf(record);
  if (header === undefined) return undefined;
  const { writeup, check, source, condition } = header;
  return (await store.history.list({ writeup, check, source, condition, ...more }, 1))[0]?.summary.run;
}

const lastAgreed = async (context: RecordsContext, record: EvidenceRecord) =>
  (await newestLike(context, record, { verdict: 'agrees', before: record.id })) ?? {
    none: 'No earlier record of this check agreed in the same place and condition.',
  };

/** The newest set before this one, of the same place, in which every row agreed. */
async function lastAgreedSet({ store }: RecordsContext, record: EvidenceRecord) {
  const first = headerOf(record);
  const agreed = async ({ run }: { readonly run: string }) => {
    const summary = await store.summary(run);
    return (
      summary?.state === 'ended' &&
      summary.judgement.verdict === 'agrees' &&
      summary.source === first?.source &&
      summary.condition === first.condition
    );
  };
  for (const { set, members } of await store.sets.list(record.writeup.id, mostSets))
    if (set < record.id && members.length > 0 && (await Promise.all(members.map(agreed))).every(Boolean))
      return set;
  return {
    none: `In none of the last ${mostSets} sets of this writeup before this one did every row agree in the same place and condition. Compare its rows one by one.`,
  };
}

/** The same claim from another machine: the check of the writeup's matrix that goes to the same target from there. */
async function otherRole(context: RecordsContext, record: EvidenceRecord, role: string) {
  const header = record.kind === 'run' ? headerOf(record) : undefined;
  if (!header)
    return {
      none: 'A set has rows of several machines. Open one of its rows, and compare that with another role.',
    };
  const cells = context.writeups.get(header.writeup)?.writeup.matrix?.cells ?? [];
  const own = cells.find((cell) => 'check' in cell && cell.check === header.check);
  const others = cells.filter(
    ({ from, to }) => own && to === own.to && from !== own.from && (role === anyRole || from === role),
  );
  const why: string[] = [];
  for (const cell of others) {
    const run = 'check' in cell ? await newestLike(context, record, { check: cell.check }) : undefined;
    if (run !== undefined) return run;
    why.push(
      'none' in cell
        ? `From \`${cell.from}\` nobody can attempt it: ${cell.none}`
        : `From \`${cell.from}\` it is the check \`${cell.check}\`, which has not run in the same place and condition.`,
    );
  }
  const from = role === anyRole ? 'another machine' : `\`${role}\``;
  return {
    none:
      why.length > 0
        ? `There is no record of the same attempt from elsewhere. ${why.join(' ')}`
        : `The matrix of the writeup has no cell that makes the same attempt as \`${header.check}\` from ${from}.`,
  };
}
