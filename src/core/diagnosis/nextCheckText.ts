/** The next check in plain sentences, the same for the page and the command line. Which one it is, is left to `diagnosis-next.ts`. */
import { list } from './observations.ts';
import { type Naming, plain, cellText } from './names.ts';
import type { NextCheck } from './nextCheck.ts';
import { never } from '../vocabulary.ts';

/** What to take next and what each result would leave, or why there is nothing to take. */
export function nextCheckText(next: NextCheck, naming: Naming = plain): string[] {
  const causes = (names: readonly string[]) => list(names.map(naming.cause));
  const checks = (ids: readonly string[]) => list(ids.map(naming.check));
  const remain = (names: readonly string[]) =>
    names.length === 0
      ? 'no known cause remains'
      : `${causes(names)} ${names.length === 1 ? 'remains' : 'remain'}`;
  switch (next.kind) {
    case 'refused':
      return [next.message];
    case 'none-fits':
      return [
        'No known cause is left, so no check can tell them apart: the cause is one that is not known here.',
      ];
    case 'settled':
      return [
        next.tested
          ? `Only ${naming.cause(next.cause)} is left: there is nothing to tell apart.`
          : `Only ${naming.cause(next.cause)} is left, because the others are ruled out: nothing was taken that it predicts.`,
      ];
    case 'alike': {
      const why = [
        ...(next.equal.length > 0 ? [`they predict the same for ${checks(next.equal)}`] : []),
        ...(next.silent.length > 0 ? [`not all of them predict anything of ${checks(next.silent)}`] : []),
      ];
      const because = why.length > 0 ? why.join(', and ') : 'every check that they predict was taken';
      return [`Nothing left can tell ${causes(next.causes)} apart: ${because}.`];
    }
    case 'take':
      return [
        `Take ${naming.check(next.check)} next: of the ${next.causes.length} causes left it leaves ${Number(next.expected.toFixed(1))} on average.`,
        ...next.branches.map(({ cell, remain: names }) => `If it gives ${cellText(cell)}: ${remain(names)}.`),
        `If it gives anything else: ${remain(next.silent)}.`,
        'If it is inconclusive, nothing is ruled out.',
      ];
    default:
      return never(next);
  }
}
