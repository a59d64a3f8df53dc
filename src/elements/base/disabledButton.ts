/** A button that the reader may not press stays focusable. The reason is its accessible description, shown and announced on a press; so is a refusal. */
import type { Answer } from '../../client/state/requests.ts';
import { node, shape } from './dom.ts';

export type DisabledButton = ReturnType<typeof disabledButton>;

let count = 0;

export function disabledButton(button: HTMLButtonElement) {
  count += 1;
  const description = node('span', { id: `disabled-reason-${count}`, hidden: '' });
  const status = node('span', { class: 'said', role: 'status' });
  const sign = shape('lock');
  sign.classList.add('lock');
  let known: string | undefined;
  let disabled = false;
  const print = (text: string) => {
    status.textContent = text;
  };
  return {
    button,
    /** Belongs next to the button. */
    note: node('span', { class: 'lock-note' }, description, status),
    /** Why the button is disabled, or with `isDisabled` false, what a press leaves out. Undefined: neither. */
    setReason(reason: string | undefined, isDisabled = true) {
      if (reason === known && (reason !== undefined && isDisabled) === disabled) return;
      // The reader has the permission now: the sentence is no longer true.
      if (disabled && status.textContent === known) print('');
      known = reason;
      disabled = reason !== undefined && isDisabled;
      description.textContent = reason ?? '';
      if (reason === undefined) button.removeAttribute('aria-describedby');
      else button.setAttribute('aria-describedby', description.id);
      if (disabled) {
        button.setAttribute('aria-disabled', 'true');
        button.prepend(sign);
      } else {
        button.removeAttribute('aria-disabled');
        sign.remove();
      }
    },
    /** Clears the note. True, and the reason is shown, when the button is disabled. */
    isRefused() {
      print(disabled ? (known ?? '') : '');
      return disabled;
    },
    print,
    showRefusal(answer: Answer) {
      if (answer.how === 'refused') print(answer.message);
    },
  };
}

export type ActionButton = DisabledButton & {
  /** `sign` is drawn before the text; `label` is what screen readers say. */
  setText(text: string, sign?: string, label?: string): void;
};

/** A button with a sign and a text. `press` is not called while it is disabled. */
export function actionButton(
  text: string,
  sign: string | undefined,
  signal: AbortSignal,
  press: (own: ActionButton) => void,
): ActionButton {
  const word = node('span', {});
  const box = node('span', { class: 'sign-box' });
  const button = node('button', { type: 'button', class: 'button' }, box, word);
  const own: ActionButton = {
    ...disabledButton(button),
    setText(newText, newSign, label) {
      if (word.textContent === newText) return;
      word.textContent = newText;
      box.replaceChildren(...(newSign === undefined ? [] : [shape(newSign)]));
      if (label !== undefined) button.setAttribute('aria-label', label);
    },
  };
  own.setText(text, sign);
  button.addEventListener('click', () => own.isRefused() || press(own), { signal });
  return own;
}
