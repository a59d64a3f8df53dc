/** `/runs/<id>/compare?with=…`: finds the other side of a comparison. How the two are shown side by side is left to `src/core/report/html/comparePage.ts`. */
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import { compareBody } from '../../src/core/report/html/comparePage.ts';
import { html, type Html, nothing } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';
import { findRecord } from '../store/assembleRecord.ts';
import { type Desk, insteadOf, look, plainPage } from './recordPage.ts';
import { type Asked, page, type Reply } from './recordReply.ts';

/** A look for the other side gives others their turn, and ends when the reader has left. */
type Search = Desk & Pick<Asked, 'pause'>;

const compareBytes = 64 * 1024;
const looked = 60;

type Other =
  | { readonly with: EvidenceRecord | 'documented' }
  | { readonly none: Html; readonly reasons: readonly Html[] };

const none = (message: Html, reasons: readonly Html[] = []): Other => ({ none: message, reasons });

export async function compareReply(desk: Desk, id: string, { query, base, pause }: Asked): Promise<Reply> {
  const found = await look(desk, id, compareBytes, pause);
  if (found.found !== 'record') return insteadOf(desk, id, found);
  const wish = query.get('with')?.trim() || 'documented';
  const other = await otherOf({ ...desk, pause }, found.record, wish);
  if ('none' in other)
    return plainPage(
      desk,
      404,
      'There is nothing to compare with',
      html`<p class="lead">${other.none}</p>
        ${
          other.reasons.length === 0
            ? nothing
            : html`<ul>
                ${other.reasons.map((why) => html`<li>${why}</li>`)}
              </ul>`
        }
        <p>
          <a href="/runs/${id}">Back to the record</a>, or compare it with
          <a href="/runs/${id}/compare?with=documented">what is documented</a>.
        </p>`,
    );
  const checks = [...(desk.writeups.get(found.record.writeup.id)?.checks.values() ?? [])];
  const documented = new Map(checks.map(({ check }) => [check.id, check.documented.value]));
  const body = compareBody(found.record, other.with, { base, documented });
  const against = other.with === 'documented' ? 'what is documented' : outcomeOf(other.with).short;
  const { short } = outcomeOf(found.record);
  return page(
    200,
    desk.shell.page({
      title: `Compared: ${short}`,
      description: `${short}, compared with ${against}`,
      body: html`<div data-record-page data-writeup="${found.record.writeup.id}">${body}</div>`,
    }),
  );
}

async function otherOf(desk: Search, record: EvidenceRecord, wish: string): Promise<Other> {
  if (wish === 'documented') return { with: 'documented' };
  if (wish === 'agreed')
    return record.kind === 'set' ? lastAgreedSet(desk, record) : lastAgreed(desk, record);
  if (recordIdPattern.test(wish)) {
    if (wish === record.id) return none(html`A record is always like itself. Name another one.`);
    return (
      (await recordOf(desk, wish)) ??
      none(html`This server has no record <code>${wish}</code>, or has taken it away.`)
    );
  }
  if (!/^[a-z][a-z0-9-]{0,47}$/.test(wish))
    return none(
      html`Expected <code>documented</code>, <code>agreed</code>, the role of a machine or the id of a record;
        found <code>${wish.slice(0, 60)}</code>.`,
    );
  return otherVantage(desk, record, wish);
}

async function recordOf({ store, writeups, pause }: Search, id: string): Promise<Other | undefined> {
  const found = await findRecord(store, writeups, id, compareBytes, pause);
  return found.found === 'record' ? { with: found.record } : undefined;
}

async function lastAgreed(desk: Search, record: EvidenceRecord): Promise<Other> {
  const header = record.runs[0]?.view.header;
  const never = none(html`No earlier record of this check agreed in the same place and condition.`);
  if (!header) return never;
  const { writeup, check, source, condition } = header;
  const [row] = desk.store.history.list(
    { writeup, check, source, condition, verdict: 'agrees', before: record.id },
    1,
  );
  return (row && (await recordOf(desk, row.summary.run))) ?? never;
}

/** The newest set before this one, of the same place, in which every row agreed. */
async function lastAgreedSet(desk: Search, record: EvidenceRecord): Promise<Other> {
  const { store } = desk;
  const placeOf = (run: string | undefined) => {
    const summary = run === undefined ? undefined : store.summary(run);
    return summary && `${summary.source} ${summary.condition}`;
  };
  const own = placeOf(record.runs[0]?.view.header.run);
  const agreed = ({ run }: { readonly run: string }) => {
    const summary = store.summary(run);
    return summary?.state === 'ended' && summary.judgement.verdict === 'agrees' && placeOf(run) === own;
  };
  const earlier = store.sets
    .list(record.writeup.id, looked)
    .find(({ set, members }) => set < record.id && members.length > 0 && members.every(agreed));
  return (
    (earlier && (await recordOf(desk, earlier.set))) ??
    none(
      html`Of the last ${looked} sets of this writeup none before this one agreed in every row, in the same
      place and condition. Its rows can be compared one by one.`,
    )
  );
}

/**
 * The same claim from another machine: the check of the writeup's matrix that goes to the same target from there. `vantage` stands for
 * whichever machine has a record of it.
 */
async function otherVantage(desk: Search, record: EvidenceRecord, role: string): Promise<Other> {
  const header = record.kind === 'run' ? record.runs[0]?.view.header : undefined;
  if (!header)
    return none(
      html`A set has rows of several machines. Open one of its rows, and compare that with another vantage.`,
    );
  const { writeup, check, source, condition } = header;
  const cells = desk.writeups.get(writeup)?.writeup.matrix?.cells ?? [];
  const own = cells.find((cell) => 'check' in cell && cell.check === check);
  const others = cells.filter(
    ({ from, to }) => own && to === own.to && from !== own.from && (role === anyVantage || from === role),
  );
  if (others.length === 0)
    return none(
      html`The matrix of the writeup has no cell that makes the same attempt as <code>${check}</code> from
        ${role === anyVantage ? 'another machine' : html`<code>${role}</code>`}.`,
    );
  for (const other of others) {
    if (!('check' in other)) continue;
    const [row] = desk.store.history.list({ writeup, check: other.check, source, condition }, 1);
    const found = row && (await recordOf(desk, row.summary.run));
    if (found) return found;
  }
  return none(
    html`There is no record of the same attempt from elsewhere.`,
    others.map((other) =>
      'none' in other
        ? html`From <code>${other.from}</code> it is not made: ${other.none}`
        : html`From <code>${other.from}</code> it is the check <code>${other.check}</code>, which was not
            taken yet in the same place and condition.`,
    ),
  );
}

/** What a link says that leaves the choice to us. */
const anyVantage = 'role';
