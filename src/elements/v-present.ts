/** The way into a presentation: a button, the key p, and `?follow` in the address. The presentation itself is loaded when it is first wanted. */
import type { Session } from '../client/session.ts';
import { node } from './dom.ts';
import { Woken } from './element.ts';
import type { Shown } from './present-dialog.ts';

export class VPresent extends Woken {
  #session: Session | undefined;
  #shown: Shown | undefined;
  #opening = false;
  #signal: AbortSignal | undefined;

  protected wake(signal: AbortSignal): void {
    this.#signal = signal;
    const key = node('kbd', { 'aria-hidden': 'true' }, 'p');
    const button = node(
      'button',
      {
        type: 'button',
        class: 'button',
        'aria-haspopup': 'dialog',
        'aria-keyshortcuts': 'p',
        title: 'Full screen, in large type, for a review; others can follow. Key: p',
      },
      'Present',
      key,
    );
    this.replaceChildren(button);
    this.hidden = false;
    button.addEventListener('click', () => this.#open('presenting'), { signal });
    addEventListener(
      'keydown',
      (event) => {
        if (event.key.toLowerCase() !== 'p' || isTyped(event)) return;
        if (document.querySelector('dialog[open]') !== null) return;
        event.preventDefault();
        this.#open('presenting');
      },
      { signal },
    );
    this.#session = this.session(signal, ({ state }) => {
      if (this.#wants && state.presenting !== null && !this.isShown) this.follow();
    });
    signal.addEventListener('abort', () => this.#shown?.close());
  }

  /** The address asks to follow whoever presents. Once left, it is left. */
  #wants = new URLSearchParams(location.search).has('follow');
  get waitsToFollow(): boolean {
    return this.#wants && !this.isShown;
  }

  get isShown(): boolean {
    return this.#shown !== undefined || this.#opening;
  }

  follow(): void {
    this.#open('following');
  }

  #open(mode: 'presenting' | 'following'): void {
    const [session, signal] = [this.#session, this.#signal];
    if (this.isShown || session === undefined || signal === undefined) return;
    this.#opening = true;
    this.#wants = false;
    import('./present-dialog.ts')
      .then(({ openPresentation }) => {
        if (signal.aborted) return;
        this.#shown = openPresentation({
          host: this,
          session,
          mode,
          title: this.fact('title'),
          slides: JSON.parse(this.fact('slides')),
          vantages: this.fact('vantages'),
          ended: () => {
            this.#shown = undefined;
            this.dispatchEvent(new Event('vantage-presented', { bubbles: true }));
          },
        });
        this.dispatchEvent(new Event('vantage-presented', { bubbles: true }));
      })
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        this.#opening = false;
      });
  }
}

/** Whether the key belongs to what is being typed, or to the browser. */
export function isTyped({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  // A terminal has a text field too, which takes nothing.
  const typing =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea:not([readonly]), select'));
  return typing || ctrlKey || metaKey || altKey;
}

customElements.define('v-present', VPresent);
