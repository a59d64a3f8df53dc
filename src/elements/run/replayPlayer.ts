/** Plays a run on a screen: play, a slider over its time, speed, a link to the moment. */
import { createClock, SPEEDS, countUntil, neighbour } from '../../client/replay/timeline.ts';
import type { Moment } from '../../client/state/runLog.ts';
import type { TypedSteps } from '../../client/view/typedSteps.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { node } from '../base/dom.ts';
import type { Screen } from './terminal.ts';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

export type ReplayOptions = {
  readonly moments: readonly Moment[];
  readonly steps: TypedSteps;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** The address of a moment, by the step that was last seen then. */
  readonly linkTo: (ms: number, step: string) => string;
  readonly close: () => void;
};

export type ReplayPlayer = ReturnType<typeof createReplayPlayer>;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const quiet = (label: string) => node('button', { type: 'button', class: 'quiet' }, label);

/** Keys in the controls: space plays and pauses, a comma and a full stop go to the output before and after, Escape ends it. */
export function createReplayPlayer({ moments, steps, screen, signal, linkTo, close }: ReplayOptions) {
  const [from, until] = [moments[0]?.at ?? 0, moments.at(-1)?.at ?? 0];
  const clock = createClock(() => performance.now(), from, until);
  let drawn = 0;

  const playButton = quiet('Play');
  playButton.classList.add('play');
  const place = node('input', {
    type: 'range',
    min: String(Math.floor(from)),
    max: String(Math.ceil(until)),
    step: '1',
    'aria-label': 'Moment of this run',
  });
  const time = node('output', {});
  const options = SPEEDS.map((one) => node('option', { value: String(one) }, `${one}×`));
  const speed = node('select', { 'aria-label': 'Speed' }, ...options);
  speed.value = '1';
  const link = quiet('Link to this moment');
  const closeButton = quiet('Close');
  const controls = node(
    'div',
    { class: 'replay-bar', role: 'group', 'aria-label': 'Replay of this run' },
    ...[playButton, place, time, speed, link, closeButton],
  );

  const draw = () => {
    const at = clock.at();
    const wanted = countUntil(moments, at);
    if (wanted < drawn) {
      screen.clear(steps);
      drawn = 0;
    }
    for (const moment of moments.slice(drawn, wanted)) screen.write(moment);
    drawn = wanted;
    const word = clock.isPlaying() ? 'Pause' : 'Play';
    if (playButton.textContent !== word) playButton.textContent = word;
    const words = `${seconds(at)} s of ${seconds(until)} s`;
    place.value = String(Math.round(at));
    place.setAttribute('aria-valuetext', words);
    time.textContent = words;
  };
  const frame = () => {
    if (signal.aborted || !clock.isPlaying()) return;
    if (clock.at() >= until) clock.pause();
    else requestAnimationFrame(frame);
    draw();
  };
  /** Shows a moment, in milliseconds since the run began, and rests there. */
  const rest = (ms: number) => {
    clock.pause();
    clock.seek(ms);
    draw();
    controls.scrollIntoView({ block: 'nearest' });
  };
  const play = () => {
    // With reduced motion all of it is shown at once, and the slider finds a moment.
    if (stillness.matches) return rest(until);
    clock.play();
    frame();
  };
  const toggle = () => {
    if (!clock.isPlaying()) return play();
    clock.pause();
    draw();
  };

  playButton.addEventListener('click', toggle, { signal });
  place.addEventListener(
    'input',
    () => {
      clock.seek(Number(place.value));
      draw();
    },
    { signal },
  );
  speed.addEventListener('change', () => clock.setSpeed(Number(speed.value)), { signal });
  closeButton.addEventListener('click', close, { signal });
  copyOnClick(link, () => linkTo(clock.at(), moments[Math.max(0, drawn - 1)]?.step ?? ''), time, signal);
  const keys: Readonly<Record<string, () => void>> = {
    ' ': toggle,
    '.': () => rest(neighbour(moments, clock.at(), 1)),
    ',': () => rest(neighbour(moments, clock.at(), -1)),
    Escape: close,
  };
  controls.addEventListener(
    'keydown',
    (event) => {
      const isPress = event.key === ' ' && event.target instanceof HTMLButtonElement;
      const action = keys[event.key];
      if (isPress || action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      action();
      event.preventDefault();
    },
    { signal },
  );
  return { controls, play, rest };
}
