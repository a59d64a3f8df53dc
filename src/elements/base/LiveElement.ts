/** What every element here shares: it wakes when it enters the page, and everything it began ends when it leaves. */
import { acquireSession } from '../../client/session/browser.ts';
import type { Session } from '../../client/session/session.ts';

export abstract class LiveElement extends HTMLElement {
  #life: AbortController | undefined;

  connectedCallback(): void {
    this.#life = new AbortController();
    this.connect(this.#life.signal);
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  /** Called each time the element enters the page. Listeners and subscriptions end with `signal`. */
  protected abstract connect(signal: AbortSignal): void;

  /** The session of the writeup around the element, or `around` another one, or nothing outside of one. `draw` is called now and at every change. */
  protected session(
    signal: AbortSignal,
    draw: (session: Session) => void,
    around: Element = this,
  ): Session | undefined {
    const writeup = around.closest<HTMLElement>('[data-writeup]')?.dataset.writeup;
    if (writeup === undefined || writeup === '') return undefined;
    const { session, release } = acquireSession(writeup);
    const stop = session.subscribe(() => draw(session));
    signal.addEventListener('abort', () => {
      stop();
      release();
    });
    draw(session);
    return session;
  }

  protected attribute(name: string): string {
    const value = this.dataset[name];
    if (value === undefined) throw new Error(`<${this.localName}>: expected data-${name}, found none`);
    return value;
  }
}

/** Calls back every so often until the signal. */
export function callEvery(ms: number, signal: AbortSignal, then: () => void): void {
  const timer = setInterval(then, ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}
