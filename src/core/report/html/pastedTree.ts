/** What a paste came to, as the page shows it: never in the look of a live result. */
import type { PastedRow, PasteResult } from '../../paste/paste.ts';
import { clipLine, count } from '../units.ts';
import { type Element, element, type Tree } from '../html.ts';
import { judgedRow, NOTHING_FOUND, type PastedNames, readingSentences, shownAsks } from '../pasted.ts';
import { comparison, folded, judgedParts, verdictLine } from './recordParts.ts';
import { warning } from './table.ts';
import { sentence } from './signs.ts';

/** The rows; `alone`: the page is that of the check, so its title stands there already. Then what was read from the paste. */
export function pastedTree(result: PasteResult, names: PastedNames, alone: boolean): Tree {
  const { took, replaced, ignored } = readingSentences(result, names);
  const { cut } = result.reading;
  const [open, concluded] = [true, false].map((unsure) =>
    result.rows
      .filter(({ judgement }) => (judgement.verdict === 'inconclusive') === unsure)
      .map((row) => pastedRow(row, names, alone)),
  );
  const more = [...(open ?? [])];
  return [
    cut === undefined ? [] : warning(cut),
    result.rows.length === 0 ? warning(NOTHING_FOUND) : (concluded ?? []),
    // One command is part of many checks: what else those need comes after what was concluded.
    alone || more.length === 0
      ? more
      : folded(
          `${count(more.length, 'row')} inconclusive, and what would settle each`,
          more,
          !concluded?.length,
        ),
    took.length === 0
      ? []
      : folded('What was taken for what', items([...took, ...replaced]), replaced.length > 0),
    ignored.length === 0 ? [] : folded('What was not used', items(ignored), false),
  ];
}

const items = (sentences: readonly string[]): Tree =>
  element('ul.notes', ...sentences.map((one) => element('li', sentence(one))));

function pastedRow(row: PastedRow, names: PastedNames, alone: boolean): Element {
  const own = judgedRow(row, names);
  const parts = [comparison(own), judgedParts(own)];
  const title = names.checks.get(row.check)?.title ?? row.check;
  return element(
    'div.pasted-row',
    alone ? [] : element('p.title', element('a', { href: `/${names.writeup}/${row.check}/` }, title)),
    verdictLine(own),
    shownAsks(row, names).map(askTree),
    alone
      ? parts
      : element(
          'details.compared',
          element('summary', 'Observed ', element('span', clipLine(own.observed, 120))),
          parts,
        ),
  );
}

/** What is missing, and the command that would settle it with a button that copies it. */
const askTree = ({ message, command }: ReturnType<typeof shownAsks>[number]): Tree => [
  element('p.ask', sentence(message)),
  command === undefined ? [] : copyable(command, 'Command to run'),
];

/** Code that can be copied, as `Code.astro` draws it. */
export const copyable = (text: string, label: string): Element =>
  element(
    'v-copy.copyable.code',
    element('pre', { tabindex: '0', role: 'group', 'aria-label': label }, element('code', text)),
    element('button.quiet', { type: 'button', hidden: true }, 'Copy'),
  );
