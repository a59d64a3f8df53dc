/**
 * A record as JUnit XML, for whatever reads test results. A row that agrees has passed, one that differs is a `failure`, one that is
 * inconclusive an `error` (nothing can be said about the page), and one that is still running is `skipped`.
 */
import type { EvidenceRecord } from '../run/record.ts';
import { clip } from './clip.ts';
import { factRows, recordFacts, stepFacts } from './metadata.ts';
import { readOutput, type RowFacts, rowsOf, streamsOf } from './facts.ts';
import { outcomeOf } from './outcome.ts';
import { never } from '../vocabulary.ts';
import { indented } from './text.ts';
import { xmlAttribute, xmlText } from './xml.ts';

/** Characters of one output in a test case; the rest is in the record. */
const SHOWN_CHARACTERS = 20_000;

/** In chunks, one a row. */
export function* junitChunks(record: EvidenceRecord, { base }: { readonly base: string }): Generator<string> {
  yield* readOutput(record);
  const rows = rowsOf(record);
  const { short, sentence, differs, inconclusive, running, of } = outcomeOf(record);
  const seconds = rows.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const counts = `tests="${of}" failures="${differs}" errors="${inconclusive}" skipped="${running}" time="${seconds.toFixed(3)}"`;
  const property = ([name, value]: readonly [string, string]) =>
    `      <property name="${xmlAttribute(name)}" value="${xmlAttribute(value)}"/>`;
  yield `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xmlAttribute(short)}" ${counts}>
  <testsuite name="${xmlAttribute(record.writeup.title)}" ${counts} timestamp="${xmlAttribute(record.startedAt.replace(/\.\d+Z$/, ''))}">
    <properties>
${[['Record', `${base}/runs/${encodeURIComponent(record.id)}`] as const, ['Outcome', sentence] as const, ...recordFacts(record)].map(property).join('\n')}
    </properties>
`;
  for (const row of rows) yield `${testCase(record, row)}\n`;
  yield `${rows.length === 0 ? '\n' : ''}  </testsuite>
</testsuites>
`;
}

export const junitReport = (record: EvidenceRecord, options: { readonly base: string }): string =>
  [...junitChunks(record, options)].join('');

function testCase(record: EvidenceRecord, row: RowFacts): string {
  const { header, verdict } = row;
  const name = `${row.words === verdict ? '' : `[${row.words}] `}${header.title}`;
  return `    <testcase classname="${xmlAttribute(`${record.writeup.id}.${row.anchor}`)}" name="${xmlAttribute(name)}" time="${(row.seconds ?? 0).toFixed(3)}">
${[...result(row), `      <system-out>${xmlText(evidence(row))}</system-out>`].join('\n')}
    </testcase>`;
}

function result({ verdict, warnings, header, observed, judgement }: RowFacts): string[] {
  // Of a row that came to a result, a warning is about its output, and not the reason.
  const first = verdict === 'inconclusive' || verdict === 'running' ? warnings[0] : undefined;
  const why = xmlAttribute(first ?? judgement?.means ?? warnings[0] ?? '');
  const sides = xmlText(`documented: ${header.documented}\nobserved: ${observed}\n${judgement?.means ?? ''}`);
  switch (verdict) {
    case 'agrees':
      return [];
    case 'differs':
      return [
        `      <failure type="differs" message="${xmlAttribute(`documented ${header.documented}, observed ${observed}`)}">${sides}</failure>`,
      ];
    case 'inconclusive':
      return [
        `      <error type="${xmlAttribute(judgement?.problem?.kind ?? 'inconclusive')}" message="${why}">${sides}</error>`,
      ];
    case 'running':
      return ['      <skipped message="still running: there is no verdict"/>'];
    default:
      return never(verdict);
  }
}

/** Facts, commands and output, as text. */
function evidence(row: RowFacts): string {
  const list = (facts: readonly (readonly [string, string])[]) =>
    facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  return [
    list(factRows(row)),
    ...row.warnings,
    ...row.steps.flatMap((step) => [
      `${step.role} $ ${step.command.replaceAll('\n', '\n  > ')}`,
      ...streamsOf(step).map(
        ({ stream, text }) => `${stream}:\n${indented(clip(text, SHOWN_CHARACTERS).text, '  | ')}`,
      ),
      list(stepFacts(step)),
    ]),
  ].join('\n');
}
