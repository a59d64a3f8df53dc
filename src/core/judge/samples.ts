/** Judges a check's samples: the proof, taken at every build, that it accepts what it must and rejects what it must. */
import type { Check, Sample } from '../check/check.ts';
import { problemOfEnd, type StepResult } from './evidence.ts';
import { judge } from './judge.ts';
import type { Fault } from '../check/fault.ts';

/** Faults for samples whose verdict, observed text or documented value comes out otherwise than stated, and for outcomes that none of them comes to. */
export function judgeSamples(check: Check): readonly Fault[] {
  const reached = new Set<string | undefined>();
  const faults = check.samples.flatMap((sample, index) => {
    const judgement = judge(check, resultsOf(check, sample));
    reached.add(judgement.outcome);
    const path = ['samples', index];
    const why = judgement.problem
      ? judgement.problem.message
      : judgement.findings
          .filter(({ holds }) => !holds)
          .map(({ message, observed }) => `${message}, found ${observed}`)
          .join('; ');
    if (judgement.verdict !== sample.verdict)
      return [
        {
          path,
          message: `sample "${sample.name}" must be judged ${sample.verdict}, and is judged ${judgement.verdict}${why === '' ? '' : `: ${why}`}`,
        },
      ];
    const wanted = sample.observed ?? (sample.verdict === 'agrees' ? check.documented.value : undefined);
    if (wanted !== undefined && judgement.observed !== wanted)
      return [
        {
          path,
          message: `sample "${sample.name}" must show "${wanted}" as observed, and shows "${judgement.observed}"`,
        },
      ];
    return [];
  });
  return [
    ...faults,
    ...check.outcomes.flatMap(({ observed }, index) =>
      reached.has(String(index + 1))
        ? []
        : [
            {
              path: ['outcomes', index],
              message: `no sample comes to the outcome "${observed}": add one, so that it is known that its \`when\` can hold, and that no outcome before it takes its place`,
            },
          ],
    ),
  ];
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
  return new Map([...steps].map(([id, step]) => [id, resultOf(check, id, step)]));
}

function resultOf(
  check: Check,
  id: string,
  { how = 'complete', exit = 0, stdout = '', stderr = '', seconds = 0.01 }: Sample['steps'][string],
): StepResult {
  const limits = check.steps.find((step) => step.id === id)?.limits ?? { seconds: 0, bytes: 0 };
  const end = { bytes: 0, sha256: '' };
  const problem = problemOfEnd(
    id,
    how === 'lost'
      ? { how, message: 'the connection ended in mid-run' }
      : { how, exit, stdout: end, stderr: end },
    limits,
  );
  return problem ? { how: 'problem', problem } : { how: 'complete', step: { exit, stdout, stderr, seconds } };
}
