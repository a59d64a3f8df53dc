/** The small lines below the summary of a row: one for each machine that it takes, and for each value of several machines that are compared. */
import type { Finding, Judgement } from '../run/judgement.ts';
import type { Verdict } from '../vocabulary.ts';

export type RowLine = {
  readonly name: string;
  readonly observed: string;
  /** None where the line is only a value. */
  readonly verdict?: Verdict;
  /** At the last of the values that were compared with each other. */
  readonly mark?: 'the same' | 'different';
  /** What must not be overlooked, such as why nothing was concluded. */
  readonly message?: string | undefined;
};

/** The lines of a judged row, in their order; none for a row of one machine. */
export const rowLines = (judgement: Judgement | undefined): readonly RowLine[] => [
  ...(judgement?.members ?? []),
  ...(judgement?.findings ?? []).flatMap(({ values = [], holds }) =>
    values.map(({ role, observed }, index) => ({
      ...{ name: role, observed },
      ...(index + 1 < values.length ? {} : { mark: holds ? ('the same' as const) : ('different' as const) }),
    })),
  ),
];

/** A line as plain text: "web-1: exit 7, agrees". */
export const lineText = ({ name, observed, verdict, mark, message }: RowLine): string =>
  [`${name}: ${observed}`, verdict, mark, message].filter((part) => part !== undefined).join(', ');

/** What a finding saw, in one line. */
export const seen = ({ observed, values }: Finding): string =>
  values?.map((one) => `${one.role}: ${one.observed}`).join(', ') ?? observed;
