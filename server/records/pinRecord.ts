/** `POST /runs/<id>/keep`: somebody keeps a record for good, or lets the limits hold for it again. One line in the audit log, whatever comes of it. */
import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { html } from '../../src/core/report/html.ts';
import { never } from '../../src/core/vocabulary.ts';
import { type Desk, malformed, plainPage } from './recordPage.ts';
import type { Asked, Reply } from './recordReply.ts';

/** `form`: its fields; nothing when what was sent is no form. */
export function keepReply(
  desk: Desk,
  id: string,
  form: URLSearchParams | undefined,
  { principal }: Asked,
): Reply {
  const { store, audit, limits, date } = desk;
  if (!recordIdPattern.test(id)) return malformed(desk, id);
  const wish = form?.get('keep');
  if (wish !== 'yes' && wish !== 'no')
    return refusal(desk, id, 400, 'Expected a form with the field keep, which is yes or no.');
  const fault = audit.fault();
  if (fault !== undefined) return refusal(desk, id, 503, fault);
  const target = `${id} ${wish === 'yes' ? 'pinned' : 'not pinned'}`;
  const note = (action: 'pin' | 'refused-command', outcome: string) =>
    audit.write({ principal, action, target, outcome });
  if (wish === 'no') {
    const isThere = store.keeping.release(id);
    note(isThere ? 'pin' : 'refused-command', isThere ? 'done' : 'no such record');
    return isThere ? back(id) : refusal(desk, id, 404, 'There is no such record here any more.');
  }
  const kept = store.keeping.keep(id, { by: principal.name, at: date() }, limits);
  note(kept.done ? 'pin' : 'refused-command', kept.done ? 'done' : kept.message);
  return kept.done ? back(id) : refusal(desk, id, statusOf(kept.why), kept.message);
}

function statusOf(why: 'gone' | 'running' | 'full'): number {
  switch (why) {
    case 'gone':
      return 404;
    case 'running':
    case 'full':
      return 409;
    default:
      return never(why);
  }
}

const back = (id: string): Reply => ({ kind: 'moved', status: 303, to: `/runs/${id}` });

const refusal = (desk: Desk, id: string, status: number, message: string): Reply =>
  plainPage(
    desk,
    status,
    'Nothing was changed',
    html`<p class="lead">${message} <a href="/runs/${id}">To the record</a>.</p>`,
  );
