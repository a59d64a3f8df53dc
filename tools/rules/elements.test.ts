import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../src/elements');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const files = globSync('**/*.ts', { cwd: folder });
const tagsOf = (paths: readonly string[]) =>
  paths.map((path) => basename(path, '.ts')).filter((name) => name.startsWith('v-'));

describe('the elements', () => {
  it('are each loaded by something', () => {
    const all = files.map(read).join('\n');
    expect(tagsOf(files).filter((tag) => !all.includes(`/${tag}.ts'`))).toEqual([]);
  });
  it('of a group are loaded when one of them is in the page', () => {
    const groups = globSync('groups/*.ts', { cwd: folder }).map(read).join('\n');
    const own = [...groups.matchAll(/\bdefine(?:Class)?\('(v-[a-z-]+)'/g)].flatMap(([, tag]) => tag ?? []);
    const grouped = [
      ...own,
      ...tagsOf([...groups.matchAll(/^import '(.*)'/gm)].flatMap(([, path]) => path ?? [])),
    ];
    expect(grouped.filter((tag) => !new RegExp(`tags: '[^']*\\b${tag}[,']`).test(read('index.ts')))).toEqual(
      [],
    );
  });
});
