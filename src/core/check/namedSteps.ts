/** What an expectation is about: the values and the steps that it names. */
import type { Check } from './check.ts';
import type { Expectation } from './expectation.ts';

export function valuesIn(expectation: Expectation): readonly string[] {
  if (expectation.kind === 'value') return [expectation.value];
  return expectation.kind === 'same' ? expectation.values : [];
}

/** Empty text for a value that is not there. */
export const stepsNamedBy = (one: Expectation, values: Check['values']): readonly string[] =>
  'step' in one ? [one.step] : valuesIn(one).map((name) => values?.[name]?.step ?? '');
