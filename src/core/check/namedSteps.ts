/** What is judged: the values, steps and streams that expectations name. */
import type { Check } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { Stream } from '../vocabulary.ts';

export function valuesIn(expectation: Expectation): readonly string[] {
  if (expectation.kind === 'value') return [expectation.value];
  return expectation.kind === 'same' ? expectation.values : [];
}

/** Empty text for a value that is not there. */
export const stepsNamedBy = (one: Expectation, values: Check['values']): readonly string[] =>
  'step' in one ? [one.step] : valuesIn(one).map((name) => values?.[name]?.step ?? '');

/** Judging so much takes 30 ms of a server that others wait for, and 50 MiB would take 1.2 s. */
export const JUDGED_BYTES = 4 * 1024 * 1024;

/** The streams of a step that an expectation or a value reads. */
export function judgedStreams(check: Check, step: string): ReadonlySet<Stream> {
  const found = new Set<Stream>();
  JSON.stringify(check, (_, value: unknown) => {
    if (isPlace(value) && value.step === step) found.add(value.stream);
    return value;
  });
  return found;
}
const isPlace = (value: unknown): value is { readonly step: string; readonly stream: Stream } =>
  typeof value === 'object' && value !== null && 'step' in value && 'stream' in value;
