/** What surrounds a presentation in every view: who leads it, whether the limitation reproduces, the place, and the keys. */
import {
  type Action,
  legendKeys,
  type Mode,
  type Place,
  type View,
  type Presentation,
} from '../../client/view/present.ts';
import { isBusy, type State, checkStateOf } from '../../client/state/state.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { count as counted } from '../../core/report/units.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { type DisabledButton, disabledButton } from '../base/disabledButton.ts';
import { node } from '../base/dom.ts';

const TOGGLES: readonly Action[] = ['difference', 'matrix', 'picture', 'help'];

export type Slide = {
  readonly id: string;
  readonly title: string;
  readonly hash: string;
  readonly claim: string;
  readonly documented: string;
  /** The page of the check, which has the terminal of its run. */
  readonly address: string;
};

type FrameOptions = {
  readonly title: string;
  readonly mode: Mode;
  readonly slides: readonly Slide[];
  readonly views: readonly View[];
  readonly stage: HTMLElement;
  readonly act: (action: Action) => void;
  readonly signal: AbortSignal;
};

export function frame({ title, mode, slides, views, stage, act, signal }: FrameOptions) {
  const who = node('p', { class: 'present-who', role: 'status' });
  const count = node('span', {});
  const tally = node('span', { class: 'present-tally' });
  const heading = node('h2', {});
  const claim = node('p', { class: 'present-where' });
  const keys = new Map(legendKeys(mode, views).map((key) => [key.action, keyButton(key, act, signal)]));
  const dialog = node(
    'dialog',
    { class: 'present', 'data-mode': mode, 'aria-label': `Presentation: ${title}` },
    node(
      'div',
      { class: 'present-top' },
      node('b', {}, title),
      document.querySelector('v-limitation')?.cloneNode(true),
      who,
      mode === 'presenting' ? linkButton(signal) : undefined,
    ),
    node(
      'div',
      { class: 'present-head' },
      node('p', { class: 'present-count' }, count, tally),
      node('div', { 'aria-live': 'polite' }, heading),
      claim,
    ),
    stage,
    node(
      'div',
      { class: 'present-foot' },
      node(
        'div',
        { class: 'present-keys', role: 'toolbar', 'aria-label': 'Keys' },
        ...[...keys.values()].flatMap(({ button, note }) => [button, note]),
      ),
    ),
    live('v-announcer', {
      ...{ class: 'visually-hidden', role: 'log', 'aria-live': 'polite' },
      'aria-label': 'Verdicts of the presentation',
    }),
  );
  const ids = slides.map(({ id }) => id);
  const press = (action: Action, isPressed: boolean) =>
    keys.get(action)?.button.setAttribute('aria-pressed', String(isPressed));
  return {
    dialog,
    keys,
    /** Opens or closes the help; false when it was closed already. */
    setHelp(open: boolean): boolean {
      const before = 'help' in dialog.dataset;
      dialog.toggleAttribute('data-help', open);
      press('help', open);
      return before;
    },
    print(text: string): void {
      if (who.textContent !== text) who.textContent = text;
    },
    show({ slide, view }: Place, state: State): void {
      tally.textContent = tallyOf(state, ids);
      for (const one of views) if (TOGGLES.includes(one)) press(one, one === view);
      const found =
        view === 'matrix' || view === 'picture' ? undefined : slides.find(({ id }) => id === slide);
      count.textContent = found ? `${ids.indexOf(slide) + 1} of ${ids.length}` : counted(ids.length, 'check');
      const name = found?.title ?? (view === 'matrix' ? 'All checks' : 'The picture');
      // Written again, it would be announced again.
      if (heading.textContent !== name) heading.textContent = name;
      claim.textContent = found?.claim ?? '';
    },
  };
}

function keyButton(
  { action, keys, label, word, message }: ReturnType<typeof legendKeys>[number],
  act: (action: Action) => void,
  signal: AbortSignal,
): DisabledButton {
  const button = node(
    'button',
    { type: 'button', class: 'quiet', 'data-action': action, 'aria-keyshortcuts': keys[0] ?? label },
    node('kbd', { 'aria-hidden': 'true' }, label),
    node('span', {}, word),
    node('small', {}, message),
  );
  if (TOGGLES.includes(action)) button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => act(action), { signal });
  return disabledButton(button);
}

/** The link that a second screen needs: it follows whoever presents, and never starts a run. */
function linkButton(signal: AbortSignal): HTMLButtonElement {
  const button = node('button', { type: 'button', class: 'quiet' }, 'Copy link to follow');
  copyOnClick(button, () => `${location.origin}${location.pathname}?follow`, button, signal);
  return button;
}

export function live(tag: `v-${string}`, attributes: Readonly<Record<string, string>>): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** The colour and shape of a check as the room sees it: its verdict, or that it runs. */
export function lookOf(state: State, id: string): string {
  const check = checkStateOf(state, id);
  const last = check.last?.source === 'recording' ? 'recording' : check.last?.judgement.verdict;
  return isBusy(check) ? 'running' : (last ?? 'not-run');
}

/** `refused` is what the server answered last, if it did not show the place to others. */
export function leaderSentence(
  mode: Mode,
  { presenting, readers, link }: State,
  { slides }: Presentation,
  refused: string | undefined,
): string {
  if (link.state === 'connecting' || link.state === 'waiting')
    return 'The connection is lost. The page reconnects by itself.';
  if (mode === 'following') {
    if (presenting === null)
      return 'The presenter has left. This screen follows again when somebody presents.';
    return slides.includes(presenting.at.slide)
      ? `Following ${presenting.by}`
      : `Following ${presenting.by}, who shows a check that this page does not have. Reload the page.`;
  }
  if (link.state !== 'open') return 'On this screen only: without a server nobody can follow.';
  if (refused !== undefined) return `On this screen only. ${refused}`;
  const others = readers.length - 1;
  return others < 1
    ? 'You present. Nobody else is here yet.'
    : `You present. ${others} ${others === 1 ? 'other reader is' : 'other readers are'} here and may follow.`;
}
