/** A diagnosis in plain sentences, the same for the page and the command line. The next check's are left to `diagnosis-next-text.ts`. */
import type { CauseFinding, Contradiction, Diagnosis } from './diagnosis.ts';
import type { DocumentedDiagnosis } from './documentedRows.ts';
import { list } from './observations.ts';
import { type Naming, plain, cellText } from './names.ts';
import { never } from '../vocabulary.ts';

/** One sentence a list item: what fits first, then why the others do not, then what could not be used. */
export function diagnosisText(diagnosis: Diagnosis, naming: Naming = plain): string[] {
  if (diagnosis.kind === 'refused') return [diagnosis.message];
  const { groups, taken, inconclusive, unpredicted, unsteady } = diagnosis;
  const fits = groups.some((group) => group.some(({ state }) => state === 'fits'));
  const untested = groups.flat().filter(({ state }) => state === 'untested');
  const checks = (ids: readonly string[]) => list(ids.map(naming.check));
  const lines = groups.flatMap((group) => groupText(group, taken.length, naming));
  if (!fits && untested.length === 0) lines.unshift('No known cause fits what was taken.');
  if (unsteady.length > 0)
    lines.push(`${checks(unsteady)} came out in more than one way: something changed between the runs.`);
  if (inconclusive.length > 0)
    lines.push(`Inconclusive, and so nothing is ruled out by: ${checks(inconclusive)}.`);
  if (unpredicted.length > 0) lines.push(`No cause predicts anything of: ${checks(unpredicted)}.`);
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
      ? 'Every known cause that predicts a documented row is contradicted by one.'
      : `Of the known causes, ${fitting.length === 1 ? `only ${others} is` : `${others} are`} contradicted by no documented row.`;
  if (by.length === 0)
    return [
      `No documented row contradicts the stated cause ${cause}; it explains ${explains.length} of ${rows}.`,
      fit,
    ];
  return [
    `${by.length} of ${rows} documented rows ${by.length === 1 ? 'contradicts' : 'contradict'} the stated cause ${cause}.`,
    ...by.map(
      ({ check, predicted, observed }) =>
        `Row ${naming.check(check)}: documented is ${cellText(observed)}, but the stated cause predicts ${cellText(predicted)}.`,
    ),
    fit,
    ...settle.map((message) => `What would settle it: ${message}`),
  ];
}

function groupText(group: readonly CauseFinding[], taken: number, naming: Naming): string[] {
  const names = list(group.map(({ cause }) => naming.cause(cause)));
  const alone = group.length === 1;
  const [first] = group;
  if (first === undefined) return [];
  switch (first.state) {
    case 'fits': {
      const much = `${first.explains.length} of ${taken} ${taken === 1 ? 'result' : 'results'}`;
      return alone
        ? [`${names} fits: it explains ${much}.`]
        : [`${names} fit and cannot be told apart by what was taken: each explains ${much}.`];
    }
    case 'untested':
      return [
        `${names} ${alone ? 'is' : 'are'} untested: nothing was taken that ${alone ? 'it predicts' : 'they predict'}.`,
      ];
    case 'contradicted':
      return group.flatMap((one) =>
        one.state === 'contradicted' ? [contradicted(one.cause, one.by, naming)] : [],
      );
    default:
      return never(first);
  }
}

function contradicted(cause: string, by: readonly Contradiction[], naming: Naming): string {
  const reasons = by.map(
    ({ check, predicted, observed }) =>
      `${naming.check(check)} (predicted ${cellText(predicted)}, observed ${cellText(observed)})`,
  );
  return `${naming.cause(cause)} is contradicted by ${list(reasons)}.`;
}
