/** The controls of a replay: play, a slider over its time, speed, a link to the moment. What they do is left to `v-replay.ts`. */
import { SPEEDS } from '../../client/replay/clock.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';

export type Bar = {
  readonly element: HTMLElement;
  /** Milliseconds since the run began. */
  show(at: number, isPlaying: boolean): void;
};

export type BarFacts = {
  readonly step: string;
  readonly from: number;
  readonly until: number;
  readonly signal: AbortSignal;
};

export type BarDeeds = {
  toggle(): void;
  seek(to: number): void;
  speed(speed: number): void;
  next(direction: 1 | -1): void;
  /** The address of the moment that is shown. */
  link(): string;
  close(): void;
};

const STEP_MS = 1;
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** Keys in the bar: space plays and pauses, a comma and a full stop go to the output before and after, Escape ends it. */
export function createBar({ step, from, until, signal }: BarFacts, deeds: BarDeeds): Bar {
  const play = node('button', { type: 'button', class: 'quiet play' }, 'Play');
  const place = node('input', {
    type: 'range',
    min: String(Math.floor(from)),
    max: String(Math.ceil(until)),
    step: String(STEP_MS),
    'aria-label': `Moment of ${step}`,
  });
  const time = node('output', {});
  const speed = node(
    'select',
    { 'aria-label': 'Speed' },
    ...SPEEDS.map((one) =>
      node('option', { value: String(one), ...(one === 1 ? { selected: '' } : {}) }, `${one}×`),
    ),
  );
  const link = node('button', { type: 'button', class: 'quiet' }, 'Link to this moment');
  const close = node('button', { type: 'button', class: 'quiet' }, 'Close');
  const element = node(
    'div',
    { class: 'replay-bar', role: 'group', 'aria-label': `Replay of ${step}` },
    play,
    place,
    time,
    speed,
    link,
    close,
  );
  play.addEventListener('click', () => deeds.toggle(), { signal });
  place.addEventListener('input', () => deeds.seek(Number(place.value)), { signal });
  speed.addEventListener('change', () => deeds.speed(Number(speed.value)), { signal });
  close.addEventListener('click', () => deeds.close(), { signal });
  copyOnClick(link, () => deeds.link(), time, signal);
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === ' ' && !(event.target instanceof HTMLButtonElement)) deeds.toggle();
      else if (event.key === '.') deeds.next(1);
      else if (event.key === ',') deeds.next(-1);
      else if (event.key === 'Escape') deeds.close();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  return {
    element,
    show(at, isPlaying) {
      const word = isPlaying ? 'Pause' : 'Play';
      if (play.textContent !== word) play.textContent = word;
      place.value = String(Math.round(at));
      const words = `${seconds(at)} s of ${seconds(until)} s`;
      place.setAttribute('aria-valuetext', words);
      time.textContent = words;
    },
  };
}
