/** A record for programs that read test results: a row that agrees has passed. */
import type { EvidenceRecord } from '../run/record.ts';
import { oneLine, clip } from './units.ts';
import { recordFacts, factRows, lineText, rowLines } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, testNameOf, streamsOf } from './facts.ts';
import { recordAddress } from './format.ts';
import { escapeHtml as xmlText } from './html.ts';
import { outcomeOf } from './outcome.ts';
import { never } from '../vocabulary.ts';
import { rowText } from './text.ts';
import { visible } from '../text/visibleText.ts';

/** Of one output; the rest is in the record. */
const mostShownChars = 20_000;

/** XML would replace a line's end in an attribute. */
const xmlAttribute = (text: string): string => xmlText(oneLine(text));

/** As JUnit XML, in chunks, one a row. One that differs is a `failure`, an inconclusive one an `error` (nothing can be said about the page), one that is still running `skipped`. */
export function* junitChunks(record: EvidenceRecord, { base }: { readonly base: string }): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  const { short, sentence, differs, inconclusive, running, of } = outcomeOf(record);
  const seconds = rows.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const counts = `tests="${of}" failures="${differs}" errors="${inconclusive}" skipped="${running}" time="${seconds.toFixed(3)}"`;
  const properties = [
    ['Record', recordAddress(base, record.id)],
    ['Outcome', sentence],
    ...recordFacts(record),
  ].map(
    ([name = '', value = '']) =>
      `      <property name="${xmlAttribute(name)}" value="${xmlAttribute(value)}"/>`,
  );
  yield `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xmlAttribute(short)}" ${counts}>
  <testsuite name="${xmlAttribute(record.writeup.title)}" ${counts} timestamp="${xmlAttribute(record.startedAt.replace(/\.\d+Z$/, ''))}">
    <properties>
${properties.join('\n')}
    </properties>
`;
  for (const row of rows)
    yield `    <testcase classname="${xmlAttribute(`${record.writeup.id}.${row.anchor}`)}" name="${xmlAttribute(testNameOf(row))}" time="${(row.seconds ?? 0).toFixed(3)}">
${result(row)}      <system-out>${xmlText(rowText(row, mostShownChars))}</system-out>
    </testcase>
`;
  yield '  </testsuite>\n</testsuites>\n';
}

function result({ verdict, warnings, header, observed, judgement }: RowFacts): string {
  const sides = xmlText(`documented: ${header.documented}\nobserved: ${observed}\n${judgement?.means ?? ''}`);
  switch (verdict) {
    case 'agrees':
      return '';
    case 'differs':
      return `      <failure type="differs" message="${xmlAttribute(`documented ${header.documented}, observed ${observed}`)}">${sides}</failure>\n`;
    case 'inconclusive':
      return `      <error type="${xmlAttribute(judgement?.problem?.kind ?? verdict)}" message="${xmlAttribute(warnings[0] ?? judgement?.means ?? '')}">${sides}</error>\n`;
    case 'running':
      return '      <skipped message="still running: there is no verdict"/>\n';
    default:
      return never(verdict);
  }
}

/** As TAP 14, in chunks, one a row. One that differs or is inconclusive is `not ok` (the block below says which), one that is still running is skipped. */
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
