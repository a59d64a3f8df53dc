/** A button that the reader may not press: it stays where it is and can be reached. Why not is its description, and is shown and announced when it is pressed; so is a refusal. */
import type { Answer } from '../../client/state/requests.ts';
import { node, shape } from './dom.ts';

export type DisabledButton = {
  /** Stands beside the button. */
  readonly note: HTMLElement;
  /** Why the button may not be pressed. With `isShut` false: what a press leaves out. Nothing: all may be done. */
  set(why: string | undefined, isShut?: boolean): void;
  /** Called at each press: what was said before is over. True, and why not is said, when it may not be pressed. */
  isRefused(): boolean;
  print(text: string): void;
  /** Shows a refusal where it was pressed. */
  showRefusal(answer: Answer): void;
};

let made = 0;

export function disabledButton(button: HTMLButtonElement): DisabledButton {
  made += 1;
  const reason = node('span', { id: `why-not-${made}`, hidden: '' });
  const said = node('span', { class: 'said', role: 'status' });
  const sign = shape('lock');
  sign.classList.add('lock');
  let known: string | undefined;
  let shut = false;
  const print = (text: string) => {
    said.textContent = text;
  };
  return {
    note: node('span', { class: 'lock-note' }, reason, said),
    set(why, isShut = true) {
      if (why === known && (why !== undefined && isShut) === shut) return;
      // What was said of a right that has come since is no longer true.
      if (shut && said.textContent === known) print('');
      known = why;
      shut = why !== undefined && isShut;
      reason.textContent = why ?? '';
      if (why === undefined) button.removeAttribute('aria-describedby');
      else button.setAttribute('aria-describedby', reason.id);
      if (shut) {
        button.setAttribute('aria-disabled', 'true');
        button.prepend(sign);
      } else {
        button.removeAttribute('aria-disabled');
        sign.remove();
      }
    },
    isRefused() {
      print(shut ? (known ?? '') : '');
      return shut;
    },
    print,
    showRefusal(answer) {
      if (answer.how === 'refused') print(answer.message);
    },
  };
}
