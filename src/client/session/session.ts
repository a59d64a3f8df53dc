/** One writeup's conversation with the server or its recordings: keeps the state and the logs, and notifies the elements. */
import { decodeMessage } from '../../core/protocol/codec.ts';
import { downSchema } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';
import { never } from '../../core/vocabulary.ts';
import { createRecordedServer, type RecordedServerPlatform } from './recordedServer.ts';
import { sourceFor } from './runSource.ts';
import { createRunLog, type RunLog } from '../state/runLog.ts';
import { type LabTask, IDLE, onReply, startTask, stepMessage, stepOf, unsentStep } from '../state/labTask.ts';
import {
  type Answer,
  createRequests,
  DONE,
  NO_CONNECTION,
  type Request,
  type Tracked,
} from '../state/requests.ts';
import { openSocket, type Platform } from './socket.ts';
import { type Event, reduce, START, type State, checkStateOf } from '../state/state.ts';

export type SessionPlatform = Platform &
  RecordedServerPlatform & {
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
  /** Stops the lab task and cancels its runs. */
  abandonTask(): void;
  /** Follows a run until `release`. The log stays the same object over losses of connection. */
  follow(run: string): { readonly log: RunLog; readonly release: () => void };
  reconnectNow(): void;
  close(): void;
};

/** Of a long output that exists already, a page asks for about this much: its end. */
const TAIL_BYTES = 256 * 1024;

const NOT_YET: Answer = {
  how: 'refused',
  message: 'The server has not accepted this run yet, so there is nothing to cancel. Try again in a moment.',
};

type Followed = { readonly log: RunLog; holders: number };

export function createSession(writeup: string, platform: SessionPlatform): Session {
  let state = START;
  const listeners = new Set<() => void>();
  const followed = new Map<string, Followed>();

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
    sendNextStep();
  };
  const send = (message: Up): boolean => socket.send(JSON.stringify(message));
  const requests = createRequests((message) => state.link.state === 'open' && send(message));
  const answerTo = (message: Tracked, repeat?: 'repeat') =>
    new Promise<Answer>((resolve) => requests.send(message, resolve, repeat));

  const sendNextStep = () => {
    const { labTask, link } = state;
    const step = unsentStep(labTask);
    if (link.state !== 'open' || step === undefined || labTask.at !== 'running') return;
    const { task, step: index } = labTask;
    dispatch({ type: 'labTask', labTask: { ...labTask, stage: 'sent' } });
    const message = stepMessage(step, platform.key());
    if (message.type === 'run') dispatch({ ...message, type: 'requested' });
    const onAnswer = (answer: Answer) =>
      dispatch({ type: 'labTask', labTask: onReply(state.labTask, task, index, answer) });
    requests.send(message, onAnswer, 'repeat');
  };
  const requestEntries = (run: string, { log }: Followed) => {
    // Only a log without entries may skip the older output.
    const place = log.view === undefined ? { from: 0, tail: TAIL_BYTES } : { from: log.view.next };
    send({ type: 'follow', run, ...place });
  };
  const followedRun = (run: string): Followed => {
    const own = followed.get(run) ?? { log: createRunLog(), holders: 0 };
    followed.set(run, own);
    return own;
  };
  const recorded = createRecordedServer(writeup, platform, dispatch, (run) => followedRun(run).log);

  const onMessage = (text: string) => {
    const parsed = downSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return platform.report(parsed.error);
    const down = parsed.data;
    // Drawing a welcome may follow more runs; those send their own request.
    const before = [...followed];
    if (down.type === 'welcome') recorded.close();
    dispatch({ type: 'down', down, now: platform.now() });
    requests.onReply(down);
    if (down.type === 'welcome') {
      socket.resetBackoff();
      for (const [run, entry] of before) if (!recorded.hasRun(run)) requestEntries(run, entry);
      requests.resend();
    }
    if ((down.type === 'welcome' || down.type === 'fleet') && down.fleet.state === 'none') recorded.load();
  };

  const socket = openSocket(platform, {
    opened: () => void send({ type: 'watch', writeup, reader: platform.reader() }),
    message: (data) => {
      try {
        if (typeof data === 'string') return onMessage(data);
        const { run, entries } = decodeMessage(new Uint8Array(data));
        followed.get(run)?.log.append(entries);
      } catch (error) {
        // One message that we cannot read must not take the page down with it.
        platform.report(error);
      }
    },
    lost: (attempt) => {
      const wasThere = state.fleet !== undefined;
      dispatch({ type: 'link', link: { state: wasThere && attempt < 6 ? 'waiting' : 'absent' } });
      requests.onDisconnect();
      if (!wasThere || attempt >= 3) recorded.load();
    },
    ended: (reason) => {
      dispatch({ type: 'link', link: { state: 'ended', message: reason } });
      requests.close();
      recorded.load();
    },
  });

  const cancel = (check: string): Promise<Answer> => {
    if (recorded.finish(check)) return Promise.resolve(DONE);
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
      if (source === 'recording') for (const check of checks) recorded.play(check);
      if (source !== 'server') return Promise.resolve(source === 'recording' ? DONE : NO_CONNECTION);
      const key = platform.key();
      dispatch({ type: 'requested', key, checks });
      return answerTo({ type: 'run', key, checks: [...checks] }, 'repeat');
    },
    cancel,
    request: (request) => answerTo({ ...request, key: platform.key() }),
    startTask: (task) => dispatch({ type: 'labTask', labTask: startTask(task) }),
    abandonTask() {
      const { labTask } = state;
      const step = stepOf(labTask);
      dispatch({ type: 'labTask', labTask: IDLE });
      if (labTask.at !== 'running' || step?.do !== 'run') return;
      void Promise.all(step.checks.map(cancel)).then((answers) => {
        const refused = answers.find((answer) => answer.how === 'refused');
        if (refused === undefined || state.labTask.at !== 'idle') return;
        dispatch({
          type: 'labTask',
          labTask: { at: 'failed', task: labTask.task, message: refused.message },
        });
      });
    },
    follow(run) {
      const own = followedRun(run);
      own.holders += 1;
      if (recorded.hasRun(run)) recorded.fillLog(run, own.log);
      else if (own.holders === 1 && state.link.state === 'open') requestEntries(run, own);
      let held = true;
      return {
        log: own.log,
        release: () => {
          if (!held) return;
          held = false;
          own.holders -= 1;
          if (own.holders > 0 || recorded.hasRun(run) || followed.get(run) !== own) return;
          followed.delete(run);
          send({ type: 'unfollow', run });
        },
      };
    },
    reconnectNow: socket.reconnectNow,
    close() {
      recorded.close();
      socket.close();
      requests.close();
      listeners.clear();
    },
  };
}
