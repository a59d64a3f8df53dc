/** The record of a check's run inside its opened detail: followed only while it can be seen. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { rowOf } from '../../core/report/facts.ts';
import { notes, rowHead, rowMetadata, warning } from '../../core/report/html/recordParts.ts';
import type { RunView } from '../../core/run/run.ts';
import type { RunLog } from '../../client/state/runLog.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, runOf, checkStateOf } from '../../client/state/state.ts';
import { draw, node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { VTerminal } from './v-terminal.ts';

type Followed = { readonly run: string; readonly log: RunLog; readonly end: () => void };

class VRecord extends LiveElement {
  #followed: Followed | undefined;
  #head = node('div', { class: 'record-top' });
  #screens = node('div', { class: 'screens' });
  #tail = node('div', { class: 'record-tail' });
  #drawn: unknown[] = [];

  protected connect(signal: AbortSignal): void {
    const details = this.closest('details');
    const session = this.session(signal, (own) => this.#update(own, details));
    if (session) details?.addEventListener('toggle', () => this.#update(session, details), { signal });
    signal.addEventListener('abort', () => this.#unfollow());
  }

  #update(session: Session, details: HTMLDetailsElement | null): void {
    const check = checkStateOf(session.state, this.attribute('check'));
    const run = details?.open === false ? undefined : runOf(check);
    if (this.#followed?.run !== run) {
      this.#unfollow();
      if (run !== undefined) this.#follow(session, run);
    }
    this.#draw(session);
  }

  #follow(session: Session, run: string): void {
    const { log, release } = session.follow(run);
    const stop = log.subscribe(() => this.#draw(session));
    const end = () => {
      stop();
      release();
    };
    this.#followed = { run, log, end };
    this.#screens.replaceChildren();
    this.#drawn = [];
    this.replaceChildren(this.#head, this.#screens, this.#tail);
  }

  #unfollow(): void {
    this.#followed?.end();
    this.#followed = undefined;
    this.replaceChildren();
  }

  #draw(session: Session): void {
    if (this.#followed === undefined) return;
    const { run, log } = this.#followed;
    const check = checkStateOf(session.state, this.attribute('check'));
    const ended = !isBusy(check) && check.last?.run === run ? check.last : undefined;
    const { view } = log;
    const unknown = session.state.unknownRuns.get(run);
    // Output alone changes none of these: the terminals draw it by themselves.
    const seen = [
      ended,
      view?.state,
      view?.notes.length,
      view?.steps.map(({ state }) => state).join(),
      unknown,
    ];
    if (this.#drawn.length > 0 && seen.every((value, index) => value === this.#drawn[index])) return;
    this.#drawn = seen;
    const row = rowOfView(view ?? (ended && this.#viewOf(ended)));
    this.#head.replaceChildren(
      ...draw(row === undefined || row.verdict === 'running' ? [] : rowHead(row)),
      ...draw(unknown === undefined ? [] : warning(unknown)),
    );
    if (view !== undefined && this.#screens.childElementCount === 0)
      this.#screens.replaceChildren(...this.#terminals(log, view));
    const tail = view === undefined || row === undefined ? [] : [notes(view.notes), rowMetadata(row)];
    this.#tail.replaceChildren(...draw(tail));
  }

  /** What is known of a run whose entries have not come, or are no longer kept. */
  #viewOf({ state: _, how, seconds: __, endedAt, judgement, ...known }: EndedRun): RunView {
    const check = { writeup: '', title: '', documented: this.attribute('documented'), fleet: '', commit: '' };
    const header: RunView['header'] = { kind: 'header', ...check, ...known, steps: [] };
    return { header, state: how, steps: [], notes: [], judgement, endedAt, next: 0 };
  }

  #terminals(log: RunLog, { header }: RunView): Node[] {
    const shorts: Record<string, string> = JSON.parse(this.attribute('roles'));
    return header.steps.map(({ id, role, command }) =>
      new VTerminal().show({ log, step: id, role: `${role} ${shorts[role] ?? ''}`.trim(), command }),
    );
  }
}

/** The terminals show the output, and say what of it could deceive. */
const rowOfView = (view: RunView | undefined) => view && rowOf({ view, output: new Map(), times: new Map() });

customElements.define('v-record', VRecord);
