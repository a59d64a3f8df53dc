/** How many answers of one kind are made at once: of everybody, and of one person. Others wait a little. */

export type TurnLimits = {
  readonly atOnce: number;
  /** Nobody in particular, as everybody is on a server without a login, is no person. */
  readonly perPerson: number;
  readonly waitMs: number;
};

/** Calls back after so many milliseconds; returns the way to call it off. */
export type Timer = (ms: number, then: () => void) => () => void;

const mostWaiting = 200;

export function createTurns({ atOnce, perPerson, waitMs }: TurnLimits, later: Timer) {
  const turns = new Set<{ readonly person: string }>();
  const waiting = new Set<{
    readonly person: string;
    readonly go: (leave: (() => void) | undefined) => void;
  }>();

  const isFree = (person: string) =>
    turns.size < atOnce &&
    (person === '' || [...turns].filter((turn) => turn.person === person).length < perPerson);
  const begin = (person: string) => {
    const turn = { person };
    turns.add(turn);
    return () => {
      if (!turns.delete(turn)) return;
      for (const one of waiting) if (isFree(one.person)) one.go(begin(one.person));
    };
  };

  return {
    /** Resolves with the end of the turn, or with nothing when there was none in time or `signal` ended the waiting. */
    enter(person: string, signal: AbortSignal): Promise<(() => void) | undefined> {
      if (signal.aborted) return Promise.resolve(undefined);
      if (isFree(person)) return Promise.resolve(begin(person));
      if (waiting.size >= mostWaiting) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const one = {
          person,
          go(leave: (() => void) | undefined) {
            waiting.delete(one);
            callOff();
            signal.removeEventListener('abort', giveUp);
            resolve(leave);
          },
        };
        const giveUp = () => one.go(undefined);
        const callOff = later(waitMs, giveUp);
        waiting.add(one);
        signal.addEventListener('abort', giveUp);
      });
    },
  };
}
