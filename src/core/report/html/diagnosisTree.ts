/** Which causes fit, and the check to run next, as the page shows them: at build time without a run, then with the last runs. */
import type { CauseFinding, Diagnosis, NextCheck } from '../../diagnosis/diagnosis.ts';
import { cellText, type Naming, nextCheckText } from '../../diagnosis/diagnosisText.ts';
import { type Element, element, type Tree } from '../html.ts';
import { sentence, shape } from './signs.ts';
import { warning } from './table.ts';

/** More than these are one line that opens. */
const MOST_RULED_OUT = 3;

/** The answer first, then every cause: what fits, what has not been tested, what is contradicted and by which rows. */
export function diagnosisTree(diagnosis: Diagnosis, naming: Naming): Tree {
  if (diagnosis.kind === 'refused') return warning(diagnosis.message);
  const findings = diagnosis.groups.flat();
  const fitting = findings.filter(({ state }) => state === 'fits').length;
  const answer =
    fitting > 1
      ? `${fitting} causes fit, and these results cannot tell them apart.`
      : findings.every(({ state }) => state === 'contradicted')
        ? 'No known cause fits these results.'
        : undefined;
  const { length: unsure } = diagnosis.inconclusive;
  const listed = (some: readonly CauseFinding[]) =>
    element('ul.causes', ...some.map((finding) => causeItem(finding, diagnosis.conclusive.length, naming)));
  const out = findings.filter(({ state }) => state === 'contradicted');
  const isLong = out.length > MOST_RULED_OUT;
  const left = isLong ? findings.filter((finding) => !out.includes(finding)) : findings;
  return [
    answer === undefined ? [] : element('p.answer', answer),
    left.length === 0 ? [] : listed(left),
    isLong
      ? element('details.causes-out', element('summary', `${out.length} causes are ruled out`), listed(out))
      : [],
    unsure === 0
      ? []
      : element(
          'p.diagnosis-from',
          `${unsure} inconclusive ${unsure === 1 ? 'check rules' : 'checks rule'} nothing out.`,
        ),
  ];
}

function causeItem(finding: CauseFinding, results: number, naming: Naming): Element {
  const name = naming.cause(finding.cause);
  if (finding.state === 'contradicted') {
    const reasons = finding.by.map(({ check, predicted, observed }) => {
      const text = `${naming.check(check)}: predicted ${cellText(predicted)}, observed ${cellText(observed)}`;
      return element('li', sentence(text));
    });
    const count = ` contradicted by ${reasons.length} ${reasons.length === 1 ? 'row' : 'rows'}`;
    const summary = element('summary', element('s', name), count);
    return element(
      'li',
      { 'data-fits': 'no' },
      shape('fails'),
      element('details', summary, element('ul', ...reasons)),
    );
  }
  const fits = finding.state === 'fits';
  const message = fits
    ? ` fits: explains ${finding.explains.length} of ${results} results`
    : ' untested: none of the checks that it predicts has run';
  return element(
    'li',
    { 'data-fits': finding.state },
    shape(fits ? 'holds' : 'not-run'),
    element('span', element('b', name), message),
  );
}

export const runButton = (check: string, title = check): Tree =>
  element('v-run', { 'data-check': check, 'data-title': title, hidden: '' });

/** The check to run next with what runs it, or why none would help. */
export function nextCheckTree(next: NextCheck, naming: Naming, act: (check: string) => Tree): Tree {
  if (next.kind === 'refused') return [];
  const [first = '', ...branches] = nextCheckText(next, naming);
  const text = element('p', first);
  const list = element('ul', ...branches.map((message) => element('li', sentence(message))));
  if (next.kind !== 'run')
    return element('div.diagnosis-next', text, ...(branches.length === 0 ? [] : [list]));
  return [
    element('div.diagnosis-next', text, act(next.check)),
    element('details.diagnosis-branches', element('summary', 'What each result would leave'), list),
  ];
}
