/** A record as plain text: nothing is left out of it that was collected. */
import type { EvidenceRecord } from '../record.ts';
import { type Fact, factRows, recordFacts, stepFacts } from './fact-rows.ts';
import { type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { visible } from '../visible.ts';
import { outcomeOf } from './outcome.ts';
import { PLACE } from './words.ts';

export function textReport(record: EvidenceRecord): string {
  const { sentence, short } = outcomeOf(record);
  const heading = record.title === '' ? short : `${record.title} (${short})`;
  const parts = [
    underlined(heading, '='),
    visible(sentence),
    ...(record.note.trim() === '' ? [] : [indented(record.note.trim(), '  ')]),
    listed([['Record', record.id], ...recordFacts(record)]),
    ...rowsOf(record).map(rowText),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowText(row: RowFacts): string {
  const { header, judgement, warnings, observed } = row;
  return [
    underlined(`${row.words}, ${PLACE[header.provenance]}: ${header.title}`, '-'),
    ...warnings.map((say) => `! ${oneLine(say)}`),
    ...(judgement === undefined || judgement.means === '' ? [] : [oneLine(judgement.means)]),
    `Documented:\n${indented(header.documented, '  ')}\nObserved:\n${indented(observed === '' ? '(nothing)' : observed, '  ')}`,
    ...(judgement === undefined || judgement.findings.length === 0
      ? []
      : [
          judgement.findings
            .map(({ part, say, holds, observed: saw }) =>
              oneLine(`${holds ? 'holds' : 'DOES NOT HOLD'}, ${part}: ${say}; observed: ${saw}`),
            )
            .join('\n'),
        ]),
    ...row.steps.map((step) =>
      [
        `${oneLine(step.vantage)} $ ${visible(step.command).replaceAll('\n', '\n  > ')}`,
        ...streamsOf(step).map(
          ({ stream, text }) => `${stream}:\n${indented(text.replace(/\n$/, ''), '  | ')}`,
        ),
        listed(stepFacts(step)),
      ].join('\n'),
    ),
    ...row.run.view.notes.map((say) => `Noted: ${oneLine(say)}`),
    listed(factRows(row)),
  ].join('\n\n');
}

const oneLine = (text: string): string => visible(text).replace(/\s*\n\s*/g, ' ⏎ ');

/** A mark before every line of it: what a machine said cannot pass for a line of this report. */
export const indented = (text: string, mark: string): string =>
  visible(text)
    .split('\n')
    .map((line) => mark + line)
    .join('\n');

function underlined(text: string, mark: string): string {
  const line = oneLine(text);
  return `${line}\n${mark.repeat(Math.min(100, line.length))}`;
}

function listed(facts: readonly Fact[]): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${oneLine(value)}`).join('\n');
}
