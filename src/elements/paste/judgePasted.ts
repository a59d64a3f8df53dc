/** Judges a paste in the browser, and draws what it came to. Loaded when the field is used: the judge and the checks are heavy. */
import { addressOf } from '../../client/state/address.ts';
import type { Check } from '../../core/check/check.ts';
import { diagnose, nextCheck } from '../../core/diagnosis/diagnosis.ts';
import { diagnosisText, nextCheckText } from '../../core/diagnosis/diagnosisText.ts';
import { observationOf } from '../../core/diagnosis/observations.ts';
import { judgePaste } from '../../core/paste/judgePaste.ts';
import type { PastedRow } from '../../core/paste/paste.ts';
import { diagnosisTree, nextCheckTree } from '../../core/report/html/diagnosisTree.ts';
import { copyable, pastedTree } from '../../core/report/html/pastedTree.ts';
import { element, type Tree } from '../../core/report/html.ts';
import { UNVERIFIED } from '../../core/report/pasted.ts';
import { pastedMarkdown } from '../../core/report/pastedMarkdown.ts';
import sheet from '../../styles/paste.css?url';
import { draw } from '../base/dom.ts';
import { writeupOfPage } from '../base/pageChecks.ts';
import { loadStyleSheet } from '../base/styleSheet.ts';
import { causesOfPage } from '../lab/causesOfPage.ts';
import { hashOf, MOST_CHARACTERS } from './address.ts';

await loadStyleSheet(sheet);

type Checks = {
  readonly title: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
};
let loading: Promise<Checks> | undefined;

function checksOf(writeup: string): Promise<Checks> {
  loading ??= fetch(addressOf(`/${writeup}/checks.json`)).then((answer): Promise<Checks> => answer.json());
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** Of the one check of the page that `around` names, or of all: then with the causes that fit. */
export async function judgePasted(
  around: HTMLElement,
  text: string,
  from: 'field' | 'address',
): Promise<{ readonly message: string; readonly parts: readonly Node[] }> {
  const { check: only } = around.dataset;
  const writeup = writeupOfPage(around);
  const { title, roles, checks } = await checksOf(writeup);
  const asked = checks.filter(({ id }) => only === undefined || id === only);
  const result = judgePaste(text, asked);
  const names = {
    writeup,
    roles,
    checks: new Map(checks.map((one) => [one.id, { title: one.title, documented: one.documented.value }])),
  };
  const causes = only === undefined && result.rows.length > 0 ? causesFrom(result.rows, writeup) : undefined;
  const hash = await hashOf(text);
  const address = hash && `${location.origin}${location.pathname}${hash}`;
  const name = names.checks.get(only ?? '')?.title ?? title;
  const report = pastedMarkdown(result, {
    ...names,
    title: name,
    text,
    address,
    diagnosis: causes?.sentences ?? [],
  });
  const opened = 'This paste came with the address. Anybody can make one.';
  const tree = [
    element('p.notice', element('span', from === 'address' ? `${opened} ${UNVERIFIED}` : UNVERIFIED)),
    causes?.tree ?? [],
    pastedTree(result, names, only !== undefined),
    shared(address, report),
  ];
  return { message: messageOf(result.rows), parts: draw(tree) };
}

function messageOf(rows: readonly PastedRow[]): string {
  const counts = [...Map.groupBy(rows, ({ judgement }) => judgement.verdict)].map(([verdict, own]) =>
    rows.length === 1 ? verdict : `${own.length} ${verdict}`,
  );
  return `Judged, not verified: ${counts.sort().join(', ') || 'nothing found'}.`;
}

/** The causes that fit the pasted rows, and no others. */
function causesFrom(rows: readonly PastedRow[], writeup: string) {
  const holder = document.querySelector<HTMLElement>('v-diagnosis');
  if (holder === null) return undefined;
  const { predictions, naming } = causesOfPage(holder);
  const seen = rows.map((row) => observationOf({ ...row, source: 'pasted', condition: '' }));
  const diagnosis = diagnose(predictions, seen);
  const next = nextCheck(predictions, seen);
  const act = (check: string) =>
    element('a', { href: `/${writeup}/${check}/#run-it-yourself` }, 'Commands to run');
  return {
    sentences: [...diagnosisText(diagnosis, naming), ...nextCheckText(next, naming).slice(0, 1)],
    tree: element('div.diagnosis-live', diagnosisTree(diagnosis, naming), nextCheckTree(next, naming, act)),
  };
}

const shared = (address: string | undefined, report: string): Tree => [
  element(
    'details.compared.report',
    element('summary', 'Share it: Markdown for an issue, or an address'),
    element('p', 'Both hold your paste. Look through it for secrets first.'),
    copyable(report, 'Report as Markdown'),
    address === undefined
      ? element(
          'p',
          `It is too long for an address, which may have ${MOST_CHARACTERS} characters. Share the report.`,
        )
      : [
          element('p', 'The address holds the paste itself, in the part that no server gets.'),
          copyable(address, 'Address of this result'),
        ],
  ),
];
