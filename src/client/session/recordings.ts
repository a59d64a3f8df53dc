/** The recordings that were built with the site. How they ended is read where no server answers; their entries are, when one is played. */
import type { EndedRun, RecordedResults } from '../../core/protocol/down.ts';
import type { Recording } from '../../core/run/entry.ts';
import { type Answer, DONE, NOT_LOADED } from '../state/requests.ts';
import type { OpenRunLog } from '../state/runLog.ts';
import type { Event, State } from '../state/state.ts';
import type { RecordedRuns, RecordedRunsPlatform } from './recordedRuns.ts';

/** Files of the site itself are not checked again: they were when it was built. */
export function createRecordings(
  writeup: string,
  platform: RecordedRunsPlatform,
  state: () => State,
  dispatch: (event: Event) => void,
  logOf: (run: string) => OpenRunLog,
) {
  let isReading = false;
  let player: RecordedRuns | undefined;
  let loading: Promise<RecordedRuns> | undefined;
  const last = (): ReadonlyMap<string, EndedRun> => {
    const { recordings } = state();
    return recordings.state === 'ready' ? recordings.last : new Map();
  };
  const load = async () => {
    const [{ createRecordedRuns }, runs] = await Promise.all([
      import('./recordedRuns.ts'),
      platform.get(`/recordings/${writeup}.runs.json`),
    ]);
    if (runs === undefined) throw new Error(`expected the recordings of ${writeup}, found no answer`);
    player = createRecordedRuns(runs as Recording['runs'], last(), platform, dispatch, logOf);
    return player;
  };
  return {
    /** Once. Without an answer, the next loss of connection tries again. */
    async read(): Promise<void> {
      if (isReading || state().recordings.state === 'ready') return;
      isReading = true;
      const found = await platform.get(`/recordings/${writeup}.json`).catch(platform.report);
      isReading = false;
      if (!found) return dispatch({ type: 'recordings', recordings: { state: 'none' } });
      const { last, ...rest } = found as RecordedResults;
      const byCheck = new Map(last.map((ended) => [ended.check, ended]));
      dispatch({ type: 'recordings', recordings: { state: 'ready', ...rest, last: byCheck } });
    },
    has: (run: string): boolean => [...last().values()].some((ended) => ended.run === run),
    async withPlayer(then: (player: RecordedRuns) => void): Promise<Answer> {
      try {
        loading ??= load();
        then(await loading);
        return DONE;
      } catch (error) {
        loading = undefined;
        platform.report(error);
        return { how: 'refused', message: NOT_LOADED };
      }
    },
    /** Jumps to the end. False when nothing is being played. */
    finish: (check: string): boolean => player?.finish(check) === true,
    close: (): void => player?.close(),
  };
}
