/** Whether the limitation reproduces, from the last runs of the checks that decide it. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { documentedCondition } from '../../client/state/conditionResults.ts';
import { ago, condition, PLACE, utc } from '../../client/state/format.ts';
import { limitationStatus, type LimitationStatus, type DecidingRow } from '../../core/run/limitation.ts';
import { node, shape, time } from '../base/dom.ts';
import { callEvery, LiveElement } from '../base/LiveElement.ts';

const TICK_MS = 20_000;

class VLimitation extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const message = this.querySelector('.limitation-say')?.textContent ?? '';
    const session = this.session(signal, (own) => this.draw(own.state, message));
    if (session) callEvery(TICK_MS, signal, () => this.draw(session.state, message));
  }

  private draw(state: State, message: string): void {
    const checks = this.attribute('checks').split(' ');
    const recordings = state.recordings.state === 'ready' ? state.recordings.last : undefined;
    const ran = checks.flatMap((check) => checkStateOf(state, check).last ?? []);
    const rows = ran.length > 0 ? ran : checks.flatMap((check) => recordings?.get(check) ?? []);
    const conditions = [...new Set(rows.map((own) => own.condition))];
    const status: LimitationStatus =
      conditions.length > 1 && rows.length === checks.length
        ? { ...MIXED, rows: rows.length, of: checks.length }
        : limitationStatus(checks, rows.map(row));
    const none = rows.length === 0;
    const look = none ? 'not-run' : status.source === 'recording' ? 'recording' : LOOK[status.status];
    const word = none ? 'not run yet' : WORD[status.status];
    const head = node(
      'span',
      { class: 'limitation-word', 'data-status': look },
      shape(SIGN[look]),
      node('span', {}, look === 'recording' ? `${word}, says a recording` : word),
    );
    const decided = `Decided by ${checks.length} ${checks.length === 1 ? 'check' : 'checks'} on this page.`;
    this.replaceChildren(
      node('p', { class: 'limitation-head' }, head),
      node('p', { class: 'limitation-say' }, message),
      node('p', { class: 'limitation-why' }, ...(none ? [decided] : this.why(status, state, conditions))),
    );
  }

  /** What the rows show, when they ran, and where. */
  private why(
    status: LimitationStatus,
    { fleet }: State,
    conditions: readonly string[],
  ): readonly (Node | string)[] {
    const { since, source } = status;
    const others = conditions.filter((name) => name !== '' && name !== documentedCondition).map(condition);
    const facts = [
      this.says(status),
      since && time(since, `last run ${ago(since, Date.now())}`, utc(since)),
      source && (fleet?.state === 'ready' && source === 'live' ? fleet.name : PLACE[source]),
      ...others,
    ].filter((fact) => fact !== undefined);
    return facts.flatMap((fact, index) => (index === 0 ? [fact] : [' · ', fact]));
  }

  private says({ status, of, message, rows }: LimitationStatus): string {
    const all = of === 1 ? 'The deciding row' : of === 2 ? 'Both deciding rows' : `All ${of} deciding rows`;
    if (status === 'reproduces') return `${all} ${of === 1 ? 'shows' : 'show'} it`;
    if (status === 'no longer reproduces') return `${all} ${of === 1 ? 'says' : 'say'} that it is gone`;
    const titles: Record<string, string> = JSON.parse(this.attribute('titles'));
    const named = Object.entries(titles).reduce(
      (text, [id, title]) => text.replaceAll(new RegExp(`\\b${id}\\b(?!-)`, 'g'), `“${title}”`),
      message.replace(/\.$/, ''),
    );
    return rows < of ? `${rows} of ${of} deciding rows have run. ${named}` : named;
  }
}

function row({ check, judgement, endedAt, source }: EndedRun): DecidingRow {
  return { check, judgement, takenAt: endedAt, source };
}

/** Rows of different conditions are never added up. */
const MIXED = {
  status: 'unclear',
  message: 'The rows ran in different conditions of the lab: run them together',
} as const;

const LOOK = { reproduces: 'reproduces', 'no longer reproduces': 'gone', unclear: 'unclear' } as const;
const WORD = {
  reproduces: 'The limitation reproduces',
  'no longer reproduces': 'The limitation no longer reproduces',
  unclear: 'Unclear whether it reproduces',
} as const;
const SIGN = {
  'not-run': 'not-run',
  recording: 'recording',
  reproduces: 'reproduces',
  gone: 'gone',
  unclear: 'inconclusive',
} as const;

customElements.define('v-limitation', VLimitation);
