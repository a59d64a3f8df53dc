/** How many bytes may wait for pages that read too slowly, and which sockets exceed it. Pure. */

export type QueueLimits = typeof queueLimits;

const mib = 2 ** 20;
export const queueLimits = {
  /** More than this may wait for one socket for at most `socketMs`. */
  socketBytes: 256 * 1024,
  socketMs: 10_000,
  /** For all sockets of one person. */
  personBytes: 16 * mib,
  /** For all sockets: 96 KiB for each of two thousand fit. */
  allBytes: 192 * mib,
};
export const queueCheckMs = 500;

export type Queue<Socket> = {
  readonly socket: Socket;
  /** A principal's id; empty for local users, who have no limit of their own. */
  readonly person: string;
  readonly bytes: number;
};

/** Returns the sockets to close. Of those that exceed a limit together, the fullest go first. */
export function createQueueWatch<Socket extends object>({
  socketBytes,
  socketMs,
  personBytes,
  allBytes,
}: QueueLimits): (
  queues: readonly Queue<Socket>[],
  now: number,
) => readonly { readonly socket: Socket; readonly message: string }[] {
  const over = new WeakMap<Socket, number>();
  return (queues, now) => {
    const ending = new Map<Socket, string>();
    const perPerson = new Map<string, number>();
    let all = 0;
    for (const { socket, person, bytes } of queues) {
      const since = bytes > socketBytes ? (over.get(socket) ?? now) : undefined;
      if (since === undefined) over.delete(socket);
      else over.set(socket, since);
      if (since !== undefined && now - since >= socketMs) {
        ending.set(socket, `more than ${inKib(socketBytes)} waited for ${socketMs / 1000} s`);
        continue;
      }
      all += bytes;
      perPerson.set(person, (perPerson.get(person) ?? 0) + bytes);
    }
    for (const { socket, person, bytes } of queues.toSorted((one, other) => other.bytes - one.bytes)) {
      const own = perPerson.get(person) ?? 0;
      const isOwnOver = person !== '' && own > personBytes;
      if (ending.has(socket) || (!isOwnOver && all <= allBytes)) continue;
      const [limit, whose] = isOwnOver ? [personBytes, ' of one person'] : [allBytes, ''];
      ending.set(socket, `more than ${inKib(limit)} waited for all pages${whose}`);
      all -= bytes;
      perPerson.set(person, own - bytes);
    }
    return [...ending].map(([socket, why]) => ({ socket, message: `${why}: this page reads too slowly` }));
  };
}

const inKib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
