/** All runs of this server: starts them, joins those who ask for the same, and tells everybody. Sockets are left to `web/socket.ts`. */
import type { Entry } from '../../src/core/run/entry.ts';
import { type Summary, summaryBaseOf } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { LoadedCheck, LoadedWriteup } from '../content/load.ts';
import type { Credentials } from '../fleet/credentials.ts';
import { type Fleet, machineOf } from '../fleet/fleet.ts';
import type { Transport } from '../agent/contract.ts';
import type { RunStore } from '../store/store.ts';
import { ulid } from '../store/ulid.ts';
import { createRecorder } from './recorder.ts';
import type { Slots } from './slots.ts';
import { broken, changedMeanwhile } from './inconclusive.ts';
import { runCheck } from './runCheck.ts';

export type OpenFleet = {
  readonly fleet: Fleet;
  readonly reach: Transport;
  readonly credentials: Credentials;
  /** What state the lab is in; empty for real machines. */ readonly condition: () => Promise<string>;
};

export type RunListener = {
  /** A run changed its state. */
  summary(writeup: string, summary: Summary): void;
  /** The file of an active run has this length now: there is more to read. */
  grown(run: string, length: number): void;
};

export type RunRegistry = {
  /** Starts checks, or joins the runs of them that are on their way. Throws nothing; `undefined` for an unknown check. */
  run(
    writeup: LoadedWriteup,
    check: LoadedCheck,
    fleet: OpenFleet,
    /** Who asks, as others see them. */ by: string,
  ): { readonly run: string; readonly joined: boolean };
  /** Whether asking for this check now would join a run that is on its way. */
  joins(writeup: string, check: string): boolean;
  /** A new id for a run or a set, which sorts after all before it. */
  id(): string;
  /** Ends a run; it is said to be cancelled only when the machine confirmed it. False if no such run is active. */
  cancel(run: string): boolean;
  /** Runs that have not ended: of one writeup, or all. */
  active(writeup?: string): readonly Summary[];
  /** The length of an active run's file, or nothing when it is not active. */
  lengthOf(run: string): number | undefined;
  listen(listener: RunListener): () => void;
  /** Cancels everything and waits for it, at most `ms`. */
  close(ms: number): Promise<void>;
};

type Active = {
  readonly writeup: string;
  readonly key: string;
  readonly abort: AbortController;
  summary: Summary;
  length: number;
  readonly done: Promise<void>;
};

export type HubOptions = {
  readonly store: RunStore;
  readonly slots: Slots;
  /** The commit that the writeups were read from; empty when it is not known. */
  readonly commit: string;
  readonly now: () => number;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
};

export function createRunRegistry({ store, slots, commit, now, date, log }: HubOptions): RunRegistry {
  const active = new Map<string, Active>();
  const listeners = new Set<RunListener>();
  let lastTime = 0;

  // Ids sort by time; two within a millisecond, or after the clock was set back, still sort in the order of their start.
  const id = (): string => {
    lastTime = Math.max(lastTime + 1, date().getTime());
    return ulid(lastTime);
  };

  const joinable = (key: string): string | undefined =>
    [...active].find(([, one]) => one.key === key && !one.abort.signal.aborted)?.[0];
  const tell = (writeup: string, entry: Active, summary: Summary) => {
    entry.summary = summary;
    for (const listener of listeners) listener.summary(writeup, summary);
  };

  const runOnce = async (
    entry: Active,
    queued: RunHeader,
    { check }: LoadedCheck,
    open: OpenFleet,
  ): Promise<void> => {
    const { fleet, reach, credentials } = open;
    const { run } = queued;
    const base = summaryBaseOf(queued);
    const { signal } = entry.abort;
    let release: (() => void) | undefined;
    try {
      release = await slots
        .take(
          needOf(check, fleet.machines),
          (position) => tell(entry.writeup, entry, { state: 'queued', ...base, position }),
          signal,
        )
        .catch(() => undefined);
      const header = { ...queued, condition: await open.condition(), startedAt: date().toISOString() };
      const recorder = createRecorder({
        store,
        header,
        written: (length) => {
          entry.length = length;
          for (const listener of listeners) listener.grown(run, length);
        },
        failed: () => entry.abort.abort(),
        now,
        date,
      });
      tell(entry.writeup, entry, { state: 'running', ...summaryBaseOf(header) });
      const judgement = await runCheck({
        ...{ check, reach, credentials },
        machineOf: (role) => machineOf(fleet, role),
        emit: (body: Entry['body']) => recorder.emit(body),
        signal,
        now,
      }).catch((error: unknown) => broken(error, log));
      const after = await open.condition();
      const kept =
        after === header.condition || after === ''
          ? judgement
          : changedMeanwhile(judgement, header.condition, after);
      const ended = await recorder.conclude(
        kept,
        signal.aborted && !recorder.failure() ? 'cancelled' : 'finished',
      );
      active.delete(run);
      tell(entry.writeup, entry, ended);
    } finally {
      active.delete(run);
      release?.();
    }
  };

  return {
    run(writeup, loaded, fleet, by) {
      const key = `${writeup.id}/${loaded.check.id}`;
      const same = joinable(key);
      if (same !== undefined) return { run: same, joined: true };
      const run = id();
      const header: RunHeader = {
        kind: 'header',
        run,
        writeup: writeup.id,
        check: loaded.check.id,
        checkHash: loaded.hash,
        documented: loaded.check.documented.value,
        steps: loaded.check.steps.map(({ id, role, command }) => ({ id, role, command })),
        fleet: fleet.fleet.name,
        source: fleet.fleet.source,
        condition: '',
        startedAt: date().toISOString(),
        title: loaded.check.title,
        commit,
        by,
      };
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const entry: Active = {
        writeup: writeup.id,
        key,
        abort: new AbortController(),
        summary: { state: 'queued', ...summaryBaseOf(header), position: 1 },
        length: 0,
        done,
      };
      active.set(run, entry);
      store.accept(header);
      // Started in a later turn, so that whoever asked hears the run's id before anything about it.
      setImmediate(() => void runOnce(entry, header, loaded, fleet).catch(log).finally(resolve));
      return { run, joined: false };
    },
    joins: (writeup, check) => joinable(`${writeup}/${check}`) !== undefined,
    id,
    cancel(run) {
      const entry = active.get(run);
      entry?.abort.abort(new Error('cancelled'));
      return entry !== undefined;
    },
    active: (writeup) =>
      [...active.values()]
        .filter((entry) => writeup === undefined || entry.writeup === writeup)
        .map(({ summary }) => summary),
    lengthOf: (run) => active.get(run)?.length,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close(ms) {
      const running = [...active.values()];
      for (const { abort } of running) abort.abort(new Error('the server is stopping'));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        Promise.all(running.map(({ done }) => done)),
        new Promise((resolve) => (timer = setTimeout(resolve, ms))),
      ]);
      clearTimeout(timer);
    },
  };
}

/**
 * The slots that a run of the check takes. A capture takes all slots of all machines: while it counts packets, none of our
 * own other runs may send any, or the reader finds packets in its terminal that the row does not count.
 */
function needOf(check: LoadedCheck['check'], machines: Fleet['machines']): ReadonlyMap<string, number> {
  if (check.effect === 'capture')
    return new Map(machines.map(({ name }) => [name, Number.POSITIVE_INFINITY]));
  const roles = new Set(check.steps.map(({ role }) => role));
  return new Map(machines.filter(({ role }) => roles.has(role)).map(({ name }) => [name, 1]));
}
