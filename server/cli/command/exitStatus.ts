/** How a command ends: its exit status, and the error for the person at the keyboard. Pure. */
import type { Verdict } from '../../../src/core/vocabulary.ts';

export const exitStatus = {
  /** Every row agrees, or the verb did what it was asked. */ agrees: 0,
  /** At least one row differs. */ differs: 1,
  /** No row differs, and at least one has no result. */ inconclusive: 2,
  /** Arguments, content, fleet or folders are wrong; nothing was concluded. */ usage: 3,
  /** A fault of ours (EX_SOFTWARE). */ broken: 70,
  /** Ended by Ctrl-C: 128 and the number of SIGINT, as shells do. */ interrupted: 130,
} as const;

export const exitStatusNote =
  'exit status: 0 all agree, 1 some differ, 2 inconclusive, 3 usage or configuration';

/** `differs` wins: it is a result, and the other rows may get one later. No row is no result. */
export function exitStatusOf(verdicts: readonly Verdict[]): number {
  if (verdicts.includes('differs')) return exitStatus.differs;
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'agrees')
    ? exitStatus.agrees
    : exitStatus.inconclusive;
}

/** The arguments or the set-up are wrong; the person at the keyboard can correct them. */
export class CliError extends Error {
  readonly usage: string;
  constructor(message: string, usage = '') {
    super(message);
    this.usage = usage;
  }
}
