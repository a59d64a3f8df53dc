/** What a reader may expect of a check before it runs, and which of it came true. Pure. */
import type { Verdict } from '../vocabulary.ts';
import type { Judgement } from './judgement.ts';

export type Choice = {
  /** The result in words, from a sample of the check. */
  readonly observed: string;
  readonly verdict: Verdict;
  /** As in a judgement; a result that agrees is the documented choice whatever its outcome. */
  readonly outcome: string | undefined;
  readonly means: string;
};

/** The choice that a run came to; undefined when it came to none of them. */
export const choiceThatCame = (
  choices: readonly Choice[],
  { verdict, outcome, observed }: Judgement,
): Choice | undefined =>
  choices.find((choice) => {
    if (choice.verdict !== verdict) return false;
    if (verdict !== 'differs') return true;
    return choice.outcome === outcome && (outcome !== 'otherwise' || choice.observed === observed);
  });
