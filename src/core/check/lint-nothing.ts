/** Which expectations a broken instrument meets as well: those that hold for an empty stream, or for a zero. What is asked of them is left to `lint.ts`. */
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
    case 'value': {
      const source = values.get(expectation.value);
      return source !== undefined && valueMayBeNothing(source, expectation.is);
    }
    case 'same':
      return expectation.values.every((name) => isAmount(values.get(name)));
    case 'exit':
    case 'time':
      return false;
    default:
      return never(kind);
  }
}

/** `0 packets` is found in `10 packets`: a text that begins or ends with a digit cannot be looked for. */
export function cutsNumber(expectation: Expectation): boolean {
  return (
    (expectation.kind === 'contains' || expectation.kind === 'absent') && /^\d|\d$/.test(expectation.text)
  );
}

/** A zero that stands for itself, and not the one of an address, a port, a range or a longer number. */
const saysZero = (text: string): boolean => /(?<![\w.:[-])0(?![\w.:-])/.test(text);

function mayBeMissing(line: LinePattern): boolean {
  return 'rest' in line || line.times === 'any' || line.times === 'optional';
}

function saysZeroLine(line: LinePattern): boolean {
  if ('rest' in line) return false;
  return saysZero('literal' in line ? line.literal : 'glob' in line ? line.glob : line.regex);
}

/** A count is 0 where there was nothing to count, and a summary says 0 when it was taken too late. */
function isAmount(source: ValueSource | undefined): boolean {
  if (source === undefined || source.from === 'exit') return false;
  return source.from === 'count' || source.as !== 'text';
}

function valueMayBeNothing(source: ValueSource, is: Comparison): boolean {
  if (isAmount(source)) return allowsZero(is);
  if (source.from === 'exit') return false;
  if ('ne' in is) return true;
  if ('eq' in is) return saysZero(String(is.eq));
  if ('oneOf' in is) return is.oneOf.some((one) => saysZero(String(one)));
  return 'matches' in is && (saysZero(is.matches) || matchesZero(is.matches));
}

function matchesZero(regex: string): boolean {
  try {
    return compile(regex).matches('0');
  } catch {
    return false; // That it is no expression is a fault of its own.
  }
}
