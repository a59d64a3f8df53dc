/** The record of a check's run inside its opened detail: followed only while it can be seen. */
import type { EndedRun } from '../../core/protocol/down.ts';
import type { RunLog } from '../../client/state/runLog.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, runOf, checkStateOf } from '../../client/state/state.ts';
import { ago, SOURCE_WORDS, utc } from '../../client/state/format.ts';
import { node, time, words } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { comparison, facts, findings } from './recordParts.ts';
import { VTerminal } from './v-terminal.ts';
import { verdictBadge } from './v-verdict.ts';

type Held = { readonly run: string; readonly log: RunLog; readonly end: () => void };

class VRecord extends LiveElement {
  #held: Held | undefined;
  #head = node('div', { class: 'record-top' });
  #screens = node('div', { class: 'screens' });
  #tail = node('div', { class: 'record-tail' });
  #drawn: unknown[] = [];

  protected connect(signal: AbortSignal): void {
    const details = this.closest('details');
    const session = this.session(signal, (own) => this.#look(own, details));
    if (session) details?.addEventListener('toggle', () => this.#look(session, details), { signal });
    signal.addEventListener('abort', () => this.#let());
  }

  #look(session: Session, details: HTMLDetailsElement | null): void {
    const taken = checkStateOf(session.state, this.attribute('check'));
    const run = details?.open === false ? undefined : runOf(taken);
    if (this.#held?.run !== run) {
      this.#let();
      if (run !== undefined) this.#hold(session, run);
    }
    this.#draw(session);
  }

  #hold(session: Session, run: string): void {
    const { log, release } = session.follow(run);
    const stop = log.subscribe(() => this.#draw(session));
    this.#held = {
      run,
      log,
      end: () => {
        stop();
        release();
      },
    };
    this.#screens.replaceChildren();
    this.#drawn = [];
    this.replaceChildren(this.#head, this.#screens, this.#tail);
  }

  #let(): void {
    this.#held?.end();
    this.#held = undefined;
    this.replaceChildren();
  }

  #draw(session: Session): void {
    const held = this.#held;
    if (held === undefined) return;
    const taken = checkStateOf(session.state, this.attribute('check'));
    const ended = !isBusy(taken) && taken.last?.run === held.run ? taken.last : undefined;
    const view = held.log.view;
    const unknown = session.state.unknownRuns.get(held.run);
    // Output alone changes none of these: the terminals draw it by themselves.
    const seen = [
      ended,
      view?.header,
      view?.judgement,
      view?.notes.length,
      view?.steps.map(({ state }) => state).join(),
      unknown,
    ];
    if (seen.every((value, index) => value === this.#drawn[index]) && this.#drawn.length > 0) return;
    this.#drawn = seen;
    this.#head.replaceChildren(...this.#top(ended, unknown));
    if (view !== undefined && this.#screens.childElementCount === 0)
      this.#screens.replaceChildren(...this.#terminals(held.log));
    const judged = ended?.judgement ?? view?.judgement;
    this.#tail.replaceChildren(
      ...(view && view.notes.length > 0
        ? [node('ul', { class: 'notes' }, ...view.notes.map((message) => node('li', {}, message)))]
        : []),
      ...(judged ? findings(judged.findings) : []),
      ...(view ? facts(view, ended) : []),
    );
  }

  #top(ended: EndedRun | undefined, unknown: string | undefined): Node[] {
    const warn = (message: string) => node('p', { class: 'warn' }, ...words(message));
    if (ended === undefined) return unknown === undefined ? [] : [warn(unknown)];
    const { judgement, endedAt } = ended;
    return [
      node(
        'div',
        { class: 'record-head' },
        verdictBadge(ended),
        node(
          'span',
          { class: 'when' },
          time(endedAt, `taken ${ago(endedAt, Date.now())}`, utc(endedAt)),
          `, ${SOURCE_WORDS[ended.source]}`,
        ),
      ),
      ...(judgement.problem ? [warn(judgement.problem.message)] : []),
      node('p', { class: 'means' }, ...words(judgement.means)),
      comparison(this.attribute('documented'), judgement),
      ...(unknown === undefined ? [] : [warn(unknown)]),
    ];
  }

  #terminals(log: RunLog): Node[] {
    const shorts: Record<string, string> = JSON.parse(this.attribute('roles'));
    return (log.view?.header.steps ?? []).map(({ id, role, command }) => {
      const made = document.createElement('v-terminal');
      if (!(made instanceof VTerminal)) throw new Error('v-terminal is not defined yet');
      return made.show({ log, step: id, role: `${role} ${shorts[role] ?? ''}`.trim(), command });
    });
  }
}

customElements.define('v-record', VRecord);
