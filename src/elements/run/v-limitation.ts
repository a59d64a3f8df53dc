/** Whether the limitation still reproduces, from the last runs of the checks that decide it. */
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
    const taken = checks.flatMap((check) => checkStateOf(state, check).last ?? []);
    const recorded =
      taken.length === 0 && state.recordings.state === 'ready'
        ? checks.flatMap((check) =>
            state.recordings.state === 'ready' ? (state.recordings.last.get(check) ?? []) : [],
          )
        : [];
    const rows = taken.length > 0 ? taken : recorded;
    const conditions = [...new Set(rows.map((own) => own.condition))];
    const status: LimitationStatus =
      conditions.length > 1 && rows.length === checks.length
        ? { ...MIXED, rows: rows.length, of: checks.length }
        : limitationStatus(checks, rows.map(row));
    const none = rows.length === 0;
    const look = none ? 'not-run' : status.source === 'recording' ? 'recording' : LOOK[status.status];
    const word = none ? 'not taken yet' : WORD[status.status];
    const head = node(
      'span',
      { class: 'limitation-word', 'data-status': look },
      shape(SIGN[look]),
      node('span', {}, look === 'recording' ? `${word}, says a recording` : word),
    );
    this.replaceChildren(
      node('p', { class: 'limitation-head' }, head),
      node('p', { class: 'limitation-say' }, message),
      none
        ? node(
            'p',
            { class: 'limitation-why' },
            `Decided by ${checks.length} ${plural(checks.length)} of this page.`,
          )
        : this.why(status, state, conditions),
    );
  }

  /** What the rows say, when they were taken, and where. */
  private why(status: LimitationStatus, { fleet }: State, conditions: readonly string[]): HTMLElement {
    const { since, source } = status;
    const facts: (Node | string)[] = [this.says(status)];
    if (since !== undefined) facts.push(time(since, `taken ${ago(since, Date.now())}`, utc(since)));
    if (source !== undefined)
      facts.push(fleet?.state === 'ready' && source === 'live' ? fleet.name : PLACE[source]);
    facts.push(
      ...conditions
        .filter((name) => name !== '' && name !== documentedCondition)
        .map((name) => condition(name)),
    );
    return node(
      'p',
      { class: 'limitation-why' },
      ...facts.flatMap((fact, index) => (index === 0 ? [fact] : [' · ', fact])),
    );
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
    return rows < of ? `${rows} of ${of} deciding rows taken. ${named}` : named;
  }
}

function row({ check, judgement, endedAt, source }: EndedRun): DecidingRow {
  return { check, judgement, takenAt: endedAt, source };
}

/** Rows of unlike conditions are about unlike states: they are never added up. */
const MIXED = {
  status: 'unclear',
  message: 'The rows were taken in different conditions of the lab: take them together',
} as const;

function plural(count: number): string {
  return count === 1 ? 'check' : 'checks';
}

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
