/** Plays one step of a record again, as it once came: with its own timing, at a speed, from any moment. The controls are left to `replay-bar.ts`. */
import { START_CLOCK, type Clock, pause, placeOf, play, seek, withSpeed } from '../../client/replay/clock.ts';
import { timelineOf } from '../../client/replay/readEntries.ts';
import {
  countUntil,
  momentAnchor,
  readMoment,
  type Moment,
  type Timeline,
} from '../../client/replay/timeline.ts';
import { size } from '../../client/state/format.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { createBar, type Bar } from './replayControls.ts';
import type { Screen } from './terminal.ts';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

type Part = {
  readonly moments: readonly Moment[];
  readonly from: number;
  readonly until: number;
  readonly left: number;
};

class VReplay extends LiveElement {
  #clock: Clock = START_CLOCK;
  #part: Part | undefined;
  #screen: Screen | undefined;
  #bar: Bar | undefined;
  /** How many of the moments are drawn. */
  #drawn = 0;
  #opening = false;
  #say = node('p', { class: 'replay-say', role: 'status' });

  protected connect(signal: AbortSignal): void {
    this.#offer(signal);
    const look = () => {
      const moment = readMoment(location.hash);
      if (moment?.check !== this.attribute('anchor') || moment.step !== this.attribute('step')) return;
      void this.#open(signal, moment.ms);
    };
    addEventListener('hashchange', look, { signal });
    signal.addEventListener('abort', () => this.#end());
    look();
  }

  #offer(signal: AbortSignal): HTMLButtonElement {
    const label = `Replay ${this.attribute('step')}`;
    const button = node('button', { type: 'button', class: 'quiet', 'aria-label': label }, 'Replay');
    button.addEventListener('click', () => void this.#open(signal, undefined), { signal });
    this.#say.textContent = '';
    this.replaceChildren(node('p', { class: 'replay-open' }, button), this.#say);
    return button;
  }

  /** Without a moment it plays from the beginning; with one it rests there. */
  async #open(signal: AbortSignal, ms: number | undefined): Promise<void> {
    if (this.#part !== undefined && ms !== undefined) return this.#rest(ms);
    if (this.#opening) return;
    this.#opening = true;
    this.#say.textContent = 'Reading the record …';
    try {
      const [timeline, { openScreen }] = await Promise.all([
        timelineOf(this.attribute('run')),
        import('./terminal.ts'),
      ]);
      if (signal.aborted) return;
      this.#show(signal, timeline, openScreen);
      if (ms === undefined) this.#go();
      else this.#rest(ms);
    } catch (error) {
      console.error(error);
      this.#say.textContent =
        'This record cannot be read for a replay. Its text is above; try again, or take the asciicast.';
    } finally {
      this.#opening = false;
    }
  }

  #show(
    signal: AbortSignal,
    timeline: Timeline,
    openScreen: typeof import('./terminal.ts').openScreen,
  ): void {
    const part = partOf(timeline, this.attribute('step'));
    const box = node('div', { class: 'replay-screen' });
    this.#part = part;
    this.#bar = createBar(
      { step: this.attribute('step'), from: part.from, until: part.until, signal },
      {
        toggle: () => (this.#clock.state === 'playing' ? this.#stop() : this.#go()),
        seek: (to) => this.#rest(to, this.#clock.state === 'playing'),
        speed: (speed) => {
          this.#clock = withSpeed(this.#clock, speed, performance.now(), part.until);
        },
        next: (direction) => this.#rest(neighbour(part, this.#at(), direction)),
        link: () =>
          new URL(
            `${location.pathname}${momentAnchor(this.attribute('anchor'), this.attribute('step'), this.#at())}`,
            location.href,
          ).href,
        close: () => {
          this.#end();
          this.#offer(signal).focus();
        },
      },
    );
    this.closest<HTMLElement>('.screen')?.setAttribute('data-replay', 'on');
    this.replaceChildren(box, this.#bar.element, this.#say);
    this.#say.textContent =
      part.left === 0
        ? ''
        : `The first ${size(part.moments.reduce((sum, { bytes }) => sum + bytes.length, 0))} of this step are replayed; ${size(part.left)} of this run came after that and are in its raw stream.`;
    this.#screen = openScreen(box, `Replay of ${this.attribute('step')}`);
    this.#drawn = 0;
    this.#clock = { state: 'resting', at: part.from, speed: 1 };
  }

  #end(): void {
    this.#screen?.close();
    this.#screen = undefined;
    this.#part = undefined;
    this.#clock = START_CLOCK;
    this.closest<HTMLElement>('.screen')?.removeAttribute('data-replay');
  }

  #at = (): number => placeOf(this.#clock, performance.now(), this.#part?.until ?? 0);

  #go(): void {
    const { until = 0, from = 0 } = this.#part ?? {};
    // Whoever asked for stillness gets the whole of it at once, and can look for a moment by hand.
    if (stillness.matches) {
      this.#rest(until);
      return;
    }
    this.#clock = play(this.#clock, performance.now(), until);
    if (this.#at() < from) this.#clock = seek(this.#clock, from, performance.now());
    this.#frame();
  }

  #stop(): void {
    this.#clock = pause(this.#clock, performance.now(), this.#part?.until ?? 0);
    this.#draw();
  }

  #rest(ms: number, goesOn = false): void {
    const { from = 0, until = 0 } = this.#part ?? {};
    const now = performance.now();
    const to = Math.min(until, Math.max(from, ms));
    this.#clock = goesOn ? seek(this.#clock, to, now) : seek(pause(this.#clock, now, until), to, now);
    this.#draw();
    if (!goesOn) this.closest('.screen')?.scrollIntoView({ block: 'nearest' });
  }

  #frame = (): void => {
    if (this.#part === undefined || this.#clock.state !== 'playing') return;
    if (this.#at() >= this.#part.until) this.#stop();
    else {
      this.#draw();
      requestAnimationFrame(this.#frame);
    }
  };

  #draw(): void {
    const part = this.#part;
    if (part === undefined) return;
    const at = this.#at();
    const wanted = countUntil(part.moments, at);
    if (wanted < this.#drawn) {
      this.#screen?.clear();
      this.#drawn = 0;
    }
    for (const { stream, bytes } of part.moments.slice(this.#drawn, wanted))
      this.#screen?.write({ stream, bytes });
    this.#drawn = wanted;
    this.#bar?.show(at, this.#clock.state === 'playing');
  }
}

/** The moments of one step, and from when to when it ran. */
function partOf({ moments, length, left }: Timeline, step: string): Part {
  const own = moments.filter((moment) => moment.step === step);
  const begins = own.find(({ what }) => what === 'begins')?.at ?? own[0]?.at ?? 0;
  const ends = own.findLast(({ what }) => what === 'ends')?.at ?? length;
  return {
    moments: own.filter(({ what }) => what === 'output'),
    from: begins,
    until: Math.max(begins, ends),
    left,
  };
}

/** The place of the next output after this one, or of the one before. */
function neighbour({ moments, from, until }: Part, at: number, direction: 1 | -1): number {
  const times = [from, ...moments.map((moment) => moment.at), until];
  return direction === 1
    ? (times.find((time) => time > at + 0.5) ?? until)
    : (times.findLast((time) => time < at - 0.5) ?? from);
}

customElements.define('v-replay', VReplay);
