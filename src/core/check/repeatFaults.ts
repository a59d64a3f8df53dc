/** Faults in a step that is run again and again, and in samples of attempts. */
import type { Check } from './check.ts';
import { type Fault, faultsAt, faultUnless } from './fault.ts';
import { stepsNamedBy } from './namedSteps.ts';

export function repeatFaults({ steps, expect, values, samples }: Check): readonly Fault[] {
  const repeated = steps.flatMap((step) => (step.runs === 'foreground' && step.repeat ? [step.id] : []));
  return [
    ...steps.flatMap((step, index) => {
      if (step.runs === 'background' || step.repeat === undefined) return [];
      const { repeat, id, extracts } = step;
      const before = new Set(steps.slice(0, index + 1).map((one) => one.id));
      const own = expect.some((one) => {
        const named = stepsNamedBy(one, values);
        return named.includes(id) && named.every((name) => before.has(name));
      });
      const noReason = `nothing in \`expect\` says what "${id}" is repeated for: add an expectation of its output`;
      const tooRare = `expected less than the ${repeat.seconds} s of \`seconds\`, so that there is a second attempt, found ${repeat.every}`;
      return faultsAt(
        ['steps', index, 'repeat'],
        [
          ...faultUnless(own, [], noReason),
          ...faultUnless(repeat.every < repeat.seconds, ['every'], tooRare),
          ...faultUnless(!extracts, [], 'a step that extracts a secret runs once: repeat a step after it'),
        ],
      );
    }),
    ...samples.flatMap((sample, index) =>
      Object.entries(sample.steps).flatMap(([id, { attempts }]) =>
        faultUnless(
          attempts === undefined || repeated.includes(id),
          ['samples', index, 'steps', id, 'attempts'],
          `"${id}" has no \`repeat\`, so it runs once: write its output without \`attempts\``,
        ),
      ),
    ),
  ];
}
