/** Judgements of runs that say nothing about their check: the lab changed meanwhile, or our own code failed. */
import { inconclusive, type Judgement } from '../../src/core/run/judgement.ts';
import { internalError } from '../../src/core/vocabulary.ts';

/** The judgement, or an inconclusive one if the lab's condition changed. An empty `after` is unknown. */
export function changedMeanwhile(judgement: Judgement, before: string, after: string): Judgement {
  if (after === before || after === '') return judgement;
  const message = `The lab was changed from ${before} to ${after} while this ran, so the result belongs to neither. Run the check again.`;
  return inconclusive({ kind: 'condition-changed', message }, judgement);
}

/** Logs the error, which is ours. */
export function internalErrorJudgement(error: unknown, log: (error: unknown) => void): Judgement {
  log(error);
  const message = `${internalError} Nothing was concluded. Please report it.`;
  return inconclusive({ kind: 'internal-error', message });
}
