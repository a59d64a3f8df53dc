/** A step that is run again and again: whether another attempt follows, and which one stands for the step. Pure. */
import type { Check, Step } from '../check/check.ts';
import { stepsNamedBy } from '../check/namedSteps.ts';
import type { Judgement } from '../run/judgement.ts';
import type { StepResult } from './evidence.ts';
import { judge } from './judge.ts';

export type Series = {
  /** The judgement of the newest attempt. */
  readonly last: () => Judgement | undefined;
  /** The result that stands for the step, once that is known; after the last attempt it always is. */
  add(result: StepResult, isLast: boolean): StepResult | undefined;
};

/** `before`: the results of the steps before it. A step without `repeat` has one attempt. */
export function createSeries(check: Check, step: Step, before: ReadonlyMap<string, StepResult>): Series {
  const holds = step.runs === 'foreground' ? step.repeat?.holds : undefined;
  let last: Judgement | undefined;
  let unread: StepResult | undefined;
  return {
    last: () => last,
    add(result, isLast) {
      last = judgeAttempt(check, step, new Map([...before, [step.id, result]]));
      const { verdict, problem } = last;
      if (result.how === 'problem' || problem?.kind === 'missing-command') return result;
      // One that could not be read may have been the one that held.
      if (verdict === 'inconclusive') unread = result;
      const goesOn = holds === 'eventually' ? verdict !== 'agrees' : verdict === 'agrees';
      if (!goesOn || holds === undefined) return result;
      return isLast ? (unread ?? result) : undefined;
    },
  };
}

/** By what the check expects of this step, alone or together with steps before it. */
function judgeAttempt(check: Check, { id }: Step, results: ReadonlyMap<string, StepResult>): Judgement {
  const isKnown = (named: readonly string[]) => named.includes(id) && named.every((one) => results.has(one));
  return judge(
    {
      ...check,
      steps: check.steps.filter((step) => step.id === id),
      controls: (check.controls ?? []).filter(({ holds }) => isKnown(stepsNamedBy(holds, check.values))),
      expect: check.expect.filter((one) => isKnown(stepsNamedBy(one, check.values))),
    },
    results,
  );
}
