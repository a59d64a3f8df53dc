/** The keys of a presentation: a legend whose entries are buttons too, and the help that says them in sentences. */
import type { Action, View } from '../../client/view/present.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';
import { disabledButton } from '../base/disabledButton.ts';
import type { Mode } from './leading.ts';

type Key = { readonly act: Action; readonly key: string; readonly word: string; readonly message: string };

const KEYS: readonly Key[] = [
  { act: 'back', key: '←', word: 'back', message: 'The check before.' },
  { act: 'next', key: '→', word: 'next', message: 'The next check. The blank and Page Down do the same.' },
  { act: 'run', key: 'r', word: 'run', message: 'Takes this check now; in the matrix, every cell of it.' },
  { act: 'all', key: 'a', word: 'run all', message: 'Takes every check of the page.' },
  {
    act: 'difference',
    key: 'd',
    word: 'difference',
    message: 'Documented and observed, word for word. Again: back.',
  },
  { act: 'matrix', key: 'v', word: 'matrix', message: 'All vantages side by side. Again: back.' },
  { act: 'picture', key: 'g', word: 'picture', message: 'The picture of the network. Again: back.' },
  { act: 'freeze', key: 'f', word: 'freeze', message: 'Makes a pinned record of what is shown.' },
  { act: 'help', key: '?', word: 'help', message: 'This list.' },
  { act: 'end', key: 'Esc', word: 'end', message: 'Ends the presentation, for those who follow too.' },
];
/** A follower leaves; everything else is the presenter's. */
const FOLLOWING: readonly Key[] = [
  { act: 'help', key: '?', word: 'help', message: 'This list.' },
  {
    act: 'end',
    key: 'Esc',
    word: 'leave',
    message: 'Leaves the presentation; it goes on without this screen.',
  },
];

/** Not everybody may do these. */
const SHUTTABLE = ['run', 'all', 'freeze'] as const;
export type Shuttable = (typeof SHUTTABLE)[number];

export type Legend = {
  readonly bar: HTMLElement;
  /** Marks what is shown just now. */
  pressed(act: Action, on: boolean): void;
  /** A press says why not, as the key does. */
  shut(act: Shuttable, why: string | undefined): void;
};

export function legend(
  mode: Mode,
  views: readonly View[],
  act: (act: Action) => void,
  signal: AbortSignal,
): Legend {
  const keys = (mode === 'following' ? FOLLOWING : KEYS).filter(
    (one) => !(one.act === 'matrix' || one.act === 'picture') || views.includes(one.act),
  );
  const buttons = new Map(
    keys.map((one) => {
      const button = node(
        'button',
        { type: 'button', 'aria-keyshortcuts': SHORTCUT[one.key] ?? one.key },
        node('kbd', { 'aria-hidden': 'true' }, one.key),
        node('span', {}, one.word),
      );
      button.addEventListener('click', () => act(one.act), { signal });
      return [one.act, button];
    }),
  );
  for (const one of ['difference', 'matrix', 'picture', 'help'] as const)
    buttons.get(one)?.setAttribute('aria-pressed', 'false');
  const locks = new Map(
    SHUTTABLE.flatMap((one) => {
      const button = buttons.get(one);
      return button === undefined ? [] : [[one, disabledButton(button)] as const];
    }),
  );
  const notes = [...locks.values()].map(({ note }) => note);
  return {
    bar: node(
      'div',
      { class: 'present-keys', role: 'toolbar', 'aria-label': 'Keys' },
      ...buttons.values(),
      ...notes,
    ),
    shut: (one, why) => locks.get(one)?.set(why),
    pressed: (one, on) => {
      const button = buttons.get(one);
      if (button?.hasAttribute('aria-pressed')) button.setAttribute('aria-pressed', String(on));
    },
  };
}

const SHORTCUT: Readonly<Record<string, string>> = { '←': 'ArrowLeft', '→': 'ArrowRight', Esc: 'Escape' };

/** Says what each key does, and how a second screen follows. */
export function helpPanel(mode: Mode, signal: AbortSignal): HTMLElement {
  const keys = mode === 'following' ? FOLLOWING : KEYS;
  const address = `${location.origin}${location.pathname}?follow`;
  const shown = node('code', {}, address);
  const copy = node('button', { type: 'button', class: 'quiet' }, 'Copy');
  copyOnClick(copy, () => address, shown, signal);
  return node(
    'section',
    { class: 'present-help', tabindex: '-1', 'aria-label': 'Help', hidden: '' },
    node('h3', {}, 'Keys'),
    node(
      'dl',
      {},
      ...keys.flatMap(({ key, message }) => [node('dt', {}, node('kbd', {}, key)), node('dd', {}, message)]),
    ),
    node('h3', {}, 'A second screen'),
    node('p', {}, 'This address follows whoever presents, and never starts a run: ', shown, ' ', copy),
    node('p', {}, 'F11 lets the browser itself fill the screen.'),
  );
}
