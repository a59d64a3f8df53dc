/** Judges the samples of a check: the proof, at every build, that it accepts and rejects what it must. And the attempts of a step that is run again and again. Pure. */
import type { Check, Step, Sample } from '../check/check.ts';
import { stepsNamedBy } from '../check/namedSteps.ts';
import type { Judgement } from '../run/judgement.ts';
import { type StepResult, problemOfEnd } from './evidence.ts';
import { judge } from './judge.ts';
import { fault, type Fault, faultUnless } from '../check/fault.ts';

/** A step that is run again and again: whether another attempt follows, and which one stands for the step. Pure. */
export type Series = {
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

/** Faults for samples that come out otherwise than stated, and for outcomes that no sample reaches. */
export function judgeSamples(check: Check): readonly Fault[] {
  const judgements = check.samples.map((sample) => judge(check, resultsOf(check, sample)));
  return [
    ...check.samples.flatMap((sample, index) => {
      const judgement = judgements[index];
      const message = judgement && wrongSample(check, sample, judgement);
      return message === undefined ? [] : fault(['samples', index], message);
    }),
    ...check.outcomes.flatMap(({ observed }, index) =>
      faultUnless(
        judgements.some(({ outcome }) => outcome === String(index + 1)),
        ['outcomes', index],
        `no sample comes to the outcome "${observed}": add one, to show that its \`when\` can hold and that no outcome before it takes its place`,
      ),
    ),
  ];
}

function wrongSample(
  { documented }: Check,
  sample: Sample,
  { verdict, observed, problem, findings }: Judgement,
): string | undefined {
  if (verdict !== sample.verdict) {
    const failed = findings.filter(({ holds }) => !holds);
    const why = problem?.message ?? failed.map((one) => `${one.message}, found ${one.observed}`).join('; ');
    return `sample "${sample.name}" must be judged ${sample.verdict}, and is judged ${verdict}${why ? `: ${why}` : verdict === 'agrees' ? ': expect what this output does not have, or correct the sample' : ''}`;
  }
  const wanted = sample.observed ?? (verdict === 'agrees' ? documented.value : observed);
  return observed === wanted
    ? undefined
    : `sample "${sample.name}" must show "${wanted}" as observed, and shows "${observed}"`;
}

/** What the judge would be given for a sample: the steps of `like` first, then its own. */
export function resultsOf(check: Check, sample: Sample): ReadonlyMap<string, StepResult> {
  const chain: Sample[] = [];
  for (
    let next: Sample | undefined = sample;
    next && !chain.includes(next);
    next = check.samples.find(({ name }) => name === chain[0]?.like)
  )
    chain.unshift(next);
  const steps = new Map<string, Sample['steps'][string]>();
  for (const { steps: own } of chain)
    for (const [id, step] of Object.entries(own)) steps.set(id, { ...steps.get(id), ...step });
  const results = new Map<string, StepResult>();
  for (const step of check.steps) {
    const { attempts = [], ...own } = steps.get(step.id) ?? {};
    const series = createSeries(check, step, results);
    let decided: StepResult | undefined;
    for (const [index, attempt] of attempts.entries())
      decided ??= series.add(resultOf(step, { ...own, ...attempt }), index + 1 === attempts.length);
    if (steps.has(step.id)) results.set(step.id, decided ?? resultOf(step, own));
  }
  return results;
}

function resultOf(
  { id, limits }: Step,
  { how = 'complete', exit = 0, stdout = '', stderr = '', seconds = 0.01 }: Sample['steps'][string],
): StepResult {
  const end = { bytes: 0, sha256: '' };
  const ended =
    how === 'lost'
      ? { how, message: 'the connection ended in mid-run' }
      : { how, exit, stdout: end, stderr: end };
  const problem = problemOfEnd(id, ended, limits);
  return problem ? { how: 'problem', problem } : { how: 'complete', step: { exit, stdout, stderr, seconds } };
}
