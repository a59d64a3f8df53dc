/** Runs tasks one after the other; one that fails does not keep the next from running. */
export function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => {});
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
