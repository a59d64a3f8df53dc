/**
 * A record as TAP 14. A row that agrees is `ok`, one that differs or is inconclusive `not ok` (the block below says which), and one that is
 * still running is skipped.
 */
import type { EvidenceRecord } from '../run/record.ts';
import { clip } from './clip.ts';
import { factRows } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { visible } from '../text/visibleText.ts';
import { outcomeOf } from './outcome.ts';

const SHOWN_CHARACTERS = 20_000;

/** In chunks, one a row. */
export function* tapChunks(record: EvidenceRecord, { base }: { readonly base: string }): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  yield `${[
    'TAP version 14',
    `1..${rows.length}${rows.length === 0 ? ' # SKIP nothing was taken' : ''}`,
    comment(outcomeOf(record).sentence),
    comment(`${base}/runs/${encodeURIComponent(record.id)}`),
  ].join('\n')}\n`;
  for (const [index, row] of rows.entries()) yield `${point(row, index)}\n`;
}

export const tapReport = (record: EvidenceRecord, options: { readonly base: string }): string =>
  [...tapChunks(record, options)].join('');

const oneLine = (text: string): string => visible(text).replace(/\s*\n\s*/g, ' ⏎ ');
const comment = (text: string): string => `# ${oneLine(text)}`;

function point(row: RowFacts, index: number): string {
  const { verdict, header, words } = row;
  // A hash would begin a directive, a backslash an escape.
  const name = oneLine(`${words === verdict ? '' : `[${words}] `}${header.title}`).replace(/[\\#]/g, '\\$&');
  const ok = verdict === 'agrees' || verdict === 'running' ? 'ok' : 'not ok';
  const skip = verdict === 'running' ? ' # SKIP still running, there is no verdict' : '';
  return `${ok} ${index + 1} - ${name}${skip}\n  ---\n${yaml(row)}\n  ...`;
}

/** Every value is a JSON string in one line, which is YAML too: nothing in it can end the block. */
function yaml(row: RowFacts): string {
  const { header, observed, verdict, warnings, judgement } = row;
  const line = (name: string, value: string) => `${name}: ${JSON.stringify(visible(value))}`;
  const steps = row.steps.flatMap((step) => [
    `  - ${line('command', step.command)}`,
    `    ${line('role', step.role)}`,
    `    ${line('end', step.end)}`,
    ...streamsOf(step).map(({ stream, text }) => `    ${line(stream, clip(text, SHOWN_CHARACTERS).text)}`),
  ]);
  return [
    line('verdict', verdict),
    line('documented', header.documented),
    line('observed', observed),
    ...(judgement === undefined ? [] : [line('means', judgement.means)]),
    ...(warnings.length === 0
      ? []
      : ['warnings:', ...warnings.map((message) => `  - ${JSON.stringify(visible(message))}`)]),
    'facts:',
    ...factRows(row).map(([name, value]) => `  - ${JSON.stringify(`${name}: ${visible(value)}`)}`),
    'steps:',
    ...steps,
  ]
    .map((one) => `  ${one}`)
    .join('\n');
}
