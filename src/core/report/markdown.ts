/** A record as Markdown that is pasted into a GitHub issue: always below a limit, and it says what it left out. */
import type { EvidenceRecord } from '../run/record.ts';
import { recordFacts } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { code, link, prose, quotation } from './markdownEscape.ts';
import { detailsOf, type Room, tableHead, tableRow } from './markdownRow.ts';
import { noteBlocks } from './note.ts';
import { outcomeOf } from './outcome.ts';
import { recordAddress } from './format.ts';
import { count, digits } from './units.ts';

export type MarkdownOptions = {
  /** Where the records are: "https://vantage.example". */
  readonly base: string;
  readonly limitChars?: number;
};

/** What is written: so many rows of the table, so many opened ones, and how much of each thing in them. */
type Plan = Room & { readonly rows: number; readonly details: number; readonly note: number };

const all = { value: 4000, note: 8000 };

/**
 * GitHub accepts 65,536 characters; the rest of the limit is for the sentence that somebody writes above. The last chunk is the report; the
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
  const whole: Plan = { ...all, output: longest, rows: rows.length, details: rows.length };
  const write = (plan: Plan) => written(record, rows, base, plan);
  function* fits(plan: Plan): Generator<string, boolean> {
    yield '';
    return write(plan).length <= limitChars;
  }
  if (longest <= limitChars && (yield* fits(whole))) return yield write(whole);
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
  const short = { ...whole, output: 0, value: 200 };
  const bare = { ...short, value: 80, note: 400 };
  const plan = (yield* most(whole, 'output', Math.min(longest, limitChars))) ??
    (yield* most(short, 'output', 2000)) ??
    (yield* most(bare, 'details', rows.length)) ??
    (yield* most({ ...bare, details: 0 }, 'rows', rows.length)) ?? { ...bare, details: 0, rows: 0, note: 0 };
  yield write(plan).slice(0, limitChars);
}

function written(record: EvidenceRecord, rows: readonly RowFacts[], base: string, plan: Plan): string {
  const address = recordAddress(base, record.id);
  const at = (row: RowFacts) => `${address}#${encodeURIComponent(row.anchor)}`;
  const { short, sentence } = outcomeOf(record);
  const title = record.title === '' ? [] : [record.title.slice(0, 300)];
  const table = [tableHead, ...rows.slice(0, plan.rows).map((row) => tableRow(row, at(row), plan))];
  const facts = recordFacts(record).map(([name, value]) => `- ${name}: ${code(value, 'text', 1000)}`);
  const parts = [
    `### ${prose([...title, short.slice(0, 300)].join(': '))}`,
    prose(sentence.slice(0, 2000)),
    quotation(noteBlocks(record.note.slice(0, plan.note))),
    rows.length === 0 ? '' : table.join('\n'),
    leftOut(record, rows, plan, address),
    ...rows.slice(0, plan.details).map((row) => detailsOf(row, at(row), plan)),
    [`- Record: ${link(address, address)}`, ...facts].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Exactly what is not in the report, and where it is. */
function leftOut(record: EvidenceRecord, rows: readonly RowFacts[], plan: Plan, address: string): string {
  const opened = rows.slice(0, plan.details).flatMap(({ steps }) => steps);
  const cut = opened.flatMap(streamsOf).filter(({ text }) => text.length > plan.output);
  const characters = cut.reduce((sum, { text }) => sum + text.length - plan.output, 0);
  const beyond = opened.reduce((sum, { output }) => sum + output.beyond, 0);
  const note = record.note.length - plan.note;
  const names = (from: number) =>
    rows
      .slice(from, from + 20)
      .map(({ header }) => header.check)
      .join(', ') + (rows.length - from > 20 ? ', …' : '');
  const [noLine, noDetails] = [rows.length - plan.rows, rows.length - plan.details];
  const parts = [
    noLine > 0 ? `${count(noLine, 'row')} of the table (${names(plan.rows)})` : '',
    noDetails > 0 ? `the evidence of ${count(noDetails, 'row')} (${names(plan.details)})` : '',
    cut.length > 0
      ? `about ${digits(characters)} characters in the middle of ${count(cut.length, 'output')}`
      : '',
    beyond > 0 ? `${digits(beyond)} bytes of output that only the record holds` : '',
    plan.value < all.value ? `the ends of values longer than ${plan.value} characters` : '',
    note > 0 ? `${digits(note)} characters of the note` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return `**Left out here:** ${prose(parts.join('; '))}. Everything is in ${link('the record', address)} (${link('as text', `${address}.txt`)}).`;
}
