/** `POST /runs/<id>/keep`: pins a record for good, or unpins it. Each attempt is one line in the audit log. */
import { html } from '../../src/core/report/html.ts';
import type { Principal } from '../identity/principal.ts';
import { malformedPage, plainPage } from './missingPages.ts';
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import type { RecordsContext } from './recordsContext.ts';
import type { RecordResponse } from './response.ts';

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
