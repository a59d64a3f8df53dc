/** A record as Markdown that is pasted into a GitHub issue: always below a limit, and it says what it left out. One row is left to `markdown-row.ts`. */
import type { EvidenceRecord } from '../run/record.ts';
import { recordFacts } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { code, link, prose, shellQuote } from './markdownEscape.ts';
import { detailsOf, type Room, tableHead, tableRow } from './markdownRow.ts';
import { noteBlocks } from './note.ts';
import { outcomeOf } from './outcome.ts';
import { count, digits } from './format.ts';

export type MarkdownOptions = {
  /** Where the records are: "https://vantage.example". */
  readonly base: string;
  readonly limitChars?: number;
};

/** What is written: so many rows of the table, so many opened ones, and how much of each thing in them. */
type Plan = Room & { readonly rows: number; readonly details: number; readonly note: number };

/**
 * GitHub takes 65,536 characters; the rest of the limit is for the sentence that somebody writes above. The last chunk is the report; the
 * empty ones before it are places where others may have their turn: how much fits is tried.
 */
export function* markdownChunks(
  record: EvidenceRecord,
  { base, limitChars = 65_000 }: MarkdownOptions,
): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  let longest = 0;
  for (const { steps } of rows) {
    yield '';
    for (const step of steps)
      for (const { text } of streamsOf(step)) longest = Math.max(longest, text.length);
  }
  const all: Plan = { output: longest, value: 4000, rows: rows.length, details: rows.length, note: 8000 };
  const write = (plan: Plan) => written(record, rows, base, plan);
  function* fits(plan: Plan): Generator<string, boolean> {
    yield '';
    return write(plan).length <= limitChars;
  }
  if (longest <= limitChars && (yield* fits(all))) return yield write(all);
  /** The most of one thing that still fits, when everything else is as in `plan`; nothing when not even none of it does. */
  function* most(plan: Plan, thing: keyof Plan, from: number): Generator<string, Plan | undefined> {
    if (!(yield* fits({ ...plan, [thing]: 0 }))) return undefined;
    let [low, high] = [0, from];
    while (high - low > Math.max(0, low >> 5)) {
      const middle = Math.ceil((low + high) / 2);
      if (yield* fits({ ...plan, [thing]: middle })) low = middle;
      else high = middle - 1;
    }
    return { ...plan, [thing]: low };
  }
  // What can be read elsewhere goes first: output, then long values and the note, then whole rows.
  const short = { ...all, output: 0, value: 200 };
  const bare = { ...short, value: 80, note: 400 };
  const plan = (yield* most(all, 'output', Math.min(longest, limitChars))) ??
    (yield* most(short, 'output', 2000)) ??
    (yield* most(bare, 'details', rows.length)) ??
    (yield* most({ ...bare, details: 0 }, 'rows', rows.length)) ?? { ...bare, details: 0, rows: 0, note: 0 };
  yield write(plan).slice(0, limitChars);
}

export const markdownReport = (record: EvidenceRecord, options: MarkdownOptions): string =>
  [...markdownChunks(record, options)].join('');

function written(record: EvidenceRecord, rows: readonly RowFacts[], base: string, plan: Plan): string {
  const address = `${base}/runs/${encodeURIComponent(record.id)}`;
  const at = (row: RowFacts) => `${address}#${encodeURIComponent(row.anchor)}`;
  const { short, sentence } = outcomeOf(record);
  const note = record.note.slice(0, plan.note);
  const facts = recordFacts(record).map(([name, value]) => `- ${name}: ${code(value, 'text', 1000)}`);
  return `${[
    `### ${prose(record.title === '' ? short.slice(0, 300) : `${record.title.slice(0, 300)}: ${short.slice(0, 300)}`)}`,
    prose(sentence.slice(0, 2000)),
    ...(note.trim() === '' ? [] : [`${shellQuote(noteBlocks(note))}`]),
    ...(rows.length === 0
      ? []
      : [[tableHead, ...rows.slice(0, plan.rows).map((row) => tableRow(row, at(row), plan))].join('\n')]),
    ...leftOut(record, rows, plan, address),
    ...rows.slice(0, plan.details).map((row) => detailsOf(row, at(row), plan)),
    [`- Record: ${link(address, address)}`, ...facts].join('\n'),
  ].join('\n\n')}\n`;
}

/** Exactly what is not in the report, and where it is. */
function leftOut(record: EvidenceRecord, rows: readonly RowFacts[], plan: Plan, address: string): string[] {
  const opened = rows.slice(0, plan.details);
  const streams = opened.flatMap(({ steps }) => steps.flatMap((step) => streamsOf(step)));
  const cut = streams.filter(({ text }) => text.length > plan.output);
  const characters = cut.reduce((sum, { text }) => sum + text.length - plan.output, 0);
  const beyond = opened.flatMap(({ steps }) => steps).reduce((sum, { output }) => sum + output.beyond, 0);
  const note = record.note.length - plan.note;
  const names = (from: number) =>
    rows
      .slice(from, from + 20)
      .map(({ header }) => header.check)
      .join(', ') + (rows.length - from > 20 ? ', …' : '');
  const parts = [
    ...(plan.rows < rows.length
      ? [`${count(rows.length - plan.rows, 'row')} of the table (${names(plan.rows)})`]
      : []),
    ...(plan.details < rows.length
      ? [`the evidence of ${count(rows.length - plan.details, 'row')} (${names(plan.details)})`]
      : []),
    ...(cut.length > 0
      ? [`about ${digits(characters)} characters in the middle of ${count(cut.length, 'output')}`]
      : []),
    ...(beyond > 0 ? [`${digits(beyond)} bytes of output that only the record holds`] : []),
    ...(plan.value < 4000 ? [`the ends of values longer than ${plan.value} characters`] : []),
    ...(note > 0 ? [`${digits(note)} characters of the note`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `**Left out here:** ${prose(parts.join('; '))}. Everything is in ${link('the record', `${address}`)} (${link('as text', `${address}.txt`)}).`,
  ];
}
