/** The pastes of a writeup's reports.yaml, judged and diagnosed: what the diagnosis says of each is held, misses included. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { diagnose, remaining } from '../../src/core/diagnosis/diagnosis.ts';
import { observationOf } from '../../src/core/diagnosis/observations.ts';
import { predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import { causesOf } from '../../src/core/diagnosis/documentedRows.ts';
import { judgePaste } from '../../src/core/paste/judgePaste.ts';
import { publicReportsSchema } from '../../src/core/paste/testing-reports.ts';
import { readYaml } from '../files/yaml.ts';
import { loadContent } from './load.ts';

/** More causes than these are no answer: the next question is. */
const FEW = 6;

const writeups = (await loadContent(fileURLToPath(new URL('../../content', import.meta.url)))).filter(
  ({ file }) => existsSync(join(dirname(file), 'reports.yaml')),
);

describe.each(writeups.map((writeup) => [writeup.id, writeup] as const))('%s', (_, writeup) => {
  const checks = new Map([...writeup.checks].map(([id, { check }]) => [id, check]));
  const read = <Schema extends Parameters<typeof readYaml>[2]>(name: string, schema: Schema) => {
    const file = join(dirname(writeup.file), name);
    return readYaml<Schema>(readFileSync(file, 'utf8'), file, schema);
  };
  const { value: predictions, faults } = read('predictions.yaml', predictionsSchema);
  const { value: { reports } = { reports: [] }, faults: reportFaults } = read(
    'reports.yaml',
    publicReportsSchema,
  );
  const causes = causesOf(predictions ?? { conditions: {} }, checks);
  const names = causes.map(({ cause }) => cause);

  const said = (paste: string): { vantage: string[]; left: readonly string[] } => {
    const { rows } = judgePaste(paste, [...checks.values()]);
    const observations = rows.map(({ check, judgement }) =>
      observationOf({ check, judgement, source: 'live', condition: 'pasted' }),
    );
    const diagnosis = diagnose(causes, observations);
    const left = diagnosis.kind === 'diagnosed' ? remaining(diagnosis) : [];
    if (rows.length === 0) return { vantage: [], left };
    if (left.length === 0) return { vantage: ['no known cause fits'], left };
    if (left.length <= FEW) return { vantage: left.toSorted(), left };
    // The row that lacks least.
    const [asked] = rows
      .map(({ asks }) => asks.filter(({ command }) => command !== undefined))
      .filter((asks) => asks.length > 0)
      .toSorted((a, b) => a.length - b.length)
      .flat();
    return {
      vantage: [`asks: ${asked?.command ?? rows.flatMap(({ asks }) => asks)[0]?.message ?? 'nothing'}`],
      left,
    };
  };

  test('there are reports of many threads, some held back while the reader was tuned', () => {
    expect([...faults, ...reportFaults]).toEqual([]);
    expect(new Set(reports.map(({ source }) => source)).size).toBe(reports.length);
    expect(reports.length).toBeGreaterThanOrEqual(24);
    expect(reports.filter(({ heldBack }) => heldBack).length).toBeGreaterThanOrEqual(5);
    for (const { source, thread } of reports)
      expect([...names, 'unknown', 'other'], source).toContain(thread.replace(/^other: .*/, 'other'));
  });

  test.each(reports.map((report) => [report.source, report] as const))(
    '%s: the diagnosis says what the table says, and says why where the thread found something else',
    (_source, { paste, thread, vantage, why }) => {
      expect(said(paste).vantage).toEqual(vantage);
      if (!vantage.includes(thread)) expect(why, 'says why').toBeDefined();
    },
  );

  test('no paste rules out the cause that its thread found', () => {
    const ruledOut = reports.filter(
      ({ paste, thread }) => names.includes(thread) && !said(paste).left.includes(thread),
    );
    expect(ruledOut.map(({ source }) => source)).toEqual([]);
  });
});
