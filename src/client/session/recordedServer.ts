/** Stands in for the server: reads a writeup's recordings once they are needed, and plays them. Who asks for that is left to `session.ts`. */
import { play } from './player.ts';
import { OutOfReach, readRecordings, type Tape } from './recordings.ts';
import type { RunLog } from '../state/runLog.ts';
import type { World } from './socket.ts';
import type { Event } from '../state/state.ts';

export type DeckWorld = Pick<World, 'later'> & {
  readonly get: (path: string) => Promise<unknown>;
  readonly now: () => number;
  readonly wantsStillness: () => boolean;
  readonly report: (error: unknown) => void;
};

export type Deck = {
  /** Reads the recordings, once; what is found arrives as an event. */
  open(): void;
  /** Whether this run is a recording. */
  holds(run: string): boolean;
  /** Gives a log everything of a recording that is not being played just now. */
  fill(run: string, log: RunLog): void;
  play(check: string): void;
  /** Jumps to the end of what is being played. False when nothing is. */
  finish(check: string): boolean;
  close(): void;
};

export function createDeck(
  writeup: string,
  world: DeckWorld,
  happen: (event: Event) => void,
  logOf: (run: string) => RunLog,
): Deck {
  let state: 'unread' | 'reading' | 'read' = 'unread';
  let tapes: ReadonlyMap<string, Tape> = new Map();
  const playing = new Map<string, () => void>();
  const tapeOf = (run: string) => [...tapes.values()].find(({ ended }) => ended.run === run);

  const over = (check: string, tape: Tape) => {
    playing.delete(check);
    happen({ type: 'playing', summary: tape.ended, now: world.now() });
  };

  return {
    open() {
      if (state !== 'unread') return;
      state = 'reading';
      readRecordings(world.get, writeup)
        .then((found) => {
          state = 'read';
          tapes = found?.tapes ?? tapes;
          happen({ type: 'shelf', shelf: found?.shelf ?? { state: 'none' } });
        })
        .catch((error: unknown) => {
          // The next loss of connection tries again.
          state = 'unread';
          if (!(error instanceof OutOfReach)) world.report(error);
          happen({ type: 'shelf', shelf: { state: 'none' } });
        });
    },
    holds: (run) => tapeOf(run) !== undefined,
    fill(run, log) {
      const tape = tapeOf(run);
      if (tape !== undefined && !playing.has(tape.ended.check)) log.take(tape.entries);
    },
    play(check) {
      const tape = tapes.get(check);
      if (tape === undefined || playing.has(check)) return;
      const { run, checkHash, source, condition, startedAt, by } = tape.ended;
      const log = logOf(run);
      log.restart();
      // Taken down before the first entry: a recording without pauses is over before `play` returns.
      playing.set(check, () => undefined);
      const summary = {
        state: 'running',
        run,
        check,
        checkHash,
        source,
        condition,
        startedAt,
        by,
      } as const;
      happen({ type: 'playing', summary, now: world.now() });
      const stop = play({
        entries: tape.entries,
        pace: world.wantsStillness() ? 'at once' : 'as it was',
        later: world.later,
        entry: (entries) => log.take(entries),
        over: () => over(check, tape),
      });
      if (playing.has(check)) playing.set(check, stop);
    },
    finish(check) {
      const tape = tapes.get(check);
      const stop = playing.get(check);
      if (tape === undefined || stop === undefined) return false;
      stop();
      logOf(tape.ended.run).take(tape.entries);
      over(check, tape);
      return true;
    },
    close() {
      for (const stop of playing.values()) stop();
      playing.clear();
    },
  };
}
