/** The base of every element here: it connects when it enters the page, and everything it started ends when it leaves. */
import { acquireSession } from '../../client/session/browser.ts';
import type { Session } from '../../client/session/session.ts';
import type { State } from '../../client/state/state.ts';

export abstract class LiveElement extends HTMLElement {
  #life: AbortController | undefined;

  connectedCallback(): void {
    const life = new AbortController();
    this.#life = life;
    inTurn(() => {
      if (!life.signal.aborted) this.connect(life.signal);
    });
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }

  /** Called each time the element enters the page. Listeners and subscriptions end with `signal`. */
  protected abstract connect(signal: AbortSignal): void;

  /** The session of the writeup around `around`, undefined outside of one. `draw` is called now and at every change. */
  session(
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

  /** Draws what `read` returns, now and whenever it has changed. With `ticking` the passing of time is a change too. */
  watch<T>(
    signal: AbortSignal,
    read: (state: State) => T,
    draw: (value: T) => void,
    ticking?: 'ticking',
  ): Session | undefined {
    let drawn: string | undefined;
    const update = ({ state }: Session) => {
      const value = read(state);
      const key = JSON.stringify(value) ?? '';
      if (key === drawn) return;
      drawn = key;
      draw(value);
    };
    const session = this.session(signal, update);
    if (session && ticking) onTick(signal, () => update(session));
    return session;
  }

  attribute(name: string): string {
    const value = this.dataset[name];
    if (value === undefined) throw new Error(`<${this.localName}>: expected data-${name}, found none`);
    return value;
  }
}

/** A phone is four times slower, and a task of 50 ms is one that a reader feels. */
const SLICE_MS = 4;
const waiting: (() => void)[] = [];
let isWorking = false;
const turns = new MessageChannel();
turns.port1.onmessage = () => {
  const end = performance.now() + SLICE_MS;
  isWorking = true;
  try {
    while (waiting.length > 0 && performance.now() < end) waiting.shift()?.();
  } finally {
    isWorking = false;
    // An element that throws keeps none of the others from connecting.
    if (waiting.length > 0) turns.port2.postMessage(undefined);
  }
};

/** Does it soon, after what waits already, a slice at a time: the page answers its reader meanwhile. */
export function inSlices(work: () => void): void {
  if (waiting.push(work) === 1 && !isWorking) turns.port2.postMessage(undefined);
}

/** While the page loads, in slices; afterwards at once. */
function inTurn(work: () => void): void {
  if (document.readyState === 'complete' && waiting.length === 0 && !isWorking) work();
  else inSlices(work);
}

/** Registers an element. All of its name that are in the page wake up then, which is why it always waits for its turn. */
export function defineClass(tag: string, element: CustomElementConstructor): void {
  inSlices(() => customElements.define(tag, element));
}

/** Registers an element that is no more than what it does each time that it enters the page. Listeners and subscriptions end with `signal`. */
export function define(tag: string, connect: (element: LiveElement, signal: AbortSignal) => void): void {
  const own = class extends LiveElement {
    protected connect(signal: AbortSignal): void {
      connect(this, signal);
    }
  };
  defineClass(tag, own);
}

/** Calls back every so often until the signal. */
export function callEvery(ms: number, signal: AbortSignal, then: () => void): void {
  const timer = setInterval(then, ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}

const TICK_MS = 10_000;
const ticking = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls back every ten seconds until the signal, with all others at once: the ages on a page change together. */
export function onTick(signal: AbortSignal, then: () => void): void {
  ticking.add(then);
  timer ??= setInterval(() => {
    for (const one of [...ticking]) one();
  }, TICK_MS);
  signal.addEventListener('abort', () => {
    ticking.delete(then);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
}
