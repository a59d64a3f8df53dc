/** Whether one expectation holds for the output of the steps. */
import type { Expectation } from '../check/expectation.ts';
import { compares, comparisonText } from '../check/compareValue.ts';
import type { CompleteStep } from './evidence.ts';
import { linePatternText, matchLines, toLines } from './lines.ts';
import type { Reading } from './values.ts';
import { never } from '../vocabulary.ts';

export type Evidence = {
  readonly steps: ReadonlyMap<string, CompleteStep>;
  readonly values: ReadonlyMap<string, Reading>;
};

type Comparison = {
  /** `unreadable`: nothing could be compared, and `observed` says why. */
  readonly holds: boolean | 'unreadable';
  readonly observed: string;
  /** Where values are compared with each other: each of them, in their order. */
  readonly shown?: readonly string[];
};
export type ExpectationResult = Comparison & { readonly message: string };

export function evaluateExpectation(expectation: Expectation, evidence: Evidence): ExpectationResult {
  return { message: expectationText(expectation), ...comparisonOf(expectation, evidence) };
}

const unreadable = (observed: string): Comparison => ({ holds: 'unreadable', observed });

function comparisonOf(expectation: Expectation, { steps, values }: Evidence): Comparison {
  const { kind } = expectation;
  if (kind === 'value' || kind === 'same') {
    const found: (string | number)[] = [];
    const shown: string[] = [];
    for (const name of kind === 'value' ? [expectation.value] : expectation.values) {
      const reading = values.get(name);
      if (!reading?.read) return unreadable(reading?.message ?? 'no such value');
      found.push(reading.value);
      shown.push(reading.text ?? String(reading.value));
    }
    const isSame = new Set(found.map(String)).size === 1;
    const holds = kind === 'same' ? isSame : found.every((value) => compares(value, expectation.is));
    return { holds, observed: shown.join(' / '), shown };
  }
  const step = steps.get(expectation.step);
  if (!step) return unreadable(`step \`${expectation.step}\` did not end completely`);
  if (kind === 'exit') return { holds: compares(step.exit, expectation.is), observed: `exit ${step.exit}` };
  if (kind === 'time')
    return { holds: compares(step.seconds, expectation.is), observed: `${step.seconds.toFixed(2)} s` };
  const text = step[expectation.stream];
  const lines = toLines(text);
  const summary = summaryOf(lines);
  switch (kind) {
    case 'empty':
      return { holds: lines.length === 0, observed: summary };
    case 'contains':
    case 'absent': {
      const { text: part } = expectation;
      const line = lines.find((one) => one.includes(part)) ?? (text.includes(part) ? part : undefined);
      return { holds: (line !== undefined) === (kind === 'contains'), observed: line ?? summary };
    }
    case 'lines': {
      const result = matchLines(lines, expectation.lines, expectation.blanks ?? 'kept');
      if (result.matches) return { holds: true, observed: summary };
      const { line, found, expected } = result;
      const ends = `it ends at line ${line}, where ${expected} was expected`;
      return { holds: false, observed: found === undefined ? ends : `line ${line}: ${found}` };
    }
    case 'set':
      return compareSets(lines, expectation.includes, []);
    case 'set-equals': {
      const { members } = expectation;
      const surplus = lines.filter((line) => !members.includes(line));
      const compared = compareSets(lines, members, surplus);
      return { ...compared, holds: compared.holds === true && lines.length === members.length };
    }
    default:
      return never(kind);
  }
}

function compareSets(
  lines: readonly string[],
  wanted: readonly string[],
  surplus: readonly string[],
): Comparison {
  const missing = wanted.filter((line) => !lines.includes(line));
  const differences = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(surplus.length > 0 ? [`besides: ${surplus.join(', ')}`] : []),
  ];
  return { holds: differences.length === 0, observed: differences.join('; ') || `${lines.length} lines` };
}

function summaryOf(lines: readonly string[]): string {
  const [first = 'nothing'] = lines;
  return lines.length > 1 ? `${first} … (${lines.length} lines)` : first;
}

export function expectationText(expectation: Expectation): string {
  const { kind } = expectation;
  const stream = 'stream' in expectation ? `${expectation.stream} of \`${expectation.step}\`` : '';
  switch (kind) {
    case 'exit':
      return `exit of \`${expectation.step}\` is ${comparisonText(expectation.is)}`;
    case 'time':
      return `seconds of \`${expectation.step}\` is ${comparisonText(expectation.is)}`;
    case 'value':
      return `\`${expectation.value}\` is ${comparisonText(expectation.is)}`;
    case 'same':
      return `${expectation.values.map((name) => `\`${name}\``).join(' and ')} are the same`;
    case 'empty':
      return `${stream} is empty`;
    case 'contains':
      return `${stream} has "${expectation.text}"`;
    case 'absent':
      return `${stream} does not have "${expectation.text}"`;
    case 'lines':
      return `${stream}, whole: ${expectation.lines.map(linePatternText).join(' ⏎ ')}`;
    case 'set':
      return `the lines of ${stream} include ${expectation.includes.join(', ')}`;
    case 'set-equals':
      return `the lines of ${stream} are exactly ${expectation.members.join(', ')}, in any order`;
    default:
      return never(kind);
  }
}
