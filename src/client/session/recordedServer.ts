/** Stands in for the server: reads a writeup's recordings when they are needed, and plays them. */
import type { Recording } from '../../core/run/recording.ts';
import { play } from './player.ts';
import { readRecordings, type RecordedRun } from './recordings.ts';
import { append, restart } from '../state/fillLog.ts';
import type { OpenRunLog } from '../state/runLog.ts';
import type { Platform } from './socket.ts';
import type { Event } from '../state/state.ts';

export type RecordedServerPlatform = Pick<Platform, 'schedule'> & {
  /** Undefined when there is none, or nothing answered. */
  readonly get: (path: string) => Promise<Recording | undefined>;
  readonly now: () => number;
  readonly wantsStillness: () => boolean;
  readonly report: (error: unknown) => void;
};

export type RecordedServer = {
  /** Reads the recordings, once; they arrive as an event. */
  load(): void;
  hasRun(run: string): boolean;
  /** Fills the log with its recording, unless it is being played now. */
  fillLog(run: string): void;
  play(check: string): void;
  /** Jumps to the end. False when nothing is being played. */
  finish(check: string): boolean;
  close(): void;
};

export function createRecordedServer(
  writeup: string,
  platform: RecordedServerPlatform,
  dispatch: (event: Event) => void,
  logOf: (run: string) => OpenRunLog,
): RecordedServer {
  let state: 'unread' | 'reading' | 'read' = 'unread';
  let runs: ReadonlyMap<string, RecordedRun> = new Map();
  const playing = new Map<string, () => void>();
  const recordingOf = (run: string) => [...runs.values()].find(({ ended }) => ended.run === run);

  const onEnd = (check: string, recorded: RecordedRun) => {
    playing.delete(check);
    dispatch({ type: 'playing', summary: recorded.ended, now: platform.now() });
  };

  return {
    load() {
      if (state !== 'unread') return;
      state = 'reading';
      platform
        .get(`/recordings/${writeup}.json`)
        .then((file) => {
          const found = file && readRecordings(file);
          // Without an answer, the next loss of connection tries again.
          state = file === undefined ? 'unread' : 'read';
          runs = found?.runs ?? runs;
          dispatch({ type: 'recordings', recordings: found?.recordings ?? { state: 'none' } });
        })
        .catch((error: unknown) => {
          state = 'unread';
          platform.report(error);
          dispatch({ type: 'recordings', recordings: { state: 'none' } });
        });
    },
    hasRun: (run) => recordingOf(run) !== undefined,
    fillLog(run) {
      const recorded = recordingOf(run);
      if (recorded !== undefined && !playing.has(recorded.ended.check)) append(logOf(run), recorded.entries);
    },
    play(check) {
      const recorded = runs.get(check);
      if (recorded === undefined || playing.has(check)) return;
      const { run, checkHash, source, condition, startedAt, by } = recorded.ended;
      const log = logOf(run);
      restart(log);
      // Set before the first entry: a recording without pauses ends before `play` returns.
      playing.set(check, () => undefined);
      const started = { run, check, checkHash, source, condition, startedAt, by };
      dispatch({ type: 'playing', summary: { state: 'running', ...started }, now: platform.now() });
      const stop = play({
        entries: recorded.entries,
        pace: platform.wantsStillness() ? 'at once' : 'as it was',
        schedule: platform.schedule,
        onEntries: (entries) => append(log, entries),
        onEnd: () => onEnd(check, recorded),
      });
      if (playing.has(check)) playing.set(check, stop);
    },
    finish(check) {
      const recorded = runs.get(check);
      const stop = playing.get(check);
      if (recorded === undefined || stop === undefined) return false;
      stop();
      append(logOf(recorded.ended.run), recorded.entries);
      onEnd(check, recorded);
      return true;
    },
    close() {
      for (const stop of playing.values()) stop();
      playing.clear();
    },
  };
}
