/** Which expectations a broken instrument meets too: those that hold for an empty stream, or for a zero. */
import type { ValueSource } from './check.ts';
import { allowsZero } from './compareValue.ts';
import type { Comparison, Expectation, LinePattern } from './expectation.ts';
import { compile } from './pattern.ts';
import { never } from '../vocabulary.ts';

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
