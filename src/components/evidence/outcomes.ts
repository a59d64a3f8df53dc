/** Every outcome of a check as a reader meets it before anything runs: an example from the check's own samples beside what it means. */
import type { Check } from '../../core/check/check.ts';
import { expectationText } from '../../core/judge/evaluateExpectation.ts';
import { judge } from '../../core/judge/judge.ts';
import { resultsOf } from '../../core/judge/samples.ts';

/** The authored outcomes, in order, each with the observed text and verdict of the first sample that comes out so; without one the text is the author's pattern. */
export function shownOutcomes(check: Check) {
  const judged = check.samples.map((sample) => judge(check, resultsOf(check, sample)));
  return check.outcomes.map(({ observed, means, limitation, when }) => {
    const example = judged.find((judgement) => matches(means, judgement.means));
    return {
      observed: example?.observed ?? observed,
      verdict: example?.verdict,
      means: example?.means ?? means,
      when: when.map(expectationText).join(', and '),
      sign: limitation,
    };
  });
}

/** Whether a text is a filled-in pattern, where `{name}` stands for a value. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split(/\{[a-z0-9-]+\}/);
  const [first = '', ...rest] = parts;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const [index, part] of rest.entries()) {
    const at = index === rest.length - 1 ? text.length - part.length : text.indexOf(part, from);
    if (at < from || !text.startsWith(part, at)) return false;
    from = at + part.length;
  }
  return from === text.length;
}
