/** Which literals of a check differ from what was observed, and what they would have to be. Expressions and ranges never change. */
import type { Check } from '../../src/core/check/check.ts';
import type { Scalar } from '../../src/core/check/compareValue.ts';
import type { StepResult } from '../../src/core/judge/evidence.ts';
import { evidenceOf } from '../../src/core/judge/judge.ts';
import type { Comparison, Expectation } from '../../src/core/check/expectation.ts';
import {
  type Evidence,
  type ExpectationResult,
  evaluateExpectation,
} from '../../src/core/judge/evaluateExpectation.ts';
import { toLines } from '../../src/core/judge/lines.ts';
import { type RunRecord, textOf } from '../../src/core/run/record.ts';
import { never } from '../../src/core/vocabulary.ts';

export type Literal = { readonly path: readonly (string | number)[]; readonly value: Scalar };
export type Literals = {
  readonly changes: readonly Literal[];
  /** Expectations that do not hold and have no literal to change, in words. */
  readonly byHand: readonly string[];
};

/** The evidence of a record, as the judge had it. A step whose output is not there in full is left out. */
export function recordedEvidence(check: Check, { view, output }: RunRecord): Evidence {
  const results = new Map<string, StepResult>();
  for (const step of view.steps) {
    if (step.state !== 'ended' || step.ended.how !== 'complete') continue;
    const own = output.get(step.step) ?? { head: [], beyond: 0, tail: [] };
    if (own.beyond > 0) continue;
    const { exit } = step.ended;
    const [stdout, stderr] = [textOf(own, 'stdout'), textOf(own, 'stderr')];
    results.set(step.step, { how: 'complete', step: { exit, stdout, stderr, seconds: step.seconds } });
  }
  return evidenceOf(check, results);
}

export function literalsOf(check: Check, evidence: Evidence): Literals {
  const changes: Literal[] = [];
  const byHand: string[] = [];
  for (const [index, expectation] of check.expect.entries()) {
    const held = evaluateExpectation(expectation, evidence);
    if (held.holds === true) continue;
    const found = held.holds === 'unreadable' ? undefined : literalOf(expectation, held, evidence);
    if (found === undefined) byHand.push(`expect.${index} (${held.message}; found: ${held.observed})`);
    else changes.push({ path: ['expect', index, ...found.path], value: found.value });
  }
  return { changes, byHand };
}

function literalOf(
  expectation: Expectation,
  held: ExpectationResult,
  evidence: Evidence,
): Literal | undefined {
  const { kind } = expectation;
  switch (kind) {
    case 'exit':
      return equal(expectation.is, evidence.steps.get(expectation.step)?.exit);
    case 'value': {
      const reading = evidence.values.get(expectation.value);
      return reading?.read === true ? equal(expectation.is, reading.value) : undefined;
    }
    case 'contains': {
      const [line, ...more] = toLines(evidence.steps.get(expectation.step)?.[expectation.stream] ?? '');
      // Of several lines it is unclear which one is meant.
      return line === undefined || line === '' || more.length > 0
        ? undefined
        : { path: ['text'], value: line };
    }
    case 'lines': {
      const [, place, line] = /^line (\d+): (.*)$/s.exec(held.observed) ?? [];
      const index = Number(place) - 1;
      const fixed = expectation.lines.every((one) => !('rest' in one) && (one.times ?? 'once') === 'once');
      const pattern = expectation.lines[index];
      if (!fixed || line === undefined || pattern === undefined || !('literal' in pattern)) return undefined;
      return { path: ['lines', index, 'literal'], value: line };
    }
    case 'same':
    case 'empty':
    case 'absent':
    case 'set':
    case 'set-equals':
    case 'time':
      return undefined;
    default:
      return never(kind);
  }
}

/** A value of another type than the documented one is a decision, not a change of a literal. */
function equal(is: Comparison, value: Scalar | undefined): Literal | undefined {
  return 'eq' in is && value !== undefined && typeof value === typeof is.eq
    ? { path: ['is', 'eq'], value }
    : undefined;
}
