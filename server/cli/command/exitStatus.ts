/** What the command's exit status says. Pure. */
import type { Verdict } from '../../../src/core/vocabulary.ts';

export const exits = {
  /** Every row agrees, or the verb did what it was asked. */ agrees: 0,
  /** At least one row differs. */ differs: 1,
  /** No row differs, and at least one came to no result. */ inconclusive: 2,
  /** Arguments, content, fleet or folders are at fault; nothing was concluded. */ usage: 3,
  /** A fault of ours (EX_SOFTWARE). */ broken: 70,
  /** Ended by Ctrl-C: 128 and the number of SIGINT, as shells say it. */ interrupted: 130,
} as const;

export const exitsText = 'exit status: 0 all agree, 1 some differ, 2 inconclusive, 3 usage or configuration';

/** A row that differs is said first: it is a result, and the others may come to one later. Nothing taken is no result. */
export function exitOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('differs')) return exits.differs;
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'agrees')
    ? exits.agrees
    : exits.inconclusive;
}
