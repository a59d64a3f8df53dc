/** A diagnosis and the next check in plain sentences, the same for the page and the command line. */
import type { CauseFinding, Diagnosis, NextCheck } from './diagnosis.ts';
import type { DocumentedDiagnosis } from './documentedRows.ts';
import type { Observation, Cell } from './observations.ts';
import { list } from '../text/nearest.ts';
import { never } from '../vocabulary.ts';

/** How the sentences name a cause and a check: by a title, or in Markdown. */
export type Naming = {
  readonly cause: (name: string) => string;
  readonly check: (id: string) => string;
  /** What a person looks at to confirm a cause, where no check can. */
  readonly confirm?: (cause: string) => string | undefined;
};
const plain: Naming = { cause: (name) => name, check: (id) => id };

/** Always with the verdict: two outcomes may have the same words. */
export function cellText({ says, outcome, verdict }: Cell | Observation): string {
  const words = says ?? outcome?.replace(/\{[a-z][a-z0-9-]*\}/g, '…');
  return words === undefined ? verdict : `"${words}" (${verdict})`;
}

/** One sentence each: the causes that fit, why the others do not, what could not be used. */
export function diagnosisText(diagnosis: Diagnosis, naming: Naming = plain): string[] {
  if (diagnosis.kind === 'refused') return [diagnosis.message];
  const { groups, conclusive, inconclusive, unpredicted, inconsistent } = diagnosis;
  const checks = (ids: readonly string[]) => list(ids.map(naming.check));
  const lines = groups.flatMap((group) => groupText(group, conclusive.length, naming));
  if (groups.flat().every(({ state }) => state === 'contradicted'))
    lines.unshift('No known cause fits the results.');
  if (inconsistent.length > 0)
    lines.push(`${checks(inconsistent)} came out in more than one way: something changed between the runs.`);
  if (inconclusive.length > 0) lines.push(`Inconclusive, so it rules nothing out: ${checks(inconclusive)}.`);
  if (unpredicted.length > 0) lines.push(`No cause predicts a result for: ${checks(unpredicted)}.`);
  return lines;
}

/** Which documented rows contradict the stated cause, and what would settle it. */
export function documentedText(diagnosis: DocumentedDiagnosis, naming: Naming = plain): string[] {
  if (diagnosis.kind === 'refused') return [diagnosis.message];
  const { stated, rows, explains, by, fitting, settle } = diagnosis;
  const cause = naming.cause(stated);
  const others = list(fitting.map(naming.cause));
  const fit =
    fitting.length === 0
      ? 'Each known cause that predicts a documented row is contradicted by one.'
      : `Of the known causes, no documented row contradicts ${others}.`;
  if (by.length === 0)
    return [
      `No documented row contradicts the stated cause ${cause}; it explains ${explains.length} of ${rows}.`,
      fit,
    ];
  return [
    `${by.length} of ${rows} documented rows ${by.length === 1 ? 'contradicts' : 'contradict'} the stated cause ${cause}.`,
    ...by.map(
      ({ check, predicted, observed }) =>
        `Row ${naming.check(check)}: the page documents ${cellText(observed)}, but the stated cause predicts ${cellText(predicted)}.`,
    ),
    fit,
    ...settle.map((message) => `What would settle it: ${message}`),
  ];
}

function groupText(group: readonly CauseFinding[], results: number, naming: Naming): string[] {
  const names = list(group.map(({ cause }) => naming.cause(cause)));
  const alone = group.length === 1;
  const [first] = group;
  if (first === undefined) return [];
  const { state } = first;
  switch (state) {
    case 'fits': {
      const much = `${first.explains.length} of ${results} ${results === 1 ? 'result' : 'results'}`;
      return alone
        ? [`${names} fits: it explains ${much}.`]
        : [`${names} fit, and the results cannot tell them apart: each explains ${much}.`];
    }
    case 'untested':
      return [
        `${names} ${alone ? 'is' : 'are'} untested: no check ran for which ${alone ? 'it predicts' : 'they predict'} a result.`,
      ];
    case 'contradicted':
      return group.map(({ cause, by }) => {
        const reasons = by.map(
          ({ check, predicted, observed }) =>
            `${naming.check(check)} (predicted ${cellText(predicted)}, observed ${cellText(observed)})`,
        );
        return `${naming.cause(cause)} is contradicted by ${list(reasons)}.`;
      });
    default:
      return never(state);
  }
}

/** What to run next and what each result would leave, or why no check would help. */
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
      return ['No known cause remains, so no check can help: the cause is not one of those known here.'];
    case 'settled': {
      const only = `Only ${naming.cause(next.cause)} remains`;
      return [
        next.tested
          ? `${only}: there is nothing left to tell apart.`
          : `${only}, because the others are ruled out: no check ran for which it predicts a result.`,
      ];
    }
    case 'alike': {
      const why = [
        ...(next.equal.length > 0 ? [`they predict the same for ${checks(next.equal)}`] : []),
        ...(next.silent.length > 0 ? [`not all of them predict a result for ${checks(next.silent)}`] : []),
      ];
      const because = why.join(', and ') || 'every check for which they predict a result has run';
      return [
        `No remaining check can tell ${causes(next.causes)} apart: ${because}.`,
        ...next.causes.flatMap((cause) => {
          const sign = naming.confirm?.(cause);
          return sign === undefined ? [] : [`It is ${naming.cause(cause)} if ${sign}`];
        }),
      ];
    }
    case 'run':
      return [
        `Run ${naming.check(next.check)} next: of the ${next.causes.length} remaining causes it leaves ${Number(next.expected.toFixed(1))} on average.`,
        ...next.branches.map(({ cell, remain: names }) => `If it gives ${cellText(cell)}: ${remain(names)}.`),
        `If it gives anything else: ${remain(next.silent)}.`,
        'If it is inconclusive, it rules nothing out.',
      ];
    default:
      return never(next);
  }
}
