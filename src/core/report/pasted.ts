/** What a paste came to, in words, for the page and for the Markdown report. Nobody has verified it. */
import type { PastedRow, PasteResult } from '../paste/paste.ts';
import { clip, clipLine, oneLine, digits } from './units.ts';
import type { JudgedRow } from './facts.ts';
import { verdictWords } from './format.ts';

/** What a rendering says besides: of the checks, and of the machines. */
export type PastedNames = {
  readonly writeup: string;
  readonly checks: ReadonlyMap<string, { readonly title: string; readonly documented: string }>;
  readonly roles: Readonly<Record<string, string>>;
};

/** A paste may be of a million lines: of each list and text, so much is shown. */
const MOST_ITEMS = 30;
const MOST_CHARACTERS = 2000;

export const UNVERIFIED =
  'Somebody ran these commands and pasted what came back. Vantage saw no machine, and verified nothing.';
export const NOTHING_FOUND =
  'None of the documented commands was found in it. Paste each command line together with its output.';

const short = (text: string): string => clip(text, MOST_CHARACTERS).text;

/** A pasted row in the form in which rows of runs are compared and explained. */
export function judgedRow({ check, judgement }: PastedRow, { checks, roles }: PastedNames): JudgedRow {
  const { verdict, observed, means, problem, findings } = judgement;
  return {
    verdict,
    words: verdictWords(verdict, 'pasted', 'finished'),
    observed: short(observed),
    warnings: problem === undefined ? [] : [short(problem.message)],
    judgement: {
      ...judgement,
      means: short(means),
      findings: findings.map(({ message, observed: seen, values, ...one }) => ({
        ...one,
        message: short(message),
        observed: short(seen),
        ...(values
          ? {
              values: values.map(({ role, observed: own }) => ({
                role: roles[role] ?? role,
                observed: short(own),
              })),
            }
          : {}),
      })),
    },
    header: { documented: checks.get(check)?.documented ?? '', source: 'pasted' },
  };
}

/** What is missing, and what to run; machines by the name that the page gives them. */
export const shownAsks = ({ asks }: PastedRow, { roles }: PastedNames) =>
  asks.slice(0, MOST_ITEMS).map(({ message, command, role = '' }) => ({
    message: short(message.replaceAll(`\`${role}\``, roles[role] ?? role)),
    command: command === undefined ? undefined : short(command),
  }));

/** What was taken for what, what was replaced, and what was not used: sentences with code between backticks. */
export function readingSentences({ reading }: PasteResult, { checks }: PastedNames) {
  const took = bounded(reading.took, ({ lines, command, check, step, exit }) => {
    const status = exit === undefined ? 'Its exit status is not shown.' : `Exit status ${exit}.`;
    return `${lineWords(lines)}: ${code(command)} is step ${code(step)} of “${checks.get(check)?.title ?? check}”. ${status}`;
  });
  const replaced = bounded(
    reading.replaced,
    ({ pasted, documented }) => `${code(pasted)} in the paste stands for ${code(documented)} on the page.`,
  );
  const ignored = bounded(reading.ignored, ({ lines, why }) => `${lineWords(lines)}: ${line(why)}`);
  return { took, replaced, ignored };
}

const line = (text: string): string => clipLine(oneLine(clipLine(text, 300)), 300);
const code = (text: string): string => `\`${line(text).replaceAll('`', "'")}\``;
const lineWords = ([first, last]: readonly [number, number]): string =>
  first === last ? `Line ${first}` : `Lines ${first} to ${last}`;

const bounded = <T>(items: readonly T[], words: (item: T) => string): readonly string[] => [
  ...items.slice(0, MOST_ITEMS).map(words),
  ...(items.length <= MOST_ITEMS ? [] : [`And ${digits(items.length - MOST_ITEMS)} more.`]),
];
