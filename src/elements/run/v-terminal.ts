/** A run on a screen: one session in a terminal, and the same session as plain text. */
import type { Moment, RunLog } from '../../client/state/runLog.ts';
import { duration } from '../../core/report/format.ts';
import { type Page, placeOf, typedSteps, type TypedSteps } from '../../client/view/typedSteps.ts';
import type { RunView } from '../../core/run/run.ts';
import { count } from '../../core/report/units.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import type { Screen } from './terminal.ts';
import { createTwin } from './twin.ts';

const LABEL = 'Terminal of this run';
const quiet = (label: string) => node('button', { type: 'button', class: 'quiet' }, label);

/** What was written: of which list of moments how many. */
type Written = {
  readonly moments: readonly Moment[];
  readonly steps: TypedSteps;
  readonly twin: ReturnType<typeof createTwin>;
  count: number;
};

export class VTerminal extends LiveElement {
  #log: RunLog | undefined;
  #page: Page = { shorts: {}, steps: [] };
  #follows: AbortController | undefined;
  #written: Written | undefined;
  #screen: Screen | undefined;
  #controls: 'folded' | 'shown' = 'folded';
  #who = node('p', { class: 'screen-who' });
  #fold = quiet('');
  #sign = node('p', { class: 'screen-sign warn', hidden: '' });
  #box = node('div', { class: 'terminal-box' });
  #text = node('pre', { class: 'twin', tabindex: '0', role: 'group', 'aria-label': LABEL });
  #rest = node('p', { class: 'screen-rest', hidden: '' });

  /** Another run takes the place of the one before, on the same screen, which keeps its height. */
  show(log: RunLog, page: Page): this {
    this.#log = log;
    this.#page = page;
    this.#follow();
    return this;
  }

  protected connect(signal: AbortSignal): void {
    this.className = 'screen';
    const asText = quiet('As text');
    asText.setAttribute('aria-pressed', 'false');
    const toggle = () => asText.setAttribute('aria-pressed', String(this.toggleAttribute('data-text')));
    asText.addEventListener('click', toggle, { signal });
    const fold = () => {
      this.#controls = this.#controls === 'folded' ? 'shown' : 'folded';
      this.#written = undefined;
      this.#draw();
    };
    this.#fold.addEventListener('click', fold, { signal });
    const copy = quiet('Copy');
    copyOnClick(copy, () => this.#text.textContent ?? '', this.#text, signal);
    this.replaceChildren(
      node('div', { class: 'screen-head' }, this.#who, this.#fold, asText, copy),
      this.#sign,
      node('div', { class: 'screen-body' }, this.#box, this.#text),
      this.#rest,
    );
    this.#follow();
    signal.addEventListener('abort', () => {
      this.#follows?.abort();
      this.#screen?.close();
      this.#screen = undefined;
      this.#box.replaceChildren();
      this.removeAttribute('data-ready');
    });
    this.#load(signal);
  }

  #follow(): void {
    this.#follows?.abort();
    this.#written = undefined;
    if (this.#log === undefined || !this.isConnected) return;
    const follows = new AbortController();
    this.#follows = follows;
    let isWaiting = false;
    const draw = () => {
      isWaiting = false;
      if (!follows.signal.aborted) this.#draw();
    };
    // At most once a frame.
    const stop = this.#log.subscribe(() => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(draw);
    });
    follows.signal.addEventListener('abort', stop);
    draw();
  }

  #draw(): void {
    const { view, moments } = this.#log ?? {};
    if (view === undefined || moments === undefined) return;
    // Another list: the log began anew.
    if (this.#written?.moments !== moments) this.#written = this.#begin(view, moments);
    const written = this.#written;
    for (; written.count < moments.length; written.count += 1) {
      const moment = moments[written.count];
      if (moment === undefined) break;
      written.twin.feed(moment);
      this.#screen?.write(moment);
    }
    this.#drawAround(view, written);
  }

  #begin(view: RunView, moments: readonly Moment[]): Written {
    const steps = typedSteps(view, this.#page, this.#controls);
    // Nothing below moves while it fills again.
    this.#text.style.minHeight = `${this.#text.offsetHeight}px`;
    this.#text.replaceChildren();
    this.#screen?.clear(steps);
    this.#rest.hidden = true;
    return { moments, steps, twin: createTwin(this.#text, steps), count: 0 };
  }

  /** Who answered and how long it took; the controls; what is not shown or could deceive. */
  #drawAround({ header, steps, state, endedAt }: RunView, { moments, twin }: Written): void {
    const answered = new Set(
      header.steps
        .filter((_, index) => steps[index] !== undefined && 'identity' in steps[index])
        .map((step) => placeOf(step, header, this.#page)),
    );
    const seconds = (Date.parse(endedAt ?? '') - Date.parse(header.startedAt)) / 1000;
    const time = Number.isNaN(seconds)
      ? state
      : node('span', { title: `${seconds} s` }, duration(Math.max(0, seconds)));
    this.#who.replaceChildren([...answered].join(', ') || 'no machine has answered', ' · ', time);

    const controls = [...typedSteps({ header }, this.#page, 'folded').values()].filter(
      ({ folded }) => folded !== undefined,
    ).length;
    this.#fold.hidden = controls === 0;
    this.#fold.textContent = `${this.#controls === 'folded' ? 'Show' : 'Fold'} ${count(controls, 'control')}`;

    const sentence = twin.unseen();
    this.#sign.hidden = sentence === undefined;
    if (sentence !== undefined && this.#sign.textContent !== sentence) this.#sign.textContent = sentence;
    const isPart = moments.some(({ what }) => what === 'left-out' || what === 'limit');
    if (!isPart || !this.#rest.hidden || header.source === 'recording') return;
    this.#rest.hidden = false;
    this.#rest.replaceChildren(node('a', { href: `/runs/${header.run}.log` }, 'All of its output, raw'));
  }

  /** Until it has come, and if it does not come, the text stands there. */
  #load(signal: AbortSignal): void {
    import('./terminal.ts')
      .then(({ openScreen }) => {
        if (signal.aborted) return;
        const { moments = [], steps = new Map(), count: until = 0 } = this.#written ?? {};
        this.setAttribute('data-ready', '');
        const screen = openScreen(this.#box, LABEL, steps);
        for (const moment of moments.slice(0, until)) screen.write(moment);
        this.#screen = screen;
      })
      .catch((error: unknown) => {
        console.error(error);
      });
  }
}

customElements.define('v-terminal', VTerminal);
