/** One row of the Markdown report: its line in the table, and the block that opens to the evidence. */
import { difference, joined } from './lineDifference.ts';
import { clip, digits } from './units.ts';
import { factRows, stepFacts, rowLines, seen } from './metadata.ts';
import { type JudgedRow, type RowFacts, type StepFacts, streamsOf } from './facts.ts';
import { block, code, inElement, link, prose, sentence } from './markdownEscape.ts';
import { PLACE } from './format.ts';

/** How much of each thing is written, in characters. */
export type Room = { readonly output: number; readonly value: number };

export const tableHead =
  '| Check | Documented | Observed | Verdict | Role |\n| --- | --- | --- | --- | --- |';

export function tableRow(row: RowFacts, address: string, room: Room): string {
  const value = Math.min(300, room.value);
  return `| ${[
    link(clipped(row.header.title, room), address),
    code(row.header.documented, 'cell', value),
    row.judgement === undefined ? 'nothing' : code(row.observed, 'cell', value),
    `${verdict(row)}, ${PLACE[row.header.source]}`,
    row.roles.map((role) => prose(clipped(role, room))).join(', '),
  ].join(' | ')} |`;
}

const verdict = ({ words }: RowFacts): string => `**${prose(words)}**`;
const clipped = (text: string, { value }: Room): string => clip(text, value).text;

/** Everything about a row, folded. Blank lines around the parts: without them GitHub reads no Markdown in it. */
export function detailsOf(row: RowFacts, address: string, room: Room): string {
  const { header, judgement } = row;
  const summary = `${row.words}: ${clipped(header.title, room)} (${row.roles.join(', ')}; ${PLACE[header.source]})`;
  return [
    `<details>\n<summary>${inElement(clip(summary, 600).text)}</summary>`,
    `${verdict(row)}, ${PLACE[header.source]}${judgement === undefined ? '' : `. ${sentence(clipped(judgement.means, room))}`} ${link('This row in the record', address)}`,
    ...row.warnings.map((message) => `**Note:** ${sentence(clipped(message, room))}`),
    compared(row, room),
    findings(row, room),
    ...row.steps.map((step) => stepPart(row, step, address, room)),
    row.run.view.notes.map((message) => `- Noted: ${sentence(clipped(message, room))}`).join('\n'),
    factRows(row)
      .map(([name, value]) => `- ${name}: ${code(value, 'text', Math.max(120, room.value))}`)
      .join('\n'),
    '</details>',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Documented against observed; then both in one line, each other's words in marks that need no colour. */
export function compared({ header, judgement, observed, verdict: word }: JudgedRow, room: Room): string {
  if (judgement === undefined) return `Documented:\n\n${block(clipped(header.documented, room))}`;
  const lines = (mark: string, text: string) =>
    clipped(text === '' ? '(empty)' : text, room)
      .split('\n')
      .map((line) => `${mark} ${line}`)
      .join('\n');
  const same = header.documented === observed;
  const marks = same ? [' ', ' '] : ['-', '+'];
  const both = `${lines(`${marks[0]} documented:`, header.documented)}\n${lines(`${marks[1]} observed:  `, observed)}`;
  // Where nothing was concluded, nothing is refuted: no word is marked.
  if (same || word === 'inconclusive') return block(both.replace(/^[-+]/gm, ' '), 'text');
  const parts = joined(difference(header.documented, observed))
    .map(({ text, only }) => (only === 'both' ? text : only === 'documented' ? `[-${text}-]` : `{+${text}+}`))
    .join('');
  return `${block(both, 'diff')}\n\nWord by word, \`[-documented only-]\` and \`{+observed only+}\`:\n\n${block(clipped(parts, room))}`;
}

/** The lines of the row, then what was compared. */
export function findings({ judgement }: JudgedRow, room: Room): string {
  const value = Math.min(300, room.value);
  const lines = rowLines(judgement).map(
    ({ name, observed, verdict: word, mark = word, message }) =>
      `- ${prose(name)}: ${code(observed, 'text', value)}${mark === undefined ? '' : `, **${mark}**`}${message === undefined ? '' : `: ${sentence(clipped(message, room))}`}`,
  );
  const list = (judgement?.findings ?? []).map(
    (one) =>
      `- ${one.holds ? 'holds' : '**does not hold**'}, ${one.part}: ${sentence(clipped(one.message, room))}; observed: ${code(seen(one), 'text', value)}`,
  );
  const found = list.length === 0 ? [] : [`What was compared:\n\n${list.join('\n')}`];
  return [...(lines.length === 0 ? [] : [lines.join('\n')]), ...found].join('\n\n');
}

function stepPart(row: RowFacts, step: StepFacts, address: string, room: Room): string {
  const facts = stepFacts(step).map(([name, value]) => `${name} ${prose(clipped(value, room))}`);
  const outputs = streamsOf(step).map(({ stream, text }) => {
    if (room.output === 0) return `**${stream}** is left out here: ${link('it is in the record', address)}.`;
    const { text: shown, left } = clip(text, room.output);
    const shownPart = `**${stream}**, as it came:\n\n${block(shown)}`;
    if (left === 0) return shownPart;
    return `${shownPart}\n\n${digits(left)} characters of this ${stream} are left out here; ${link('they are in the record', address)}.`;
  });
  return [
    `Step **${prose(step.id)}** on **${prose(clipped(step.where, room))}**: ${facts.join('; ')}`,
    block(clipped(step.command, { ...room, value: Math.max(200, room.value) }), 'sh'),
    ...(outputs.length > 0 ? outputs : [row.verdict === 'running' ? 'No output yet.' : 'No output.']),
  ].join('\n\n');
}
