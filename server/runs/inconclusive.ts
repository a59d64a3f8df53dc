/** Judgements of runs that say nothing about their check: the lab changed meanwhile, or our own code failed. */
import type { Judgement } from '../../src/core/run/judgement.ts';
import type { Problem } from '../../src/core/vocabulary.ts';

export const inconclusive = (
  problem: Problem,
  observed: string,
  { findings, judge }: Pick<Judgement, 'findings' | 'judge'> = { findings: [], judge: 0 },
): Judgement => ({
  ...{ verdict: 'inconclusive', problem, findings, judge },
  ...{ observed: `not known: ${observed}`, means: problem.message },
});

/** The judgement, or an inconclusive one if the lab's condition changed. An empty `after` is unknown. */
export function changedMeanwhile(judgement: Judgement, before: string, after: string): Judgement {
  if (after === before || after === '') return judgement;
  const message = `The lab was changed from ${before} to ${after} while this ran, so the result belongs to neither. Run the check again.`;
  return inconclusive({ kind: 'condition-changed', message }, 'condition changed', judgement);
}

/** Logs the error, which is ours. */
export function internalError(error: unknown, log: (error: unknown) => void): Judgement {
  log(error);
  const message =
    'Something in Vantage itself failed. Nothing was concluded. The cause is in the server log; please report it.';
  return inconclusive({ kind: 'internal-error', message }, 'internal error');
}
