/** The committed predictions fit the conditions and checks that there are. That the lab agrees with them is left to `npm run lab:matrix`. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { incompleteness, predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import { AS_DOCUMENTED } from '../../src/core/vocabulary.ts';
import { labsOf, writeupsIn } from '../content/labs.ts';
import { loadContent } from '../content/load.ts';
import { readYaml } from '../files/yaml.ts';
import { combinationsOf } from './description/conditions.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const writeups = await loadContent(content);

describe.each(labsOf(writeups).map((lab) => [lab.name, lab] as const))('the lab of %s', (name, lab) => {
  const file = `${content}/${name}/predictions.yaml`;
  const checks = writeupsIn(writeups, lab).flatMap((writeup) =>
    [...writeup.checks.values()].map(({ check }) => check),
  );
  const read = () => readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);

  test('[P1] there is a cell for every condition and every check, and no other; if not: npx vantage matrix --write', () => {
    const { value, faults } = read();
    expect(faults).toEqual([]);
    const names = combinationsOf(lab).map(({ name }) => name);
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size, 'check ids are unique across the writeups of a lab').toBe(ids.length);
    expect(incompleteness(value ?? { conditions: {} }, names, ids)).toEqual([]);
  });

  test('[P2] every predicted outcome is one that its check has', () => {
    for (const [condition, cells] of Object.entries(read().value?.conditions ?? {})) {
      for (const [id, cell] of Object.entries(cells)) {
        const places =
          checks.find((check) => check.id === id)?.outcomes.map((_, index) => String(index + 1)) ?? [];
        const known = cell.verdict === 'inconclusive' ? [''] : [...places, 'otherwise'];
        expect(known, `${condition}, ${id}`).toContain(cell.outcome);
      }
    }
  });

  test('in the state that the lab starts in, the documentation is right in every row', () => {
    const cells = Object.values(read().value?.conditions[AS_DOCUMENTED] ?? {});
    expect(cells.length).toBe(checks.length);
    expect(cells.filter(({ verdict }) => verdict !== 'agrees')).toEqual([]);
  });
});
