/** A judged paste as Markdown for an issue: below the limit of GitHub, and it says what it left out. */
import type { PasteResult } from '../paste/paste.ts';
import { clip } from './units.ts';
import { SOURCE_WORDS } from './format.ts';
import { block, code, link, prose, sentence } from './markdownEscape.ts';
import { compared, findings, type Room } from './markdownRow.ts';
import {
  judgedRow,
  NOTHING_FOUND,
  type PastedNames,
  readingSentences,
  shownAsks,
  UNVERIFIED,
} from './pasted.ts';

export type PastedReport = PastedNames & {
  readonly title: string;
  readonly text: string;
  /** Where the page shows the same again; undefined when the paste is too long for an address. */
  readonly address: string | undefined;
  /** What the rows say of the causes, a sentence each. */
  readonly diagnosis: readonly string[];
};

/** GitHub accepts 65,536 characters. */
const MOST_CHARACTERS = 65_000;

/** The first of these that fits: the paste goes first, then the details of the rows. */
const plans: readonly (Room & { readonly details: boolean })[] = [
  { output: 20_000, value: 2000, details: true },
  { output: 4000, value: 300, details: true },
  { output: 1000, value: 80, details: false },
];

export function pastedMarkdown(result: PasteResult, report: PastedReport): string {
  for (const plan of plans) {
    const written = write(result, report, plan);
    if (written.length <= MOST_CHARACTERS) return written;
  }
  return '';
}

function write(result: PasteResult, report: PastedReport, room: (typeof plans)[number]): string {
  const { took, replaced, ignored } = readingSentences(result, report);
  const { cut } = result.reading;
  const titleOf = (check: string) => report.checks.get(check)?.title ?? check;
  const rows = result.rows.map((row) => ({ ...row, own: judgedRow(row, report) }));
  const list = (sentences: readonly string[]) => sentences.map((one) => `- ${sentence(one)}`).join('\n');
  const table = [
    '| Check | Documented | Observed | Verdict |\n| --- | --- | --- | --- |',
    ...rows.map(
      ({ check, own }) =>
        `| ${prose(titleOf(check))} | ${code(own.header.documented, 'cell')} | ${code(own.observed, 'cell')} | **${prose(own.words)}** |`,
    ),
  ].join('\n');
  const asks = result.rows
    .flatMap((row) => shownAsks(row, report))
    .slice(0, 20)
    .map(({ message, command }) =>
      [
        `- ${sentence(clip(message, room.value).text)}`,
        ...(command === undefined ? [] : [block(command, 'sh')]),
      ].join('\n\n'),
    );
  const details = rows.map(({ check, own }) =>
    [
      `#### ${prose(titleOf(check))}: ${prose(own.words)}`,
      sentence(own.judgement?.means ?? ''),
      ...own.warnings.map((message) => `**Note:** ${sentence(message)}`),
      compared(own, room),
      findings(own, room),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  const parts = [
    `### ${prose(report.title)}: ${SOURCE_WORDS.pasted}`,
    sentence(UNVERIFIED),
    rows.length === 0 ? sentence(NOTHING_FOUND) : table,
    report.diagnosis.length === 0 ? '' : `**Causes, from these rows alone:**\n\n${list(report.diagnosis)}`,
    asks.length === 0 ? '' : `**What would settle it:**\n\n${asks.join('\n\n')}`,
    ...(room.details ? details : ['The details of the rows are left out here.']),
    `**Read from the paste:**\n\n${list([...took, ...replaced, ...ignored, ...(cut === undefined ? [] : [cut])])}`,
    `**The paste:**\n\n${block(clip(report.text, room.output).text)}`,
    report.address === undefined ? '' : `- ${link('Shown again on its page', report.address)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
