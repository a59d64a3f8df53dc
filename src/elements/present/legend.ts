/** The keys of a presentation: a bar of buttons, and a help panel. */
import { type Action, legendKeys, type Mode, type View } from '../../client/view/present.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { type DisabledButton, disabledButton } from '../base/disabledButton.ts';
import { node } from '../base/dom.ts';

/** The actions that need a permission. */
export type PermittedAction = 'run' | 'all' | 'save';
const TOGGLES: readonly Action[] = ['difference', 'matrix', 'picture', 'help'];

export type Legend = {
  readonly bar: HTMLElement;
  /** Marks what is shown now. */
  setPressed(action: Action, isPressed: boolean): void;
  setReason(action: PermittedAction, reason: string | undefined): void;
};

export function legend(
  mode: Mode,
  views: readonly View[],
  act: (action: Action) => void,
  signal: AbortSignal,
): Legend {
  const buttons = new Map<Action, DisabledButton>();
  for (const { action, keys, label, word } of legendKeys(mode, views)) {
    const button = node(
      'button',
      { type: 'button', 'aria-keyshortcuts': keys[0] ?? label },
      node('kbd', { 'aria-hidden': 'true' }, label),
      node('span', {}, word),
    );
    if (TOGGLES.includes(action)) button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => act(action), { signal });
    buttons.set(action, disabledButton(button));
  }
  const all = [...buttons.values()];
  return {
    bar: node(
      'div',
      { class: 'present-keys', role: 'toolbar', 'aria-label': 'Keys' },
      ...all.map(({ button }) => button),
      ...all.map(({ note }) => note),
    ),
    setReason: (action, reason) => buttons.get(action)?.setReason(reason),
    setPressed: (action, isPressed) => {
      if (TOGGLES.includes(action))
        buttons.get(action)?.button.setAttribute('aria-pressed', String(isPressed));
    },
  };
}

/** What each key does, and how a second screen follows. */
export function helpPanel(mode: Mode, views: readonly View[], signal: AbortSignal): HTMLElement {
  const address = `${location.origin}${location.pathname}?follow`;
  const code = node('code', {}, address);
  const copy = node('button', { type: 'button', class: 'quiet' }, 'Copy');
  copyOnClick(copy, () => address, code, signal);
  const keys = legendKeys(mode, views).flatMap(({ label, message }) => [
    node('dt', {}, node('kbd', {}, label)),
    node('dd', {}, message),
  ]);
  return node(
    'section',
    { class: 'present-help', tabindex: '-1', 'aria-label': 'Help', hidden: '' },
    node('h3', {}, 'Keys'),
    node('dl', {}, ...keys),
    node('h3', {}, 'A second screen'),
    node('p', {}, 'This address follows the presenter, and never starts a run: ', code, ' ', copy),
    node('p', {}, 'F11 makes the browser fill the screen.'),
  );
}
