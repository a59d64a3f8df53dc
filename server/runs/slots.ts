/** Slots for each machine, taken all at once or not at all, first come first served. What uses them is left to others. */

export type Need = ReadonlyMap<string, number>;

export type Slots = {
  /**
   * Resolves with the release when all needed slots are free. `moved` is told the place in the queue (1 is next) whenever it changes.
   * Rejects with the signal's reason when it is aborted first.
   */
  acquire(need: Need, moved: (position: number) => void, signal: AbortSignal): Promise<() => void>;
};

type Waiting = {
  readonly need: Need;
  readonly moved: (position: number) => void;
  readonly go: () => void;
  /** The place that was told last; 0 before the first. */
  told: number;
};

/**
 * `capacity` slots for every machine. A need above the capacity is cut to it, so that it can be met at all. Whoever comes is told the place
 * at once; how places change is told when `gather` calls back, for everybody behind moves with each one that leaves.
 */
export function createSlots(capacity: number, gather: (then: () => void) => void = (then) => then()): Slots {
  const used = new Map<string, number>();
  const queue: Waiting[] = [];
  const fits = (need: Need, reserved: ReadonlySet<string>) =>
    [...need].every(
      ([machine, count]) => !reserved.has(machine) && (used.get(machine) ?? 0) + count <= capacity,
    );
  const add = (need: Need, sign: 1 | -1) => {
    for (const [machine, count] of need) used.set(machine, (used.get(machine) ?? 0) + sign * count);
  };
  const serve = () => {
    // A machine that an earlier waiter needs is not given to a later one: nobody starves.
    const reserved = new Set<string>();
    for (const waiting of [...queue]) {
      if (fits(waiting.need, reserved)) {
        queue.splice(queue.indexOf(waiting), 1);
        add(waiting.need, 1);
        waiting.go();
      } else for (const machine of waiting.need.keys()) reserved.add(machine);
    }
    if (isGathering) return;
    isGathering = true;
    gather(() => {
      isGathering = false;
      for (const index of queue.keys()) tell(index);
    });
  };
  let isGathering = false;
  const tell = (index: number) => {
    const waiting = queue[index];
    if (waiting === undefined || waiting.told === index + 1) return;
    waiting.told = index + 1;
    waiting.moved(waiting.told);
  };
  return {
    acquire(wanted, moved, signal) {
      const need = new Map([...wanted].map(([machine, count]) => [machine, Math.min(count, capacity)]));
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const waiting: Waiting = {
          ...{ need, moved, told: 0 },
          go() {
            signal.removeEventListener('abort', leave);
            let released = false;
            resolve(() => {
              if (released) return;
              released = true;
              add(need, -1);
              serve();
            });
          },
        };
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1);
          serve();
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
        serve();
        tell(queue.indexOf(waiting));
      });
    },
  };
}
