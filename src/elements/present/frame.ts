/** What stands around a presentation and never leaves it: where we are, the verdict, whether the limitation reproduces, and the keys. */
import type { Action, Place, View } from '../../client/view/present.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { node } from '../base/dom.ts';
import { helpPanel, legend, type Shuttable } from './legend.ts';
import type { Mode } from './leading.ts';
import type { Slide } from './stage.ts';

export type Frame = {
  readonly dialog: HTMLDialogElement;
  /** What is shown scrolls in here. */
  readonly stage: HTMLElement;
  readonly isHelping: boolean;
  print(text: string): void;
  help(open: boolean): void;
  /** Shuts what a key does, or opens it again. */
  shut(act: Shuttable, why: string | undefined): void;
  show(place: Place, order: readonly string[], slides: readonly Slide[], state: State): void;
};

type Framing = {
  readonly title: string;
  readonly mode: Mode;
  readonly views: readonly View[];
  readonly act: (act: Action) => void;
  readonly signal: AbortSignal;
};

const WHOLE = { roles: 'From every vantage', picture: 'The picture' } as const;

export function frame({ title, mode, views, act, signal }: Framing): Frame {
  const status = document.createElement('v-status');
  status.className = 'status-facts';
  const limitation = document.querySelector('v-limitation')?.cloneNode(true);
  const who = node('p', { class: 'present-who', role: 'status' });
  const tally = node('span', { class: 'present-tally' });
  const count = node('span', {});
  const heading = node('h2', {});
  const where = node('p', { class: 'present-where' });
  const verdict = node('div', { class: 'present-verdict' });
  const strip = node('div', { class: 'present-strip', 'aria-hidden': 'true' });
  const stage = node('div', { class: 'present-stage', tabindex: '0', role: 'region', 'aria-label': 'Shown' });
  const keys = legend(mode, views, act, signal);
  const help = helpPanel(mode, signal);
  const announcer = document.createElement('v-announcer');
  announcer.className = 'visually-hidden';
  announcer.setAttribute('role', 'log');
  announcer.setAttribute('aria-live', 'polite');
  announcer.setAttribute('aria-label', 'Verdicts of the presentation');
  const dialog = node(
    'dialog',
    { class: 'present', 'data-mode': mode, 'aria-label': `Presentation: ${title}` },
    node(
      'div',
      { class: 'present-top' },
      node('div', { class: 'present-limitation' }, ...(limitation ? [limitation] : [node('b', {}, title)])),
      status,
      who,
    ),
    node(
      'div',
      { class: 'present-head' },
      node(
        'div',
        {},
        node('p', { class: 'present-count' }, count, tally),
        node('div', { 'aria-live': 'polite' }, heading),
        where,
      ),
      verdict,
    ),
    stage,
    help,
    node('div', { class: 'present-foot' }, strip, keys.bar),
    announcer,
  );
  let shown = '';
  return {
    dialog,
    stage,
    get isHelping() {
      return !help.hidden;
    },
    print(text) {
      if (who.textContent !== text) who.textContent = text;
    },
    shut: keys.shut,
    help(open) {
      help.hidden = !open;
      keys.pressed('help', open);
      if (open) help.focus();
      else stage.focus();
    },
    show({ slide, view }, order, slides, state) {
      tally.textContent = tallyOf(state, order);
      strip.replaceChildren(...order.map((id) => dot(id, id === slide, state)));
      if (shown === `${slide} ${view}`) return;
      shown = `${slide} ${view}`;
      const found = slides.find(({ id }) => id === slide);
      const whole = view === 'matrix' || view === 'picture' ? WHOLE[view] : undefined;
      count.textContent = whole === undefined ? `${order.indexOf(slide) + 1} of ${order.length}` : title;
      heading.textContent = whole ?? found?.title ?? slide;
      where.textContent = whole === undefined && found ? `on ${found.where}` : '';
      verdict.replaceChildren(...(whole === undefined && found ? judged(found, mode) : []));
      for (const one of views) keys.pressed(one, one === view);
    },
  };
}

/** The verdict of the check at hand, and the button that takes it or cancels it. */
function judged({ id, hash, title }: Slide, mode: Mode): HTMLElement[] {
  const made = document.createElement('v-verdict');
  Object.assign(made.dataset, { check: id, hash });
  if (mode === 'following') return [made];
  const run = document.createElement('v-run');
  Object.assign(run.dataset, { check: id, title });
  return [made, run];
}

/** One small sign a check: which have been taken, and how they came out. */
function dot(id: string, current: boolean, state: State): HTMLElement {
  const { last, activity } = checkStateOf(state, id);
  const verdict =
    activity.at === 'requested' || activity.at === 'accepted' || activity.at === 'active'
      ? 'running'
      : last === undefined
        ? 'not-run'
        : last.source === 'recording'
          ? 'recording'
          : last.judgement.verdict;
  return node('span', { 'data-verdict': verdict, ...(current ? { 'data-current': '' } : {}) });
}
