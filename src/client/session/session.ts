/** One writeup's conversation with the server, or with its recordings: keeps the state, the logs, and tells the elements. */
import { decodeMessage } from '../../core/protocol/codec.ts';
import { downSchema } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';
import { never } from '../../core/vocabulary.ts';
import { createDeck, type DeckWorld } from './recordedServer.ts';
import { createRunLog, type RunLog } from '../state/runLog.ts';
import { type LabTask, IDLE, onRequestSent, startTask, stepOf } from '../state/labTask.ts';
import { type Answer, type Ask, createRequests, DONE, NO_CONNECTION } from '../state/requests.ts';
import { openSocket, type World } from './socket.ts';
import { type Event, reduce, START, type State, checkStateOf } from '../state/state.ts';

export type SessionWorld = World &
  DeckWorld & {
    readonly key: () => string;
    /** Who this reader is, over a reload: whoever holds the lab's lease. */
    readonly reader: () => string;
  };

export type Session = {
  readonly state: State;
  subscribe(changed: () => void): () => void;
  /** A press of Run, answered by the server, by a recording, or not at all. Resolves once it is taken on, or refused. */
  run(checks: readonly string[]): Promise<Answer>;
  cancel(check: string): Promise<Answer>;
  /** Asks for something that is answered once; a lost connection refuses it. */
  request(ask: Ask): Promise<Answer>;
  /** Sets something going in the lab. One errand at a time: another one takes its place. */
  begin(labTask: LabTask): void;
  /** Goes no further with it, and cancels what it is taking. */
  giveUp(): void;
  /** Follows a run as long as somebody holds it. The log stays the same object over losses of connection. */
  follow(run: string): { readonly log: RunLog; readonly release: () => void };
  hurry(): void;
  close(): void;
};

/** Of a long output that is there already, a page asks for about this much: the end of it. */
const TAIL_BYTES = 256 * 1024;

const NOT_YET: Answer = {
  how: 'refused',
  message: 'The server has not taken this on yet, so there is nothing to cancel. Try again in a moment.',
};

export type Means = 'server' | 'recording' | 'nothing';

/** What can answer a press of Run. The server comes first; recordings stand in when it, or its fleet, is not there. */
export function sourceFor(state: State, check?: string): Means {
  if (state.link.state === 'open' && state.fleet?.state === 'ready') return 'server';
  if (state.link.state === 'connecting' || state.fleet?.state === 'starting') return 'nothing';
  if (state.shelf.state !== 'ready') return 'nothing';
  return check === undefined || state.shelf.last.has(check) ? 'recording' : 'nothing';
}

type Followed = { readonly log: RunLog; holders: number };

export function createSession(writeup: string, world: SessionWorld): Session {
  let state = START;
  const listeners = new Set<() => void>();
  const followed = new Map<string, Followed>();
  const asked = new Map<string, readonly string[]>();

  const happen = (event: Event) => {
    state = reduce(state, event);
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // One element that fails must not keep the others from drawing.
        world.report(error);
      }
    }
    goOn();
  };
  /** Says the errand's next step, if it is its turn. */
  const goOn = () => {
    const { doing, link } = state;
    const step = stepOf(doing);
    if (link.state !== 'open' || step === undefined || doing.at !== 'doing' || doing.stage.at !== 'unsaid')
      return;
    const key = world.key();
    happen({ type: 'doing', doing: onRequestSent(doing, key) });
    switch (step.do) {
      case 'take':
        return ask(key, step.checks);
      case 'put': {
        const { cause, remedy } = step;
        send({ type: 'condition', key, cause, ...(remedy === undefined ? {} : { remedy }) });
        return;
      }
      case 'release':
      case 'ask':
        send({ type: step.do, key });
        return;
      default:
        return never(step);
    }
  };
  const ask = (key: string, checks: readonly string[]) => {
    asked.set(key, checks);
    happen({ type: 'asked', key, checks });
    send({ type: 'run', key, checks: [...checks] });
  };
  const send = (message: Up): boolean => socket.send(JSON.stringify(message));
  const followFromHere = (run: string, { log }: Followed) => {
    // Whoever has a part already goes on where it was; only a newcomer may leave some out.
    const place = log.view === undefined ? { from: 0, tail: TAIL_BYTES } : { from: log.view.next };
    send({ type: 'follow', run, ...place });
  };
  const requests = createRequests(world.key, (message) => state.link.state === 'open' && send(message));

  const logOf = (run: string): Followed => {
    const own = followed.get(run) ?? { log: createRunLog(), holders: 0 };
    followed.set(run, own);
    return own;
  };
  const deck = createDeck(writeup, world, happen, (run) => logOf(run).log);

  const hear = (text: string) => {
    const parsed = downSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return world.report(parsed.error);
    const down = parsed.data;
    // Drawing a welcome may begin to follow more runs; those ask for themselves.
    const before = [...followed];
    if (down.type === 'welcome') deck.close();
    happen({ type: 'down', down, now: world.now() });
    requests.heard(down);
    if (down.type === 'accepted' || down.type === 'refused') asked.delete(down.key);
    if (down.type === 'welcome') {
      socket.settled();
      if (down.fleet.state === 'none') deck.open();
      for (const [run, entry] of before) if (!deck.holds(run)) followFromHere(run, entry);
      for (const [key, checks] of asked) send({ type: 'run', key, checks: [...checks] });
    }
    if (down.type === 'fleet' && down.fleet.state === 'none') deck.open();
  };

  const socket = openSocket(world, {
    opened: () => void send({ type: 'watch', writeup, reader: world.reader() }),
    message: (data) => {
      try {
        if (typeof data === 'string') return hear(data);
        const { run, entries } = decodeMessage(new Uint8Array(data));
        followed.get(run)?.log.take(entries);
      } catch (error) {
        // One message that we cannot read must not take the page down with it.
        world.report(error);
      }
    },
    lost: (attempt) => {
      const wasThere = state.fleet !== undefined;
      happen({ type: 'link', link: { state: wasThere && attempt < 6 ? 'waiting' : 'absent' } });
      requests.lost();
      if (!wasThere || attempt >= 3) deck.open();
    },
    ended: (reason) => {
      happen({ type: 'link', link: { state: 'ended', message: reason } });
      requests.over();
      deck.open();
    },
  });

  const cancel = (check: string): Promise<Answer> => {
    if (deck.finish(check)) return Promise.resolve(DONE);
    const { now } = checkStateOf(state, check);
    switch (now.at) {
      case 'rest':
        return Promise.resolve(DONE);
      case 'asked':
        return Promise.resolve(NOT_YET);
      case 'accepted':
        return requests.cancel(now.run);
      case 'active':
        return requests.cancel(now.summary.run);
      default:
        return never(now);
    }
  };
  /** Says what the server refused, unless something else was begun since. */
  const stopped = (labTask: LabTask, answers: readonly Answer[]) => {
    const refused = answers.find((answer) => answer.how === 'refused');
    if (refused && state.doing.at === 'rest')
      happen({ type: 'doing', doing: { at: 'failed', labTask, message: refused.message } });
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
      const means = sourceFor(state);
      if (means === 'recording') for (const check of checks) deck.play(check);
      if (means !== 'server') return Promise.resolve(means === 'recording' ? DONE : NO_CONNECTION);
      const key = world.key();
      const answer = requests.click(key);
      ask(key, checks);
      return answer;
    },
    cancel,
    request: requests.ask,
    begin: (labTask) => happen({ type: 'doing', doing: startTask(labTask) }),
    giveUp() {
      const { doing } = state;
      const step = stepOf(doing);
      happen({ type: 'doing', doing: IDLE });
      if (doing.at !== 'doing' || step?.do !== 'take') return;
      void Promise.all(step.checks.map(cancel)).then((answers) => stopped(doing.labTask, answers));
    },
    follow(run) {
      const own = logOf(run);
      own.holders += 1;
      if (deck.holds(run)) deck.fill(run, own.log);
      else if (own.holders === 1 && state.link.state === 'open') followFromHere(run, own);
      let held = true;
      return {
        log: own.log,
        release: () => {
          if (!held) return;
          held = false;
          const current = followed.get(run);
          if (current === undefined) return;
          current.holders -= 1;
          if (current.holders > 0 || deck.holds(run)) return;
          followed.delete(run);
          send({ type: 'unfollow', run });
        },
      };
    },
    hurry: () => socket.hurry(),
    close() {
      deck.close();
      socket.close();
      requests.over();
      listeners.clear();
    },
  };
}
