import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../src/core/check/check.ts';
import { lint } from '../../src/core/check/lint.ts';
import { recordingSchema } from '../../src/core/run/entry.ts';
import { judgeSamples } from '../../src/core/judge/samples.ts';
import { loadContent } from './load.ts';
import { labSchema } from '../lab/description/description.ts';
import { labFaults } from '../lab/description/labFaults.ts';
import { readYaml } from '../files/yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

const writeups = await loadContent(content, 'judged');

describe('the content', () => {
  it('[C2] [C20] is sound, and every sample and paste is judged as stated', () => {
    const folders = readdirSync(content, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(writeups.map(({ id }) => id)).toEqual(folders.map(({ name }) => name).sort());
  });
  it('[C21] has samples of three releases for every check', () => {
    const checks = writeups.flatMap((writeup) => [...writeup.checks.values()]);
    const releases = (samples: readonly { readonly release?: string | undefined }[]) =>
      new Set(samples.flatMap(({ release }) => release ?? [])).size;
    expect(checks.filter(({ check }) => releases(check.samples) < 3).map(({ file }) => file)).toEqual([]);
  });
  it('has a recording of every check as it is now, judged to agree; if not: npm run record', () => {
    for (const { id, checks } of writeups) {
      const { runs } = recordingSchema.parse(
        JSON.parse(readFileSync(join(content, id, 'recordings.json'), 'utf8')),
      );
      const recorded = runs.map((run) => {
        const header = run[0]?.body;
        const verdict = run.flatMap(({ body }) => (body.kind === 'judged' ? [body.judgement.verdict] : []));
        return header?.kind === 'header' ? [header.check, header.checkHash, header.source, ...verdict] : [];
      });
      expect(recorded.sort()).toEqual(
        [...checks.values()].map(({ check, hash }) => [check.id, hash, 'recording', 'agrees']).sort(),
      );
    }
  });
});

describe('the recipe of README.md', () => {
  const text = readFileSync(join(content, 'README.md'), 'utf8');
  const yamlOf = (part: string) =>
    [...part.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, piece = '']) => piece);
  it('is a check without a fault, when its pieces are put together as they stand there', () => {
    const pieces = yamlOf(text.slice(0, text.indexOf('## A lab')));
    expect(pieces.length).toBeGreaterThan(4);
    const { value, faults } = readYaml(pieces.join(''), 'README.md', checkSchema);
    expect(faults).toEqual([]);
    expect(value && [...lint(value), ...judgeSamples(value)]).toEqual([]);
  });
  it('for a lab is a lab without a fault', () => {
    const pieces = yamlOf(text.slice(text.indexOf('## A lab')));
    const { value, faults } = readYaml(pieces.join(''), 'README.md', labSchema);
    expect(faults).toEqual([]);
    expect(value && labFaults(value, ['web.ts'], [])).toEqual([]);
  });
  it('names every component that a page can use', () => {
    const used = ['what-ss-proves', 'wsl2-mirrored-networking'].flatMap((id) =>
      [...readFileSync(join(content, id, 'index.mdx'), 'utf8').matchAll(/^<([A-Z]\w+)/gm)].map(
        ([, name]) => name,
      ),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const name of new Set(used)) expect(text).toMatch(new RegExp(`^\\| \`<${name}[ >]`, 'm'));
  });
});
