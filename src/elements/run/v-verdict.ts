/** The verdict of a check's last run, or how far its present run is: word, shape and colour. */
import type { EndedRun } from '../../core/protocol/down.ts';
import type { Session } from '../../client/session/session.ts';
import { checkStateOf, type CheckState } from '../../client/state/state.ts';
import { condition } from '../../client/state/format.ts';
import { never } from '../../core/vocabulary.ts';
import { badge, node } from '../base/dom.ts';
import { callEvery, LiveElement } from '../base/LiveElement.ts';

const TICK_MS = 200;

class VVerdict extends LiveElement {
  protected connect(signal: AbortSignal): void {
    let drawn: unknown;
    let fleetThen: unknown;
    let ticking: AbortController | undefined;
    signal.addEventListener('abort', () => ticking?.abort());
    this.session(signal, (session) => {
      const taken = checkStateOf(session.state, this.attribute('check'));
      const { fleet } = session.state;
      if (taken === drawn && fleet === fleetThen) return;
      drawn = taken;
      fleetThen = fleet;
      ticking?.abort();
      ticking = undefined;
      const draw = () =>
        this.replaceChildren(...this.parts(session, taken).filter((part) => part !== undefined));
      draw();
      if (taken.activity.at !== 'active' || taken.activity.summary.state !== 'running') return;
      ticking = new AbortController();
      callEvery(TICK_MS, ticking.signal, draw);
    });
  }

  private parts(session: Session, taken: CheckState): (HTMLElement | undefined)[] {
    const { activity, last } = taken;
    switch (activity.at) {
      case 'requested':
      case 'accepted':
        return [badge('queued', 'starting')];
      case 'active': {
        if (activity.summary.state === 'queued')
          return [badge('queued', `queued, number ${activity.summary.position}`)];
        const seconds = Math.max(0, (Date.now() - activity.since) / 1000).toFixed(1);
        const word = activity.summary.source === 'recording' ? 'playing' : 'running';
        return [badge('running', `${word} ${seconds} s`)];
      }
      case 'idle':
        if (last === undefined) return [badge('not-run', 'not taken')];
        return [verdictBadge(last), ...notes(session, taken), this.oldness(session, last)];
      default:
        return never(activity);
    }
  }

  /** Said when the run was judged against another version of the check than this page shows. */
  private oldness(session: Session, last: EndedRun): HTMLElement | undefined {
    if (last.checkHash === this.attribute('hash')) return undefined;
    const server = session.state.checkHashes[last.check];
    const message =
      server === undefined || server === this.attribute('hash')
        ? 'by an older version of this check'
        : 'the server has another version of this check: reload the page';
    return node('span', { class: 'old-note' }, message);
  }
}

/** What a reader must know to read the verdict: a newer attempt that came to nothing, and a condition that is not the present one. */
function notes({ state: { fleet } }: Session, { last, lastAttempt }: CheckState): HTMLElement[] {
  const message: string[] = [];
  if (lastAttempt !== undefined)
    message.push(`last attempt was ${lastAttempt.how === 'cancelled' ? 'cancelled' : 'interrupted'}`);
  if (last?.source === 'lab' && fleet?.state === 'ready' && fleet.condition !== last.condition)
    message.push(`taken in condition ${condition(last.condition)}`);
  return message.map((text) => node('span', { class: 'old-note' }, text));
}

/** A recording keeps its verdict's word, but never its colour. */
export function verdictBadge({ judgement, source, how }: EndedRun): HTMLElement {
  if (source === 'recording') return badge('recording', `recording: ${judgement.verdict}`);
  return badge(
    judgement.verdict,
    how === 'cancelled' ? `cancelled: ${judgement.verdict}` : judgement.verdict,
  );
}

customElements.define('v-verdict', VVerdict);
