/** Slots of machines: a run gets all that it needs at once, first come first served. */

/** Slots by machine. */
export type SlotRequest = ReadonlyMap<string, number>;

export type Slots = ReturnType<typeof createSlots>;

type Waiting = {
  readonly request: SlotRequest;
  readonly moved: (position: number) => void;
  readonly start: () => void;
  /** The last position that `moved` got; 0 before the first. */
  position: number;
};

/**
 * `capacity` slots for every machine; larger requests are cut to it. A new waiter gets its position at once, later changes are
 * debounced by `debounce`.
 */
export function createSlots(capacity: number, debounce: (then: () => void) => void = (then) => then()) {
  const used = new Map<string, number>();
  const queue: Waiting[] = [];
  let isDebouncing = false;
  const isFree = (request: SlotRequest, reserved: ReadonlySet<string>) =>
    [...request].every(
      ([machine, count]) => !reserved.has(machine) && (used.get(machine) ?? 0) + count <= capacity,
    );
  const add = (request: SlotRequest, sign: 1 | -1) => {
    for (const [machine, count] of request) used.set(machine, (used.get(machine) ?? 0) + sign * count);
  };
  const serve = () => {
    // Machines of an earlier waiter are reserved for it, so nobody starves.
    const reserved = new Set<string>();
    for (const waiting of [...queue]) {
      if (isFree(waiting.request, reserved)) {
        queue.splice(queue.indexOf(waiting), 1);
        add(waiting.request, 1);
        waiting.start();
      } else for (const machine of waiting.request.keys()) reserved.add(machine);
    }
    if (isDebouncing) return;
    isDebouncing = true;
    debounce(() => {
      isDebouncing = false;
      for (const index of queue.keys()) tellPosition(index);
    });
  };
  const tellPosition = (index: number) => {
    const waiting = queue[index];
    if (waiting === undefined || waiting.position === index + 1) return;
    waiting.position = index + 1;
    waiting.moved(waiting.position);
  };
  return {
    /**
     * Resolves with the release once all slots are free. `moved` gets the position in the queue (1 is next) whenever it changes.
     * Rejects with the signal's reason if it is aborted first.
     */
    acquire(wanted: SlotRequest, moved: Waiting['moved'], signal: AbortSignal): Promise<() => void> {
      const request = new Map([...wanted].map(([machine, count]) => [machine, Math.min(count, capacity)]));
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const waiting: Waiting = {
          ...{ request, moved, position: 0 },
          start() {
            signal.removeEventListener('abort', leave);
            let isReleased = false;
            resolve(() => {
              if (isReleased) return;
              isReleased = true;
              add(request, -1);
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
        tellPosition(queue.indexOf(waiting));
      });
    },
  };
}
