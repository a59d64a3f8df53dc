/** Decides whether one expectation holds for what came back. What follows from that is left to `judge.ts`. */
import type { Comparison, Expectation } from '../check/expectation.ts';
import { compares, comparisonText } from '../check/compareValue.ts';
import type { CompleteStep } from './evidence.ts';
import { linePatternText, matchLines } from './lines.ts';
import { toLines } from './normalise.ts';
import type { Reading } from './values.ts';
import { never } from '../vocabulary.ts';

export type Evidence = {
  readonly steps: ReadonlyMap<string, CompleteStep>;
  readonly values: ReadonlyMap<string, Reading>;
};

/** `unreadable`: the expectation could not be compared at all, and `observed` says why. */
export type ExpectationResult = {
  readonly message: string;
  readonly holds: boolean | 'unreadable';
  readonly observed: string;
};

export function evaluateExpectation(expectation: Expectation, evidence: Evidence): ExpectationResult {
  const message = expectationText(expectation);
  const { kind } = expectation;
  if (kind === 'value') return holdValue(message, evidence.values.get(expectation.value), expectation.is);
  if (kind === 'same')
    return holdSame(
      message,
      expectation.values.map((name) => evidence.values.get(name)),
    );
  const step = evidence.steps.get(expectation.step);
  if (!step)
    return { message, holds: 'unreadable', observed: `step \`${expectation.step}\` did not end completely` };
  switch (kind) {
    case 'exit':
      return { message, holds: compares(step.exit, expectation.is), observed: `exit ${step.exit}` };
    case 'time':
      return {
        message,
        holds: compares(step.seconds, expectation.is),
        observed: `${step.seconds.toFixed(2)} s`,
      };
    case 'empty':
      return {
        message,
        holds: toLines(step[expectation.stream]).length === 0,
        observed: firstLine(step[expectation.stream]),
      };
    case 'contains':
      return holdContains(message, step[expectation.stream], expectation.text, true);
    case 'absent':
      return holdContains(message, step[expectation.stream], expectation.text, false);
    case 'lines': {
      const result = matchLines(
        toLines(step[expectation.stream]),
        expectation.lines,
        expectation.blanks ?? 'kept',
      );
      if (result.matches) return { message, holds: true, observed: firstLine(step[expectation.stream]) };
      return {
        message,
        holds: false,
        observed:
          result.found === undefined
            ? `it ends at line ${result.line}, where ${result.expected} was expected`
            : `line ${result.line}: ${result.found}`,
      };
    }
    case 'set':
    case 'set-equals': {
      const found = toLines(step[expectation.stream]);
      const wanted = kind === 'set' ? expectation.includes : expectation.members;
      const missing = wanted.filter((line) => !found.includes(line));
      const surplus = kind === 'set' ? [] : found.filter((line) => !wanted.includes(line));
      const sameSize = kind === 'set' || found.length === wanted.length;
      const observed = [
        missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
        surplus.length > 0 ? `besides: ${surplus.join(', ')}` : '',
      ]
        .filter((t) => t !== '')
        .join('; ');
      return {
        message,
        holds: missing.length === 0 && surplus.length === 0 && sameSize,
        observed: observed === '' ? `${found.length} lines` : observed,
      };
    }
    default:
      return never(kind);
  }
}

function holdValue(message: string, reading: Reading | undefined, is: Comparison): ExpectationResult {
  if (!reading) return { message, holds: 'unreadable', observed: 'no such value' };
  if (!reading.read) return { message, holds: 'unreadable', observed: reading.message };
  return { message, holds: compares(reading.value, is), observed: String(reading.value) };
}

function holdSame(message: string, readings: readonly (Reading | undefined)[]): ExpectationResult {
  const values: string[] = [];
  for (const reading of readings) {
    if (!reading?.read)
      return { message, holds: 'unreadable', observed: reading ? reading.message : 'no such value' };
    values.push(String(reading.value));
  }
  return { message, holds: new Set(values).size === 1, observed: values.join(' / ') };
}

function holdContains(message: string, text: string, part: string, wanted: boolean): ExpectationResult {
  const line =
    toLines(text).find((candidate) => candidate.includes(part)) ?? (text.includes(part) ? part : undefined);
  return { message, holds: (line !== undefined) === wanted, observed: line ?? firstLine(text) };
}

function firstLine(text: string): string {
  const lines = toLines(text);
  if (lines.length === 0) return 'nothing';
  return lines.length === 1 ? (lines[0] ?? '') : `${lines[0]} … (${lines.length} lines)`;
}

/** The expectation in words, as findings and the page show it. */
export function expectationText(expectation: Expectation): string {
  const { kind } = expectation;
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
      return `${expectation.stream} of \`${expectation.step}\` is empty`;
    case 'contains':
      return `${expectation.stream} of \`${expectation.step}\` has "${expectation.text}"`;
    case 'absent':
      return `${expectation.stream} of \`${expectation.step}\` does not have "${expectation.text}"`;
    case 'lines':
      return `${expectation.stream} of \`${expectation.step}\`, whole: ${expectation.lines.map(linePatternText).join(' ⏎ ')}`;
    case 'set':
      return `the lines of ${expectation.stream} of \`${expectation.step}\` include ${expectation.includes.join(', ')}`;
    case 'set-equals':
      return `the lines of ${expectation.stream} of \`${expectation.step}\` are exactly ${expectation.members.join(', ')}, in any order`;
    default:
      return never(kind);
  }
}
