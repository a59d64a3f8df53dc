/** Results to choose from before a check runs, from what the judge says of its samples, and which of them came true. Pure. */
import type { Verdict } from '../vocabulary.ts';
import type { Judgement } from '../run/judgement.ts';
import type { Check } from '../check/check.ts';
import { judge } from './judge.ts';
import { resultsOf } from './samples.ts';

/** What a reader may expect of a check before it runs, and which of it came true. Pure. */
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

const OTHERS = 2;

/** The documented result and two others, in an order that is the same at every build and gives nothing away. */
export function choicesOf(check: Check): readonly Choice[] {
  const judged = check.samples.map((sample) => judge(check, resultsOf(check, sample)));
  const agrees = judged.find(({ verdict }) => verdict === 'agrees');
  const documented: Choice = {
    observed: check.documented.value,
    verdict: 'agrees',
    outcome: agrees?.outcome,
    means: agrees?.means ?? check.otherwise.agrees.means,
  };
  const isOpposite = ({ limitation }: Judgement) =>
    limitation !== undefined && limitation !== agrees?.limitation;
  const differing = judged.filter(({ verdict }) => verdict === 'differs');
  const left = [...differing.filter(isOpposite), ...differing.filter((one) => !isOpposite(one))].map(
    ({ observed, verdict, outcome, means }): Choice => ({ observed, verdict, outcome, means }),
  );
  const chosen = [documented];
  while (chosen.length <= OTHERS) {
    const possible = left.filter((one) => !chosen.some((other) => isSame(one, other)));
    const explained = possible.filter(({ outcome }) => outcome !== 'otherwise');
    const next = (chosen.length === 1 ? explained[0] : leastAlike(explained, chosen)) ?? possible[0];
    if (next === undefined) break;
    chosen.push(next);
  }
  if (chosen.length <= OTHERS) chosen.push(undecided(check));
  const at = [...check.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % chosen.length;
  return chosen.slice(1).toSpliced(at, 0, documented);
}

const isSame = (one: Choice, other: Choice): boolean =>
  one.observed === other.observed || (one.verdict === other.verdict && one.outcome === other.outcome);

const undecided = (check: Check): Choice => ({
  observed: 'It cannot be decided',
  verdict: 'inconclusive',
  outcome: undefined,
  means: check.otherwise.inconclusive.means,
});

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];

/** The one with the smallest part of words that the others have too; the first of several. */
function leastAlike(possible: readonly Choice[], others: readonly Choice[]): Choice | undefined {
  const known = new Set(others.flatMap(({ observed }) => wordsOf(observed)));
  const shared = ({ observed }: Choice) => {
    const words = wordsOf(observed);
    return words.filter((word) => known.has(word)).length / Math.max(1, words.length);
  };
  return possible.toSorted((a, b) => shared(a) - shared(b))[0];
}
