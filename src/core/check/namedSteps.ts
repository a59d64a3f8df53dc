/** What expectations name (values, steps and streams), and which of them a broken instrument meets too: those that hold for an empty stream, or for a zero. */
import type { Check, ValueSource } from './check.ts';
import type { Expectation, Comparison, LinePattern } from './expectation.ts';
import { type Stream, never } from '../vocabulary.ts';
import { allowsZero } from './compareValue.ts';
import { compile } from './pattern.ts';

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

type Values = ReadonlyMap<string, ValueSource>;

/** Whether the expectation says, or could say, that nothing happened. */
export function claimsNothing(expectation: Expectation, values: Values): boolean {
  const { kind } = expectation;
  switch (kind) {
    case 'absent':
    case 'empty':
      return true;
    case 'contains':
      return saysZero(expectation.text);
    case 'lines':
      return expectation.lines.every(mayBeMissing) || expectation.lines.some(saysZeroLine);
    case 'set':
      return expectation.includes.some(saysZero);
    case 'set-equals':
      return expectation.members.some(saysZero);
    case 'value':
      return valueMayBeNothing(values.get(expectation.value), expectation.is);
    case 'same':
      return expectation.values.every((name) => isAmount(values.get(name)));
    case 'exit':
    case 'time':
      return false;
    default:
      return never(kind);
  }
}

/** A zero that stands for itself, not one in an address, a port, a range or a longer number. */
const saysZero = (text: string | number): boolean => /(?<![\w.:[-])0(?![\w.:-])/.test(String(text));

const mayBeMissing = (line: LinePattern): boolean =>
  'rest' in line || line.times === 'any' || line.times === 'optional';

function saysZeroLine(line: LinePattern): boolean {
  if ('rest' in line) return false;
  return saysZero('literal' in line ? line.literal : 'glob' in line ? line.glob : line.regex);
}

/** A count is 0 where there was nothing to count; a summary that came too early says 0. */
const isAmount = (source: ValueSource | undefined): boolean =>
  source?.from === 'count' || (source !== undefined && 'as' in source && source.as !== 'text');

function valueMayBeNothing(source: ValueSource | undefined, is: Comparison): boolean {
  if (source === undefined || source.from === 'exit') return false;
  if (isAmount(source)) return allowsZero(is);
  if ('ne' in is) return true;
  if ('eq' in is) return saysZero(is.eq);
  if ('oneOf' in is) return is.oneOf.some(saysZero);
  return 'matches' in is && (saysZero(is.matches) || matchesZero(is.matches));
}

function matchesZero(regex: string): boolean {
  try {
    return compile(regex).matches('0');
  } catch {
    return false; // An expression that does not compile is a fault of its own.
  }
}
