/** The runs that a page follows, each with its log, which the server's binary messages fill. */
import type { Up } from '../../core/protocol/up.ts';
import { createRunLog, type OpenRunLog } from '../state/runLog.ts';

/** Of a long output that exists already, a page asks for about this much: its end. */
const TAIL_BYTES = 256 * 1024;

export function createFollowedRuns(send: (message: Up) => boolean, report: (error: unknown) => void) {
  const followed = new Map<string, { readonly log: OpenRunLog; holders: number }>();
  const started = new Set<string>();
  let reader: Promise<typeof import('./runMessage.ts')> | undefined;
  /** Loaded once, so that messages stay in order. */
  const loadReader = () =>
    (reader ??= import('./runMessage.ts').catch((error: unknown) => {
      reader = undefined;
      throw error;
    }));
  const ofRun = (run: string) => {
    const own = followed.get(run) ?? { log: createRunLog(), holders: 0 };
    followed.set(run, own);
    return own;
  };
  return {
    logOf: (run: string): OpenRunLog => ofRun(run).log,
    runs: (): readonly string[] => [...followed.keys()],
    /** Asks the server for the entries that the log does not have. */
    request(run: string): void {
      loadReader().catch(report);
      const { view } = ofRun(run).log;
      // Only a log without entries may skip the older output, and not of what was started here.
      const isLate = view === undefined && !started.has(run);
      send({ type: 'follow', run, from: view?.next ?? 0, ...(isLate && { tail: TAIL_BYTES }) });
    },
    /** This page has started it, and sees all of it, however late what shows it is loaded. */
    onStarted: (run: string) => void started.add(run),
    add(message: ArrayBuffer): void {
      loadReader()
        .then(({ addToLog }) => addToLog(message, (run) => followed.get(run)?.log))
        .catch(report);
    },
    /** `isFirst`: nobody followed it before. `onLast` is called when the last holder has released it. */
    hold(run: string, onLast: () => void) {
      const own = ofRun(run);
      own.holders += 1;
      let held = true;
      const release = () => {
        if (!held) return;
        held = false;
        own.holders -= 1;
        if (own.holders === 0 && followed.get(run) === own) onLast();
      };
      return { log: own.log, isFirst: own.holders === 1, release };
    },
    forget(run: string): void {
      followed.delete(run);
      send({ type: 'unfollow', run });
    },
  };
}
