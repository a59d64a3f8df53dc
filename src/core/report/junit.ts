/**
 * A record as JUnit XML, for programs that read test results. A row that agrees has passed, one that differs is a `failure`, one that is
 * inconclusive an `error` (nothing can be said about the page), and one that is still running is `skipped`.
 */
import type { EvidenceRecord } from '../run/record.ts';
import { oneLine } from './units.ts';
import { recordFacts } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, testNameOf } from './facts.ts';
import { recordAddress } from './format.ts';
import { escapeHtml as xmlText } from './html.ts';
import { outcomeOf } from './outcome.ts';
import { never } from '../vocabulary.ts';
import { rowText } from './text.ts';

/** Of one output in a test case; the rest is in the record. */
const mostShownChars = 20_000;

/** XML would replace a line's end in an attribute. */
const xmlAttribute = (text: string): string => xmlText(oneLine(text));

/** In chunks, one a row. */
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
