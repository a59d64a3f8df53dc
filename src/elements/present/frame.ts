/** What surrounds a presentation in every view: the place, the verdict, whether the limitation reproduces, and the keys. */
import type { Action, Mode, Place, View } from '../../client/view/present.ts';
import { isBusy, type State, checkStateOf } from '../../client/state/state.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { node } from '../base/dom.ts';
import { helpPanel, legend, type Legend } from './legend.ts';

export type Slide = {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly documented: string;
  readonly hash: string;
  readonly where: string;
};

export type Frame = Pick<Legend, 'setReason'> & {
  readonly dialog: HTMLDialogElement;
  /** What is shown scrolls in here. */
  readonly stage: HTMLElement;
  readonly isHelpOpen: boolean;
  setHelp(open: boolean): void;
  print(text: string): void;
  show(place: Place, state: State): void;
};

type FrameOptions = {
  readonly title: string;
  readonly mode: Mode;
  readonly slides: readonly Slide[];
  readonly views: readonly View[];
  readonly act: (action: Action) => void;
  readonly signal: AbortSignal;
};

export function frame({ title, mode, slides, views, act, signal }: FrameOptions): Frame {
  const limitation = document.querySelector('v-limitation')?.cloneNode(true) ?? node('b', {}, title);
  const who = node('p', { class: 'present-who', role: 'status' });
  const tally = node('span', { class: 'present-tally' });
  const count = node('span', {});
  const heading = node('h2', {});
  const where = node('p', { class: 'present-where' });
  const verdict = node('div', { class: 'present-verdict' });
  const strip = node('div', { class: 'present-strip', 'aria-hidden': 'true' });
  const stage = node('div', { class: 'present-stage', tabindex: '0', role: 'region', 'aria-label': 'Shown' });
  const keys = legend(mode, views, act, signal);
  const help = helpPanel(mode, views, signal);
  const place = node(
    'div',
    {},
    node('p', { class: 'present-count' }, count, tally),
    node('div', { 'aria-live': 'polite' }, heading),
    where,
  );
  const dialog = node(
    'dialog',
    { class: 'present', 'data-mode': mode, 'aria-label': `Presentation: ${title}` },
    node(
      'div',
      { class: 'present-top' },
      node('div', { class: 'present-limitation' }, limitation),
      live('v-status', { class: 'status-facts' }),
      who,
    ),
    node('div', { class: 'present-head' }, place, verdict),
    stage,
    help,
    node('div', { class: 'present-foot' }, strip, keys.bar),
    live('v-announcer', {
      ...{ class: 'visually-hidden', role: 'log', 'aria-live': 'polite' },
      'aria-label': 'Verdicts of the presentation',
    }),
  );
  let shown = '';
  return {
    dialog,
    stage,
    get isHelpOpen() {
      return !help.hidden;
    },
    setHelp(open) {
      help.hidden = !open;
      keys.setPressed('help', open);
      (open ? help : stage).focus();
    },
    print(text) {
      if (who.textContent !== text) who.textContent = text;
    },
    setReason: keys.setReason,
    show({ slide, view }, state) {
      const ids = slides.map(({ id }) => id);
      tally.textContent = tallyOf(state, ids);
      strip.replaceChildren(...ids.map((id) => dot(id, id === slide, state)));
      if (shown === `${slide} ${view}`) return;
      shown = `${slide} ${view}`;
      for (const one of views) keys.setPressed(one, one === view);
      const found = slides.find(({ id }) => id === slide);
      if (view === 'matrix' || view === 'picture' || found === undefined) {
        count.textContent = title;
        heading.textContent = view === 'matrix' ? 'From every vantage' : 'The picture';
        where.textContent = '';
        return verdict.replaceChildren();
      }
      count.textContent = `${ids.indexOf(slide) + 1} of ${ids.length}`;
      heading.textContent = found.title;
      where.textContent = `on ${found.where}`;
      const run =
        mode === 'following' ? [] : [live('v-run', { 'data-check': slide, 'data-title': found.title })];
      verdict.replaceChildren(live('v-verdict', { 'data-check': slide, 'data-hash': found.hash }), ...run);
    },
  };
}

/** One of our elements, with these attributes. */
export function live(tag: `v-${string}`, attributes: Readonly<Record<string, string>>): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** One small sign for each check, in the colour of its verdict. */
function dot(id: string, isCurrent: boolean, state: State): HTMLElement {
  const check = checkStateOf(state, id);
  const last = check.last?.source === 'recording' ? 'recording' : check.last?.judgement.verdict;
  const verdict = isBusy(check) ? 'running' : (last ?? 'not-run');
  return node('span', { 'data-verdict': verdict, ...(isCurrent ? { 'data-current': '' } : {}) });
}
