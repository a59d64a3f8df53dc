/** The other servers on this store: their active runs, as news and the store tell of them, and what a run of this one needs of them. */
import { type Summary, summaryBaseOf } from '../../src/core/protocol/down.ts';
import { StoreLostError } from '../store/faults.ts';
import type { Running, Shared, Store } from '../store/contract.ts';
import { createClaims } from './claims.ts';

type OtherRun = { readonly writeup: string; summary: Summary; length: number };

type Options = {
  readonly store: Pick<Store, 'history' | 'fault'>;
  readonly shared: Shared;
  readonly changed: (writeup: string, summary: Summary) => void;
  readonly grown: (run: string, length: number) => void;
  /** There is a run of this id. */
  readonly seen: (run: string) => void;
  /** This server was cut off: others may have ended its runs, and may run where it was alone. Or they have ended this one. */
  readonly lost: (error: Error, run?: string) => void;
  /** Another server's page asks for the end of a run of this one. */
  readonly cancel: (run: string) => unknown;
  readonly log: (error: unknown) => void;
};

export function joinOtherServers({ store, shared, changed, grown, seen, lost, cancel, log }: Options) {
  const { news } = shared;
  shared.whenLost(lost);
  const runs = new Map<string, OtherRun>();
  const grow = (run: string, bytes: number) => {
    const known = runs.get(run);
    if (known === undefined || bytes <= known.length) return;
    known.length = bytes;
    grown(run, bytes);
  };
  const put = (writeup: string, summary: Summary) => {
    seen(summary.run);
    runs.set(summary.run, { length: 0, ...runs.get(summary.run), writeup, summary });
    changed(writeup, summary);
  };
  /** Nothing happens when it has not ended yet, or is none. */
  const end = async (run: string) => {
    const [row] = await store.history.rows([run]);
    if (row === undefined) return;
    runs.delete(run);
    seen(run);
    grown(run, row.bytes);
    changed(row.writeup, row.summary);
  };
  const add = ({ header, bytes }: Running) => {
    const known = runs.get(header.run)?.summary.state;
    const base = summaryBaseOf(header);
    if (known === undefined || (known === 'queued' && bytes > 0))
      put(
        header.writeup,
        bytes > 0 ? { state: 'running', ...base } : { state: 'queued', ...base, position: 1 },
      );
    grow(header.run, bytes);
  };
  /** News comes first; what was lost of it is found by looking. */
  const stopWatching = shared.watch(() => {
    const before = [...runs.keys()];
    return ({ running }) => {
      for (const one of running) add(one);
      const left = new Set(running.map(({ header }) => header.run));
      for (const run of before.filter((one) => runs.has(one) && !left.has(one)))
        // Neither running nor ended: the database lost it when it crashed.
        void end(run).then(
          () => runs.delete(run),
          () => {},
        );
    };
  });
  const stop = news.listen({
    heard(message) {
      switch (message.kind) {
        case 'run':
          return put(message.writeup, message.summary);
        case 'grown':
          return grow(message.run, message.bytes);
        case 'ended':
          lost(new StoreLostError('another server has ended the run'), message.run);
          return void end(message.run).catch((error: unknown) => {
            // The store itself says that it is gone.
            if (store.fault() === undefined) log(error);
          });
        case 'cancel':
          return void cancel(message.run);
        case 'released':
        case 'signed-out':
        case 'here':
        case 'who-is-here':
        case 'set':
          return;
        default:
          return message satisfies never;
      }
    },
  });
  return {
    claim: createClaims(shared, add),
    join: shared.join,
    withdraw: shared.withdraw,
    /** Of a run of this server. */
    tell(writeup: string, summary: Summary) {
      // The store tells of its end, when it has it.
      if (summary.state !== 'ended') news.send({ kind: 'run', writeup, summary });
    },
    /** False if it is no run of theirs. */
    cancel(run: string): boolean {
      if (runs.has(run)) news.send({ kind: 'cancel', run });
      return runs.has(run);
    },
    /** Whether a request for this check would join one of them. A lab belongs to one server. */
    isRunning: (writeup: string, check: string): boolean =>
      [...runs.values()].some(
        (one) => one.writeup === writeup && one.summary.check === check && one.summary.source === 'live',
      ),
    all: (): readonly Pick<OtherRun, 'writeup' | 'summary'>[] => [...runs.values()],
    lengthOf: (run: string) => runs.get(run)?.length,
    close() {
      stopWatching();
      stop();
    },
  };
}
