/** Plays one step of a record again: with its own timing, at a speed, from any moment. */
import { timelineOf } from '../../client/replay/readEntries.ts';
import { momentAnchor, readMoment, replayOf, type Timeline } from '../../client/replay/timeline.ts';
import { size } from '../../client/state/format.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
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
      if (moment?.check === this.attribute('anchor') && moment.step === this.attribute('step'))
        void this.#open(signal, moment.ms);
    };
    addEventListener('hashchange', followLink, { signal });
    signal.addEventListener('abort', () => this.#playing.abort());
    followLink();
  }

  #offer(signal: AbortSignal): HTMLButtonElement {
    const label = `Replay ${this.attribute('step')}`;
    const button = node('button', { type: 'button', class: 'quiet', 'aria-label': label }, 'Replay');
    button.addEventListener('click', () => void this.#open(signal, undefined), { signal });
    this.#status.textContent = '';
    this.replaceChildren(node('p', { class: 'replay-open' }, button), this.#status);
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
        'This record cannot be read for a replay. Its text is above; try again, or download the asciicast.';
    } finally {
      this.#isOpening = false;
    }
  }

  async #load(signal: AbortSignal): Promise<ReplayPlayer | undefined> {
    this.#status.textContent = 'Reading the record …';
    const reading = timelineOf(this.attribute('run'));
    const [timeline, { openScreen }] = await Promise.all([reading, import('./terminal.ts')]);
    if (signal.aborted) return undefined;
    const [step, anchor] = [this.attribute('step'), this.attribute('anchor')];
    const replay = replayOf(timeline, step);
    const box = node('div', { class: 'replay-screen' });
    this.replaceChildren(box, this.#status);
    this.#status.textContent = leftSentence(timeline, replay.moments);
    this.closest('.screen')?.setAttribute('data-replay', 'on');
    const screen = openScreen(box, `Replay of ${step}`);
    this.#playing = new AbortController();
    this.#playing.signal.addEventListener('abort', () => {
      screen.close();
      this.#player = undefined;
      this.closest('.screen')?.removeAttribute('data-replay');
    });
    const player = createReplayPlayer({
      ...{ step, replay, screen, signal: this.#playing.signal },
      linkTo: (at) => new URL(location.pathname + momentAnchor(anchor, step, at), location.href).href,
      close: () => {
        this.#playing.abort();
        this.#offer(signal).focus();
      },
    });
    box.after(player.controls);
    return player;
  }
}

function leftSentence({ left }: Timeline, shown: readonly { readonly bytes: Uint8Array }[]): string {
  if (left === 0) return '';
  const bytes = shown.reduce((sum, moment) => sum + moment.bytes.length, 0);
  return `The first ${size(bytes)} of this step are replayed; ${size(left)} of this run came after that and are in its raw stream.`;
}

customElements.define('v-replay', VReplay);
