/** Evaluates one comparison of an expectation for one value. */
import type { Comparison } from './expectation.ts';
import { compile } from './pattern.ts';
import { amount, tolerance } from './quantity.ts';

export type Scalar = string | number;

/** Whether the comparison holds. A text is never read as a number. */
export function compares(value: Scalar, comparison: Comparison): boolean {
  if ('eq' in comparison) return value === comparison.eq;
  if ('ne' in comparison) return value !== comparison.ne;
  if ('oneOf' in comparison) return comparison.oneOf.includes(value);
  if ('matches' in comparison) return compile(comparison.matches).matches(String(value));
  if (typeof value !== 'number') return false;
  if ('lt' in comparison) return value < amount(comparison.lt);
  if ('le' in comparison) return value <= amount(comparison.le);
  if ('gt' in comparison) return value > amount(comparison.gt);
  if ('ge' in comparison) return value >= amount(comparison.ge);
  if ('between' in comparison)
    return value >= amount(comparison.between[0]) && value <= amount(comparison.between[1]);
  const about = amount(comparison.about);
  const within = tolerance(comparison.within, about);
  // 1.1 is within 10 % of 1, whatever floating point makes of it.
  const slack = typeof comparison.within === 'string' ? 1e-9 * within : 0;
  return Math.abs(value - about) <= within + slack;
}

/** The comparison in words, to be read after "is". */
export function comparisonText(comparison: Comparison): string {
  if ('eq' in comparison) return String(comparison.eq);
  if ('ne' in comparison) return `not ${comparison.ne}`;
  if ('oneOf' in comparison) return `one of ${comparison.oneOf.join(', ')}`;
  if ('matches' in comparison) return `like ${comparison.matches}`;
  if ('lt' in comparison) return `less than ${comparison.lt}`;
  if ('le' in comparison) return `at most ${comparison.le}`;
  if ('gt' in comparison) return `more than ${comparison.gt}`;
  if ('ge' in comparison) return `at least ${comparison.ge}`;
  if ('between' in comparison) return `from ${comparison.between[0]} to ${comparison.between[1]}`;
  return `${comparison.about} ± ${comparison.within}`;
}

/** Whether zero satisfies it too: such a claim needs a control. */
export function allowsZero(comparison: Comparison): boolean {
  return 'matches' in comparison ? false : compares(0, comparison);
}
