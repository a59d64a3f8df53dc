/** The elements that show terminals of runs: loaded together. */
import { isBusy, runOf, checkStateOf } from '../../client/state/state.ts';
import { define, defineClass, LiveElement } from '../base/LiveElement.ts';
import { VTerminal } from '../run/v-terminal.ts';
import { node, draw } from '../base/dom.ts';
import type { EndedRun } from '../../core/protocol/down.ts';
import { rowOf } from '../../core/report/facts.ts';
import { judgedParts, notes, whoAnswered } from '../../core/report/html/recordParts.ts';
import { warning } from '../../core/report/html/table.ts';
import type { RunView } from '../../core/run/run.ts';
import type { RunLog } from '../../client/state/runLog.ts';
import type { Session } from '../../client/session/session.ts';

/** A page that was loaded a moment ago and says “running” again is not loaded again at once. */
const APART_MS = 2000;

define('v-follow', (element, signal) => {
  const runs = element.attribute('runs').split(' ');
  const shown = new Set<string>();
  let isOver = false;
  element.session(signal, (session) => {
    const { link, fleet, checks } = session.state;
    element.toggleAttribute('data-live', link.state === 'open');
    if (link.state !== 'open' || fleet === undefined || isOver) return;
    const active = new Set([...checks.values()].flatMap((check) => (isBusy(check) ? [runOf(check)] : [])));
    for (const run of runs) {
      if (!active.has(run) || shown.has(run)) continue;
      shown.add(run);
      const { log, release } = session.follow(run);
      signal.addEventListener('abort', release);
      element.append(new VTerminal().show(log, { shorts: {}, steps: [] }));
    }
    if (runs.some((run) => active.has(run))) return;
    isOver = true;
    // The server draws records, also the final one: one way to draw them is enough.
    const timer = setTimeout(() => location.reload(), Math.max(0, APART_MS - performance.now()));
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
});

define('v-links', (element, signal) => {
  const title = element.dataset.title ?? '';
  const link = (word: string, href: string) => node('a', { 'aria-label': `${word}: ${title}`, href }, word);
  element.watch(
    signal,
    (state) => checkStateOf(state, element.attribute('check')).last,
    (last) => {
      element.hidden = last === undefined || last.source === 'recording';
      if (last === undefined || element.hidden) return;
      element.replaceChildren(link('Record', `/runs/${last.run}`), link('Report', `/runs/${last.run}.md`));
    },
  );
});

type Followed = { readonly run: string; readonly log: RunLog; readonly end: () => void };

class VRecord extends LiveElement {
  #followed: Followed | undefined;
  #terminal = new VTerminal();
  #judged = node('div', { class: 'record-judged' });
  #drawn: unknown[] = [];

  protected connect(signal: AbortSignal): void {
    this.session(signal, (session) => this.#update(session));
    signal.addEventListener('abort', () => this.#unfollow());
  }

  #update(session: Session): void {
    const run = runOf(checkStateOf(session.state, this.attribute('check')));
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
    this.#drawn = [];
    this.#terminal.show(log, {
      shorts: JSON.parse(this.attribute('roles')),
      steps: JSON.parse(this.dataset.steps ?? '[]'),
    });
  }

  #unfollow(): void {
    this.#followed?.end();
    this.#followed = undefined;
  }

  #draw(session: Session): void {
    if (this.#followed === undefined) return;
    const { run, log } = this.#followed;
    const check = checkStateOf(session.state, this.attribute('check'));
    const ended = !isBusy(check) && check.last?.run === run ? check.last : undefined;
    const { view } = log;
    const unknown = session.state.unknownRuns.get(run);
    // Until its entries are here, what stood there stays: nothing jumps.
    const isComing = session.state.link.state === 'open' || check.last?.source === 'recording';
    if (!this.#terminal.isConnected) {
      if (view === undefined && unknown === undefined && isComing) return;
      this.replaceChildren(this.#terminal, this.#judged);
    }
    // Output alone changes none of these: the terminal draws it by itself.
    const seen = [
      ended,
      view?.state,
      view?.notes.length,
      view?.steps.map(({ state }) => state).join(),
      unknown,
    ];
    if (this.#drawn.length > 0 && seen.every((value, index) => value === this.#drawn[index])) return;
    this.#drawn = seen;
    const known = view ?? (ended && this.#viewOf(ended));
    // What the terminal shows says by itself what of it could deceive.
    const row = known && rowOf({ view: known, output: new Map(), times: new Map() });
    const isJudged = row !== undefined && row.verdict !== 'running';
    this.#terminal.hidden = view === undefined && known !== undefined;
    // Nothing below moves while it runs again.
    this.#judged.style.minHeight = isJudged ? '' : `${this.#judged.offsetHeight}px`;
    const isOpen = this.#judged.querySelector<HTMLDetailsElement>(':scope > :last-child')?.open === true;
    this.#judged.replaceChildren(
      ...draw([
        unknown === undefined ? [] : warning(unknown),
        isJudged ? judgedParts(row) : [],
        row === undefined ? [] : whoAnswered(row, isOpen, notes(known?.notes ?? [])),
      ]),
    );
  }

  /** What is known of a run whose entries have not come, or are no longer kept. */
  #viewOf({ state: _, how, seconds: __, endedAt, judgement, ...known }: EndedRun): RunView {
    const check = { writeup: '', title: '', documented: this.attribute('documented'), fleet: '', commit: '' };
    const header: RunView['header'] = { kind: 'header', ...check, ...known, steps: [] };
    return { header, state: how, steps: [], notes: [], judgement, endedAt, next: 0 };
  }
}

defineClass('v-record', VRecord);
