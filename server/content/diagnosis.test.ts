import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnoseDocumented, causesOf, documentedRows } from '../../src/core/diagnosis/documentedRows.ts';
import { alike } from '../../src/core/diagnosis/testing.ts';
import { documentedText } from '../../src/core/diagnosis/diagnosisText.ts';
import { predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import { loadContent } from './load.ts';
import { readYaml } from '../files/yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const writeups = await loadContent(content);
const checks = new Map(
  writeups.flatMap((writeup) => [...writeup.checks].map(([id, { check }]) => [id, check] as const)),
);
const file = join(content, 'wsl2-mirrored-networking/predictions.yaml');
const { value: predictions } = readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);
const causes = predictions ? causesOf(predictions, checks) : [];

describe('the committed predictions', () => {
  it('name every cause when everything comes out as it predicts; of those that they cannot tell apart, what a person looks at', () => {
    expect(causes.length).toBeGreaterThanOrEqual(17);
    const conditions = writeups.flatMap(({ lab }) => lab?.conditions ?? []);
    const unknown = causes.flatMap((cause) => {
      const [other] = alike(causes, cause);
      const { confirm } = conditions.find(({ name }) => name === cause.cause) ?? {};
      return other === undefined || confirm !== undefined ? [] : [`${cause.cause} or ${other}`];
    });
    expect(unknown).toEqual([]);
  });
  it('show that the documented row about `any` contradicts the cause that the page states, and what would settle it', () => {
    const stated = writeups.find(({ id }) => id === 'wsl2-mirrored-networking')?.writeup.stated;
    if (!stated) throw new Error('the writeup states no cause');
    const rows = documentedRows(stated.rows.flatMap((id) => checks.get(id) ?? []));
    const text = documentedText(diagnoseDocumented(causes, rows, stated.cause, stated.settle));
    expect(text[0]).toBe('2 of 7 documented rows contradict the stated cause port-not-reserved.');
    expect(text.join('\n')).toMatch(
      /Row tcpdump-any: the page documents "0 packets" \(agrees\), but the stated cause predicts .*loopback0/,
    );
    expect(text.join('\n')).toContain('What would settle it: a fresh capture');
    expect(text.join('\n')).toContain('Of the known causes, no documented row contradicts as-documented.');
  });
});
