/** One writeup's conversation with the server or its recordings: keeps the state and the logs, and notifies the elements. */
import type { Down } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';
import { never } from '../../core/vocabulary.ts';
import { createFollowedRuns } from './followedRuns.ts';
import type { LabTasks } from './labTasks.ts';
import type { RecordedRunsPlatform } from './recordedRuns.ts';
import { createRecordings } from './recordings.ts';
import { sourceFor } from './permission.ts';
import type { RunLog } from '../state/runLog.ts';
import type { LabTask } from '../state/labTask.ts';
import {
  type Answer,
  createRequests,
  DONE,
  NO_CONNECTION,
  NOT_LOADED,
  type Request,
  type Tracked,
} from '../state/requests.ts';
import { openSocket, type Platform } from './socket.ts';
import { type Event, reduce, START, type State, checkStateOf } from '../state/state.ts';

export type SessionPlatform = Platform &
  RecordedRunsPlatform & {
    readonly key: () => string;
    /** This reader's id, the same after a reload: the holder of the lab's lease. */
    readonly reader: () => string;
  };

export type Session = {
  readonly state: State;
  subscribe(changed: () => void): () => void;
  /** Resolves once the server, or a recording, has accepted or refused the checks. */
  run(checks: readonly string[]): Promise<Answer>;
  cancel(check: string): Promise<Answer>;
  /** A lost connection refuses it. */
  request(request: Request): Promise<Answer>;
  /** One task at a time: a new one replaces the one before. */
  startTask(task: LabTask): void;
  abandonTask(): void;
  /** Follows a run until `release`. The log stays the same object over losses of connection. */
  follow(run: string): { readonly log: RunLog; readonly release: () => void };
  reconnectNow(): void;
  close(): void;
};

const NOT_YET: Answer = {
  how: 'refused',
  message: 'The server has not accepted this run yet, so there is nothing to cancel. Try again in a moment.',
};

export function createSession(writeup: string, platform: SessionPlatform): Session {
  let state = START;
  const listeners = new Set<() => void>();
  let labTasks: LabTasks | undefined;

  const dispatch = (event: Event) => {
    state = reduce(state, event);
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // One element that fails must not keep the others from drawing.
        platform.report(error);
      }
    }
    labTasks?.advance();
  };
  const send = (message: Up): boolean => socket.send(JSON.stringify(message));
  const requests = createRequests((message) => state.link.state === 'open' && send(message));
  const answerTo = (message: Tracked, repeat?: 'repeat') =>
    new Promise<Answer>((resolve) => requests.send(message, resolve, repeat));

  const followed = createFollowedRuns(send, platform.report);
  const recordings = createRecordings(writeup, platform, () => state, dispatch, followed.logOf);
  /** A message is not checked: it comes from the server of this page, and the sub-protocol names its version. */
  const onMessage = (down: Down) => {
    // Drawing a welcome may follow more runs; those send their own request.
    const before = followed.runs();
    if (down.type === 'welcome') recordings.close();
    if (down.type === 'accepted')
      for (const { run, joined } of down.runs) if (!joined) followed.onStarted(run);
    dispatch({ type: 'down', down, now: platform.now() });
    requests.onReply(down);
    if (down.type === 'welcome') {
      socket.resetBackoff();
      for (const run of before) if (!recordings.has(run)) followed.request(run);
      requests.resend();
    }
    if ((down.type === 'welcome' || down.type === 'fleet') && down.fleet.state === 'none')
      void recordings.read();
  };

  const socket = openSocket(platform, {
    opened: () => void send({ type: 'watch', writeup, reader: platform.reader() }),
    message: (data) => {
      try {
        if (typeof data === 'string') return onMessage(JSON.parse(data));
        followed.add(data);
      } catch (error) {
        // One message that we cannot read must not take the page down with it.
        platform.report(error);
      }
    },
    lost: (attempt) => {
      const wasThere = state.fleet !== undefined;
      dispatch({ type: 'link', link: { state: wasThere && attempt < 6 ? 'waiting' : 'absent' } });
      requests.onDisconnect();
      if (!wasThere || attempt >= 3) void recordings.read();
    },
    ended: (reason) => {
      dispatch({ type: 'link', link: { state: 'ended', message: reason } });
      requests.close();
      void recordings.read();
    },
  });

  const cancel = (check: string): Promise<Answer> => {
    if (recordings.finish(check)) return Promise.resolve(DONE);
    const { activity } = checkStateOf(state, check);
    switch (activity.at) {
      case 'idle':
        return Promise.resolve(DONE);
      case 'requested':
        return Promise.resolve(NOT_YET);
      case 'accepted':
        return answerTo({ type: 'cancel', run: activity.run });
      case 'active':
        return answerTo({ type: 'cancel', run: activity.summary.run });
      default:
        return never(activity);
    }
  };

  return {
    get state() {
      return state;
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    run(checks) {
      const source = sourceFor(state);
      if (source === 'nothing') return Promise.resolve(NO_CONNECTION);
      if (source === 'recording')
        return recordings.withPlayer(({ play }) => {
          for (const check of checks) play(check);
        });
      const key = platform.key();
      dispatch({ type: 'requested', key, checks });
      return answerTo({ type: 'run', key, checks: [...checks] }, 'repeat');
    },
    cancel,
    request: (request) => answerTo({ ...request, key: platform.key() }),
    startTask(task) {
      dispatch({ type: 'labTask', labTask: { at: 'running', task, step: 0, stage: 'unsent' } });
      import('./labTasks.ts')
        .then(({ createLabTasks }) => {
          const { send } = requests;
          labTasks ??= createLabTasks({ state: () => state, dispatch, send, cancel, key: platform.key });
          labTasks.advance();
        })
        .catch((error: unknown) => {
          platform.report(error);
          dispatch({ type: 'labTask', labTask: { at: 'failed', task, message: NOT_LOADED } });
        });
    },
    abandonTask() {
      const { labTask } = state;
      dispatch({ type: 'labTask', labTask: { at: 'idle' } });
      labTasks?.cancelRuns(labTask);
    },
    follow(run) {
      const own = followed.hold(run, () => recordings.has(run) || followed.forget(run));
      if (recordings.has(run)) void recordings.withPlayer(({ fillLog }) => fillLog(run));
      else if (own.isFirst && state.link.state === 'open') followed.request(run);
      return own;
    },
    reconnectNow: socket.reconnectNow,
    close() {
      recordings.close();
      socket.close();
      requests.close();
      listeners.clear();
    },
  };
}
