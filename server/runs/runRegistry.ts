/** All runs, of this server and of others on the same store: starts them, joins requests for the same check, and tells listeners. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Summary, summaryBaseOf } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { Audit } from '../audit/audit.ts';
import type { LoadedCheck, LoadedWriteup } from '../content/load.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Principal, systemPrincipal } from '../identity/principal.ts';
import type { Transport } from '../agent/contract.ts';
import type { Store } from '../store/contract.ts';
import { createIds } from '../store/ulid.ts';
import { createRecorder } from './recorder.ts';
import type { Slots } from './slots.ts';
import { changedMeanwhile, internalErrorJudgement } from './inconclusive.ts';
import { runOnFleet, stepsOnFleet } from './runOnFleet.ts';
import { joinOtherServers } from './otherServers.ts';
import { slotsFor } from './schedule.ts';

export type OpenFleet = {
  readonly fleet: Fleet;
  readonly transport: Transport;
  readonly credentials: Credentials;
  /** The lab's condition; empty for real machines. */
  readonly condition: () => Promise<string>;
};

export type RunListener = {
  /** A run changed its state. `isOwn`: it is a run of this server. */
  summary(writeup: string, summary: Summary, isOwn: boolean): void;
  /** The log of an active run has this length now. */
  grown?(run: string, length: number): void;
};

/** Who starts a run: the name for others, the identity for the audit log, and which click of theirs it is. */
export type Starter = {
  readonly name: string;
  readonly principal: Pick<Principal, 'id' | 'name'>;
  readonly click?: string;
};

export type RunRegistry = ReturnType<typeof createRunRegistry>;

type ActiveRun = {
  readonly writeup: string;
  readonly check: LoadedCheck;
  readonly by: Starter;
  readonly abort: AbortController;
  summary: Summary;
  length: number;
  /** Why it cannot be recorded any more. */
  lost: Error | undefined;
  readonly done: Promise<void>;
};

export type RunRegistryOptions = {
  readonly store: Store;
  readonly slots: Slots;
  readonly audit: Audit;
  /** The commit of the content; empty if unknown. */
  readonly commit: string;
  readonly now: () => number;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  /** Resolves when all active runs of other servers are known; nothing without other servers. */
  readonly look?: (() => Promise<unknown>) | undefined;
};

export function createRunRegistry(options: RunRegistryOptions) {
  const { store, slots, audit, commit, now, date, log, look } = options;
  const active = new Map<string, ActiveRun>();
  const listeners = new Set<RunListener>();
  const ids = createIds(date);
  const findRunning = (writeup: string, id: string): string | undefined =>
    [...active].find(
      ([, one]) => one.writeup === writeup && one.check.check.id === id && !one.abort.signal.aborted,
    )?.[0];
  const told = (writeup: string, summary: Summary, isOwn: boolean) => {
    for (const listener of listeners) listener.summary(writeup, summary, isOwn);
  };
  const tell = (entry: ActiveRun, summary: Summary) => {
    entry.summary = summary;
    told(entry.writeup, summary, true);
    others?.tell(entry.writeup, summary);
  };
  const grown = (run: string, length: number) => {
    for (const listener of listeners) listener.grown?.(run, length);
  };
  /** Asks a run of this server to end. */
  const cancelOwn = (run: string) => {
    active.get(run)?.abort.abort(new Error('cancelled'));
    if (active.has(run)) others?.withdraw(run);
    return active.has(run);
  };
  const others =
    store.shared &&
    joinOtherServers({
      ...{ store, shared: store.shared, grown, log, seen: ids.seen, cancel: cancelOwn },
      changed: (writeup, summary) => told(writeup, summary, false),
      lost(error, run) {
        for (const [id, entry] of active) {
          if (run !== undefined && run !== id) continue;
          entry.lost = error;
          entry.abort.abort(error);
        }
      },
    });

  const runOnce = async (
    entry: ActiveRun,
    queued: RunHeader,
    open: OpenFleet,
    asked: Promise<string>,
  ): Promise<void> => {
    const { fleet, transport, credentials } = open;
    const { run } = queued;
    const { check } = entry.check;
    const { id, name } = entry.by.principal;
    const { signal } = entry.abort;
    // Anew for a run that had to wait.
    let condition: Promise<string> | undefined = asked;
    const onMoved = (position: number) => {
      condition = undefined;
      tell(entry, { state: 'queued', ...summaryBaseOf(queued), position });
    };
    let release: (() => void) | undefined;
    try {
      // An aborted wait goes on without slots: runCheck starts nothing then.
      release = await slots.acquire(slotsFor(check, fleet), onMoved, signal).catch(() => undefined);
      const header = {
        ...queued,
        condition: await (condition ?? open.condition()),
        startedAt: date().toISOString(),
      };
      const recorder = createRecorder({
        ...{ store, header, now, date },
        written: (length) => {
          entry.length = length;
          grown(run, length);
        },
        failed: () => entry.abort.abort(),
      });
      tell(entry, { state: 'running', ...summaryBaseOf(header) });
      const judgement = await runOnFleet(
        { check, transport, credentials, signal, now, emit: recorder.emit },
        fleet,
      ).catch((error: unknown) => internalErrorJudgement(error, log));
      const conditionAfter = await open.condition();
      if (entry.lost) recorder.fail(entry.lost);
      const ended = await recorder.conclude(
        changedMeanwhile(judgement, header.condition, conditionAfter),
        signal.aborted && !recorder.failure() ? 'cancelled' : 'finished',
      );
      active.delete(run);
      audit.write({
        principal: { ...systemPrincipal, id, name },
        ...{ action: 'run-ended', target: `${ended.check} ${run}`, outcome: outcomeOf(ended) },
      });
      tell(entry, ended);
    } finally {
      active.delete(run);
      release?.();
    }
  };

  return {
    /** Starts the check, or joins its active run. With several servers, rejects with a RefusedRunError when it can do neither. */
    run(writeup: LoadedWriteup, loaded: LoadedCheck, open: OpenFleet, by: Starter) {
      const { check, hash } = loaded;
      const running = findRunning(writeup.id, check.id);
      const run = running ?? ids.next();
      const request = `${by.click ?? run} ${check.id}`;
      if (running !== undefined) {
        others?.join(request, run);
        return { run, joined: true };
      }
      const header: RunHeader = {
        kind: 'header',
        run,
        writeup: writeup.id,
        check: check.id,
        checkHash: hash,
        documented: check.documented.value,
        ...stepsOnFleet(check, open.fleet),
        fleet: open.fleet.name,
        source: open.fleet.source,
        condition: '',
        startedAt: date().toISOString(),
        title: check.title,
        commit,
        by: by.name,
      };
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const entry: ActiveRun = {
        ...{ writeup: writeup.id, check: loaded, by, abort: new AbortController(), length: 0, done },
        lost: undefined,
        summary: { state: 'queued', ...summaryBaseOf(header), position: 1 },
      };
      const begin = () => {
        active.set(run, entry);
        const asked = open.condition();
        // In a later turn, so that the requester gets the run's id before any news of it.
        setImmediate(() => void runOnce(entry, header, open, asked).catch(log).finally(resolve));
      };
      // A lab belongs to one server.
      if (others && open.fleet.source === 'live') return others.claim(header, open.fleet, request, begin);
      store.accept(header);
      begin();
      return { run, joined: false };
    },
    /** Whether a request for this check would join an active run. */
    isRunning: (writeup: string, check: string) =>
      findRunning(writeup, check) !== undefined || others?.isRunning(writeup, check) === true,
    /** For a run or a set. */
    newId: ids.next,
    /** Asks a run to end; its record says `cancelled` only if the machine confirms. False if the run is not active. */
    cancel: (run: string): boolean => cancelOwn(run) || others?.cancel(run) === true,
    /** Runs that have not ended: of one writeup, or all. */
    active: (writeup?: string): readonly Summary[] =>
      [...active.values(), ...(others?.all() ?? [])]
        .filter((entry) => writeup === undefined || entry.writeup === writeup)
        .map(({ summary }) => summary),
    /** Of them, those of this server. */
    own: () => [...active.values()].map(({ summary }) => summary),
    /** The length of an active run's log. */
    lengthOf: (run: string) => active.get(run)?.length ?? others?.lengthOf(run),
    look,
    listen(listener: RunListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Waits for all runs of this server, at most `finishMs`; cancels those that are left, and waits for them at most `ms`. */
    async close(ms: number, finishMs = 0) {
      const running = [...active.values()];
      const all = Promise.all(running.map(({ done }) => done));
      const ended = (most: number) => Promise.race([all, pause(most, undefined, { ref: false })]);
      await ended(finishMs);
      others?.close();
      for (const { abort } of running) abort.abort(new Error('the server is stopping'));
      await ended(ms);
    },
  };
}

function outcomeOf({ how, judgement: { verdict, problem } }: Extract<Summary, { state: 'ended' }>): string {
  if (how !== 'finished') return how;
  return problem ? `${verdict}: ${problem.kind}` : verdict;
}
