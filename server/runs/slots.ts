/** Slots of machines: a run gets all that it needs at once, first come first served. */
import type { SharedSlots, SlotRequest } from '../store/contract.ts';

export type Slots = ReturnType<typeof createSlots>;

/** `shared`: the same as all servers call it; nothing when no other server has these machines. */
export type Wanted = { readonly own: SlotRequest; readonly shared?: SlotRequest };

type Waiting = {
  readonly request: SlotRequest;
  readonly shared: SlotRequest | undefined;
  readonly moved: (position: number) => void;
  readonly start: (release: () => void) => void;
  /** The last position that `moved` got; 0 before the first. */
  position: number;
  /** `refused`: another server was in the way when it was asked for. */
  state: 'waits' | 'asks' | 'refused';
};

/**
 * `capacity` slots for every machine; larger requests are cut to it. A new waiter gets its position at once, later changes are
 * debounced by `debounce`. `others`: what is free here is taken on all servers.
 */
export function createSlots(
  capacity: number,
  debounce: (then: () => void) => void = (then) => then(),
  others?: SharedSlots,
) {
  const used = new Map<string, number>();
  const queue: Waiting[] = [];
  /** Of these, others are to get theirs first: until something is free. */
  const resting = new Set<string>();
  let isDebouncing = false;
  const cut = (request: SlotRequest): SlotRequest =>
    new Map([...request].map(([name, count]) => [name, Math.min(count, capacity)]));
  const isFree = (request: SlotRequest, reserved: ReadonlySet<string>) =>
    [...request].every(
      ([machine, count]) => !reserved.has(machine) && (used.get(machine) ?? 0) + count <= capacity,
    );
  const add = (request: SlotRequest, sign: 1 | -1) => {
    for (const [machine, count] of request) used.set(machine, (used.get(machine) ?? 0) + sign * count);
  };
  const free = ({ request }: Waiting, release?: () => void) => {
    release?.();
    add(request, -1);
    for (const name of request.keys()) resting.delete(name);
    serve();
  };
  const start = (waiting: Waiting, release?: () => void) => {
    queue.splice(queue.indexOf(waiting), 1);
    let isReleased = false;
    waiting.start(() => {
      if (!isReleased) free(waiting, release);
      isReleased = true;
    });
  };
  const ask = async (waiting: Waiting, { take, leave }: SharedSlots, shared: SlotRequest) => {
    const hadToWait = waiting.state === 'refused';
    waiting.state = 'asks';
    const release = await take(shared, capacity);
    if (!queue.includes(waiting)) {
      leave(shared);
      return free(waiting, release);
    }
    if (release === undefined || hadToWait) for (const name of waiting.request.keys()) resting.add(name);
    if (release !== undefined) return start(waiting, release);
    waiting.state = 'refused';
    add(waiting.request, -1);
    tellPosition(waiting);
  };
  const serve = () => {
    // Machines of an earlier waiter are reserved for it, so nobody starves.
    const reserved = new Set(resting);
    for (const waiting of [...queue]) {
      const { request, shared, state } = waiting;
      if (state === 'asks') continue;
      const canStart = isFree(request, reserved);
      if (!canStart || state === 'refused') for (const machine of request.keys()) reserved.add(machine);
      if (!canStart) continue;
      add(request, 1);
      if (others && shared) void ask(waiting, others, shared);
      else start(waiting);
    }
    if (isDebouncing) return;
    isDebouncing = true;
    debounce(() => {
      isDebouncing = false;
      queue.forEach(tellPosition);
    });
  };
  others?.listen(() => {
    resting.clear();
    serve();
  });
  const tellPosition = (waiting: Waiting) => {
    const waiters = queue.filter(({ state }) => state !== 'asks');
    const position = waiters.indexOf(waiting) + 1;
    if (position === 0 || waiting.position === position) return;
    waiting.position = position;
    waiting.moved(position);
  };
  return {
    /**
     * Resolves with the release once all slots are free; with `shared`, on all servers. `moved` gets the position in the queue (1 is next)
     * whenever it changes. Rejects with the signal's reason if it is aborted first.
     */
    acquire({ own, shared }: Wanted, moved: Waiting['moved'], signal: AbortSignal): Promise<() => void> {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const waiting: Waiting = {
          ...{ request: cut(own), shared: shared && cut(shared), moved, position: 0, state: 'waits' },
          start(release) {
            signal.removeEventListener('abort', leave);
            resolve(release);
          },
        };
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1);
          // One that asks is let go when it has its answer.
          if (waiting.state === 'refused' && waiting.shared) others?.leave(waiting.shared);
          serve();
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
        serve();
        tellPosition(waiting);
      });
    },
  };
}
