/** The small lines below the summary of a row: one for each machine that it takes. */
import type { Judgement } from '../run/judgement.ts';
import type { Verdict } from '../vocabulary.ts';

export type RowLine = {
  readonly name: string;
  readonly observed: string;
  /** None where the line is only a value. */
  readonly verdict?: Verdict;
  /** What must not be overlooked, such as why nothing was concluded. */
  readonly message?: string | undefined;
};

/** The lines of a judged row, in their order; none for a row of one machine. */
export const rowLines = (judgement: Judgement | undefined): readonly RowLine[] =>
  (judgement?.members ?? []).map(({ machine, ...line }) => ({ name: machine, ...line }));

/** A line as plain text: "web-1: exit 7, agrees". */
export const lineText = ({ name, observed, verdict, message }: RowLine): string =>
  [`${name}: ${observed}`, verdict, message].filter((part) => part !== undefined).join(', ');
