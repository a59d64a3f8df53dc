/** What is concluded of a run that says nothing about its check: the lab was changed meanwhile, or our own code failed. */
import { internalError } from '../../src/core/vocabulary.ts';
import { inconclusive, type Judgement } from '../../src/core/run/judgement.ts';

/** The judgement without what it would have said of the limitation. `before` and `after` are names of conditions. */
export function changedMeanwhile(judgement: Judgement, before: string, after: string): Judgement {
  const message = `The lab was changed from ${before} to ${after} while this ran, so what came back belongs to neither. Run the check again.`;
  return inconclusive({ kind: 'condition-changed', message }, judgement);
}

/** Logs the error, which is ours. */
export function broken(error: unknown, log: (error: unknown) => void): Judgement {
  log(error);
  const message = `${internalError} Nothing was concluded. Please report it.`;
  return inconclusive({ kind: 'internal-error', message });
}
