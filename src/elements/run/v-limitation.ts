/** Whether the limitation reproduces, from the last runs of the checks that decide it. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { documentedCondition } from '../../client/state/conditionResults.ts';
import { ago, condition, PLACE, utc } from '../../client/state/format.ts';
import { isCurrent, limitationStatus, type LimitationStatus } from '../../core/run/limitation.ts';
import { STATUS_LOOK } from '../../core/run/statusLook.ts';
import { node, shape, time } from '../base/dom.ts';
import { define, callEvery, LiveElement } from '../base/LiveElement.ts';

/** The checks that decide, and those that show whether the service itself is up. A run of another version of the check is not counted. */
type CountedCheck = { readonly title: string; readonly hash: string };

const TICK_MS = 20_000;

class VLimitation extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const session = this.session(signal, (own) => this.draw(own.state));
    if (session) callEvery(TICK_MS, signal, () => this.draw(session.state));
  }

  private draw(state: State): void {
    const checks = this.attribute('checks').split(' ');
    const { recordings } = state;
    const known: Readonly<Record<string, CountedCheck>> = JSON.parse(this.attribute('rows'));
    const hashes = new Map(Object.entries(known).map(([check, { hash }]) => [check, hash]));
    const current = (lastOf: (check: string) => EndedRun | undefined) =>
      Object.keys(known)
        .flatMap((check) => lastOf(check) ?? [])
        .filter((run) => isCurrent(run, hashes));
    const live = current((check) => checkStateOf(state, check).last);
    const rows =
      live.length > 0 || recordings.state !== 'ready' ? live : current((check) => recordings.last.get(check));
    const conditions = [...new Set(rows.map((own) => own.condition))];
    const status = limitationStatus(checks, rows, (check) => `“${known[check]?.title ?? check}”`);
    const none = !rows.some(({ check }) => checks.includes(check));
    const { word, sign, look } = none
      ? { word: 'Not run yet', sign: 'not-run', look: 'not-run' }
      : status.source === 'recording'
        ? {
            word: `${STATUS_LOOK[status.status].word}, says a recording`,
            sign: 'recording',
            look: 'recording',
          }
        : STATUS_LOOK[status.status];
    const decided = checks.length === 1 ? 'One check decides.' : `${checks.length} checks decide.`;
    this.replaceChildren(
      node('p', { class: 'limitation-word', 'data-status': look }, shape(sign), node('span', {}, word)),
      node('p', { class: 'limitation-why' }, ...(none ? [decided] : this.why(status, state, conditions))),
    );
  }

  /** What the rows show, when they ran, and where. */
  private why(
    { status, since, source, service, message }: LimitationStatus,
    { fleet }: State,
    conditions: readonly string[],
  ): readonly (Node | string)[] {
    const others = conditions.filter((name) => name !== '' && name !== documentedCondition).map(condition);
    const facts = [
      (status === 'reproduces' ? (service ?? message) : `${service ?? ''} ${message}`.trim()).replace(
        /\.$/,
        '',
      ),
      since && time(since, `last run ${ago(since, Date.now())}`, utc(since)),
      source && (fleet?.state === 'ready' && source === 'live' ? fleet.name : PLACE[source]),
      ...others,
    ].filter((fact) => fact !== undefined);
    return facts.flatMap((fact, index) => (index === 0 ? [fact] : [' · ', fact]));
  }
}

define('v-limitation', VLimitation);
