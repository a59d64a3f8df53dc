/** Judges the samples of a check: the proof, at every build, that it accepts what it must and rejects what it must. */
import type { Check, Sample, Step } from '../check/check.ts';
import { createSeries } from './attempts.ts';
import { problemOfEnd, type StepResult } from './evidence.ts';
import { judge } from './judge.ts';
import { fault, type Fault } from '../check/fault.ts';
import type { Judgement } from '../run/judgement.ts';

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
      judgements.some(({ outcome }) => outcome === String(index + 1))
        ? []
        : fault(
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
