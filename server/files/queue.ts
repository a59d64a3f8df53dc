/** Runs tasks one after the other; one that fails does not keep the next from running. */
export function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    // Not the result itself: it would be kept until the next task.
    last = next.then(
      () => {},
      () => {},
    );
    return next;
  };
}

/** Does `work` once for all who ask before it begins; who asks while it goes on shares the next time, which comes after it. */
export function sharedTurn<T>(work: () => Promise<T>, inTurn = queue()): () => Promise<T> {
  let next: Promise<T> | undefined;
  return () => {
    next ??= inTurn(() => {
      next = undefined;
      return work();
    });
    return next;
  };
}

/** Does `work` for each of them, for so many at once. Resolves with the results in their order. */
export async function mapAtOnce<T, Result>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<Result>,
) {
  const results: Result[] = [];
  const left = all.entries();
  const worker = async () => {
    for (const [nth, one] of left) results[nth] = await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
