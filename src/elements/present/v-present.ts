/** The way into a presentation: a button, and `?follow` in the address. No key: one alone would be met by chance, above all by whoever speaks to the computer. The presentation itself is loaded when it is first wanted. */
import type { Session } from '../../client/session/session.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import type { Shown } from './dialog.ts';

export class VPresent extends LiveElement {
  #session: Session | undefined;
  #shown: Shown | undefined;
  #opening = false;
  #signal: AbortSignal | undefined;

  protected connect(signal: AbortSignal): void {
    this.#signal = signal;
    const button = node(
      'button',
      {
        type: 'button',
        class: 'button',
        'aria-haspopup': 'dialog',
        title: 'Full screen, in large type, for a review; others can follow',
      },
      'Present',
    );
    this.replaceChildren(button);
    this.hidden = false;
    button.addEventListener('click', () => this.#open('presenting'), { signal });
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
    import('./dialog.ts')
      .then(({ openPresentation }) => {
        if (signal.aborted) return;
        this.#shown = openPresentation({
          host: this,
          session,
          mode,
          title: this.attribute('title'),
          slides: JSON.parse(this.attribute('slides')),
          roles: this.attribute('roles'),
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

customElements.define('v-present', VPresent);
