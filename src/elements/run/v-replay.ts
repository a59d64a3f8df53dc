/** Plays a run of a record again as one session: with its own timing, at a speed, from any moment. */
import { readRun, momentAnchor, readMoment } from '../../client/replay/timeline.ts';
import { jobsOf, typedSteps } from '../../client/view/typedSteps.ts';
import { node } from '../base/dom.ts';
import { defineClass, LiveElement } from '../base/LiveElement.ts';
import { createReplayPlayer, type ReplayPlayer } from './replayPlayer.ts';

class VReplay extends LiveElement {
  #player: ReplayPlayer | undefined;
  /** Ends the player and its screen. */
  #playing = new AbortController();
  #isOpening = false;
  #status = node('p', { class: 'replay-say', role: 'status' });

  protected connect(signal: AbortSignal): void {
    this.#offer(signal);
    const followLink = () => {
      const moment = readMoment(location.hash);
      if (moment?.check === this.attribute('anchor')) void this.#open(signal, moment.ms);
    };
    addEventListener('hashchange', followLink, { signal });
    signal.addEventListener('abort', () => this.#playing.abort());
    followLink();
  }

  #offer(signal: AbortSignal): HTMLButtonElement {
    const button = node('button', { type: 'button', class: 'quiet' }, 'Replay');
    button.addEventListener('click', () => void this.#open(signal, undefined), { signal });
    this.#status.textContent = '';
    this.replaceChildren(button, this.#status);
    return button;
  }

  /** Without a moment it plays from the beginning; with one it rests there. */
  async #open(signal: AbortSignal, ms: number | undefined): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      this.#player ??= await this.#load(signal);
      if (ms === undefined) this.#player?.play();
      else this.#player?.rest(ms);
    } catch (error) {
      console.error(error);
      this.#status.textContent =
        'This record cannot be read for a replay. Its text is below; try again, or download the asciicast.';
    } finally {
      this.#isOpening = false;
    }
  }

  async #load(signal: AbortSignal): Promise<ReplayPlayer | undefined> {
    this.#status.textContent = 'Reading the record …';
    const reading = readRun(this.attribute('run'));
    const [{ view, moments }, { openScreen }] = await Promise.all([reading, import('./terminal.ts')]);
    if (signal.aborted || view === undefined) return undefined;
    const anchor = this.attribute('anchor');
    const steps = typedSteps(view, { shorts: {}, steps: jobsOf(moments) }, 'shown');
    const box = node('div', { class: 'terminal-box' });
    this.#status.textContent = '';
    const body = node('div', { class: 'screen-body' }, box);
    const frame = node('div', { class: 'screen', 'data-ready': '' }, body);
    this.replaceChildren(frame, this.#status);
    const screen = openScreen(box, 'Replay of this run', steps);
    this.#playing = new AbortController();
    this.#playing.signal.addEventListener('abort', () => {
      screen.close();
      this.#player = undefined;
    });
    const player = createReplayPlayer({
      ...{ moments, steps, screen, signal: this.#playing.signal },
      linkTo: (at, step) => new URL(location.pathname + momentAnchor(anchor, step, at), location.href).href,
      close: () => {
        this.#playing.abort();
        this.#offer(signal).focus();
      },
    });
    frame.append(player.controls);
    return player;
  }
}

defineClass('v-replay', VReplay);
