/** Opens a presentation: by its button, or by `?follow` in the address. No keyboard shortcut: single keys misfire with speech input (WCAG 2.1.4). */
import type { Mode } from '../../client/view/present.ts';
import type { Session } from '../../client/session/session.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import type { OpenPresentation } from './dialog.ts';

export class VPresent extends LiveElement {
  #session: Session | undefined;
  #presentation: OpenPresentation | undefined;
  #isOpening = false;
  #signal: AbortSignal | undefined;
  /** The address asks to follow the presenter, until the reader leaves. */
  #wantsToFollow = new URLSearchParams(location.search).has('follow');

  protected connect(signal: AbortSignal): void {
    this.#signal = signal;
    const title = 'Full screen, in large type, for a review; others can follow';
    const attributes = { type: 'button', class: 'button', 'aria-haspopup': 'dialog', title };
    const button = node('button', attributes, 'Present');
    button.addEventListener('click', () => this.open('presenting'), { signal });
    this.replaceChildren(button);
    this.hidden = false;
    this.#session = this.session(signal, ({ state }) => {
      if (this.waitsToFollow && state.presenting !== null) this.open('following');
    });
    signal.addEventListener('abort', () => this.#presentation?.close());
  }

  get waitsToFollow(): boolean {
    return this.#wantsToFollow && !this.isShown;
  }

  get isShown(): boolean {
    return this.#presentation !== undefined || this.#isOpening;
  }

  open(mode: Mode): void {
    const [session, signal] = [this.#session, this.#signal];
    if (this.isShown || session === undefined || signal === undefined) return;
    this.#isOpening = true;
    this.#wantsToFollow = false;
    const notify = () => this.dispatchEvent(new Event('vantage-presented', { bubbles: true }));
    import('./dialog.ts')
      .then(({ openPresentation }) => {
        if (signal.aborted) return;
        this.#presentation = openPresentation({
          host: this,
          session,
          mode,
          title: this.attribute('title'),
          slides: JSON.parse(this.attribute('slides')),
          roles: this.attribute('roles'),
          onClose: () => {
            this.#presentation = undefined;
            notify();
          },
        });
        notify();
      })
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        this.#isOpening = false;
      });
  }
}

customElements.define('v-present', VPresent);
