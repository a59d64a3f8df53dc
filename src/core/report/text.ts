/** A record as plain text: nothing is left out of it that was collected. */
import type { EvidenceRecord } from '../run/record.ts';
import { clip, oneLine } from './units.ts';
import { type Fact, factRows, recordFacts, stepFacts, lineText, rowLines, seen } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, type StepFacts, streamPieces, streamsOf } from './facts.ts';
import { visible } from '../text/visibleText.ts';
import { outcomeOf } from './outcome.ts';
import { PLACE } from './format.ts';

/** In chunks, so that nobody has to hold all of it. */
export function* textChunks(record: EvidenceRecord): Generator<string> {
  yield* readOutput(record);
  const { sentence, short } = outcomeOf(record);
  yield [
    underlined(record.title === '' ? short : `${record.title} (${short})`, '='),
    visible(sentence),
    ...(record.note.trim() === '' ? [] : [indented(record.note.trim(), '  ')]),
    listed([['Record', record.id], ...recordFacts(record)]),
  ].join('\n\n');
  for (const row of rowsOf(record)) {
    yield '\n\n';
    yield* rowChunks(row, streamPieces);
  }
  yield '\n';
}

/** One row as text, with at most about so many characters of each output. */
export const rowText = (row: RowFacts, mostChars: number): string =>
  [
    ...rowChunks(row, (step) =>
      streamsOf(step).map(({ stream, text }) => ({ stream, pieces: [clip(text, mostChars).text] })),
    ),
  ].join('');

type OutputOf = (
  step: StepFacts,
) => readonly { readonly stream: string; readonly pieces: Iterable<string> }[];

function* rowChunks(row: RowFacts, outputOf: OutputOf): Generator<string> {
  const { header, judgement, warnings, observed } = row;
  const findings = (judgement?.findings ?? []).map((one) =>
    oneLine(`${one.holds ? 'holds' : 'DOES NOT HOLD'}, ${one.part}: ${one.message}; observed: ${seen(one)}`),
  );
  yield [
    underlined(`${row.words}, ${PLACE[header.source]}: ${header.title}`, '-'),
    ...warnings.map((message) => `! ${oneLine(message)}`),
    oneLine(judgement?.means ?? ''),
    `Documented:\n${indented(header.documented, '  ')}\nObserved:\n${indented(observed === '' ? '(nothing)' : observed, '  ')}`,
    rowLines(judgement)
      .map((line) => `- ${oneLine(lineText(line))}`)
      .join('\n'),
    findings.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  for (const step of row.steps) {
    yield `\n\n${oneLine(step.where)} $ ${visible(step.command).replaceAll('\n', '\n  > ')}\n`;
    for (const { stream, pieces } of outputOf(step)) {
      yield `${stream}:\n`;
      yield* indentedPieces(pieces, '  | ');
      yield '\n';
    }
    yield listed(stepFacts(step));
  }
  yield [
    '',
    ...row.run.view.notes.map((message) => `Noted: ${oneLine(message)}`),
    listed(factRows(row)),
  ].join('\n\n');
}

/** A mark before every line of it: what a machine wrote cannot pass for a line of this report. */
const indented = (text: string, mark: string): string => mark + visible(text).replaceAll('\n', `\n${mark}`);

/** The same of a text in pieces, without its last line feed. A line feed stays with the return before it, which may be in another piece. */
function* indentedPieces(pieces: Iterable<string>, mark: string): Generator<string> {
  yield mark;
  let held = '';
  for (const piece of pieces) {
    const text = held + piece;
    [held] = /\r?\n?$/.exec(text) ?? [''];
    yield visible(text.slice(0, text.length - held.length)).replaceAll('\n', `\n${mark}`);
  }
  yield visible(held.replace(/\n$/, ''));
}

function underlined(text: string, mark: string): string {
  const line = oneLine(text);
  return `${line}\n${mark.repeat(Math.min(100, line.length))}`;
}

function listed(facts: readonly Fact[]): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${oneLine(value)}`).join('\n');
}
