/**
 * A record as TAP 14. A row that agrees is `ok`, one that differs or is inconclusive `not ok` (the block below says which), and one that is
 * still running is skipped.
 */
import type { EvidenceRecord } from '../run/record.ts';
import { clip, oneLine } from './units.ts';
import { factRows, lineText, rowLines } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, streamsOf, testNameOf } from './facts.ts';
import { visible } from '../text/visibleText.ts';
import { recordAddress } from './format.ts';
import { outcomeOf } from './outcome.ts';

/** Of one output; the rest is in the record. */
const mostShownChars = 20_000;

/** In chunks, one a row. */
export function* tapChunks(record: EvidenceRecord, { base }: { readonly base: string }): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  yield `TAP version 14
1..${rows.length}${rows.length === 0 ? ' # SKIP no runs' : ''}
# ${oneLine(outcomeOf(record).sentence)}
# ${oneLine(recordAddress(base, record.id))}
`;
  for (const [index, row] of rows.entries()) yield `${point(row, index)}\n`;
}

function point(row: RowFacts, index: number): string {
  const isRunning = row.verdict === 'running';
  // A hash would begin a directive, a backslash an escape.
  const name = oneLine(testNameOf(row)).replace(/[\\#]/g, '\\$&');
  const ok = row.verdict === 'agrees' || isRunning ? 'ok' : 'not ok';
  const skip = isRunning ? ' # SKIP still running, there is no verdict' : '';
  return `${ok} ${index + 1} - ${name}${skip}\n  ---\n  ${block(row)}\n  ...`;
}

/** JSON is YAML too, and escapes line feeds: no value can end the block. */
function block(row: RowFacts): string {
  const { header, observed, verdict, warnings, judgement } = row;
  const steps = row.steps.map((step) => {
    const { command, role, end } = step;
    const outputs = streamsOf(step).map(({ stream, text }) => [stream, clip(text, mostShownChars).text]);
    return { command, role, end, ...Object.fromEntries(outputs) };
  });
  const lines = rowLines(judgement).map(lineText);
  const facts = factRows(row).map((fact) => fact.join(': '));
  const value = {
    verdict,
    documented: header.documented,
    observed,
    lines: lines.length > 0 ? lines : undefined,
    means: judgement?.means,
    warnings,
    facts,
    steps,
  };
  const shown = (_: string, one: unknown) => (typeof one === 'string' ? visible(one) : one);
  return JSON.stringify(value, shown, 2).replaceAll('\n', '\n  ');
}
