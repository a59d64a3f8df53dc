// Content that is loaded again and again, as in development: what has not changed is not read again, and what has is never missed.
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadContent } from './load.ts';
import { stampOf } from './unlessKnown.ts';

const template = `${import.meta.dirname}/../../template/lab`;
let root = '';
const at = (file: string) => join(root, 'content', file);
const edit = (file: string, from: string | RegExp, to: string) =>
  writeFileSync(at(file), readFileSync(at(file), 'utf8').replace(from, to));

/** `a` has the lab of both. */
beforeEach(() => {
  // By this clock every change here is an old one, whatever the kernel's tick.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  root = mkdtempSync('/tmp/vk-');
  for (const id of ['a', 'b']) cpSync(template, at(id), { recursive: true });
  for (const name of ['lab', 'predictions.yaml']) rmSync(at(`b/${name}`), { recursive: true });
  edit('b/index.mdx', /^order:/m, 'lab: a\norder:');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(root, { recursive: true });
});

const load = async () => new Map((await loadContent(at(''), 'judged')).map((one) => [one.id, one]));
const check = 'checks/refused-from-client.yaml';

it.each([
  ['nothing', () => {}, []],
  ['a check', () => edit(`b/${check}`, /^title: /m, 'title: Still '), ['b']],
  [
    'a page that comes',
    () => writeFileSync(at('b/why.mdx'), '---\ntitle: Why it is so\ndescription: More of it.\n---\n'),
    ['b'],
  ],
  ['the lab, which both are about', () => appendFileSync(at('a/lab/lab.yaml'), '# more\n'), ['a', 'b']],
  ['what stands beside the writeups', () => writeFileSync(at('site.yaml'), 'name: Ours\n'), []],
  ['a writeup that goes', () => rmSync(at('b'), { recursive: true }), []],
  ['a writeup of another name', () => renameSync(at('b'), at('c')), ['c']],
])('reads again what this is a part of: %s', async (_, change, again) => {
  const before = await load();
  change();
  const found = [...(await load())].filter(([id, one]) => before.get(id) !== one);
  expect(found.map(([id]) => id)).toEqual(again);
});

it.each<[string, () => void, () => void, string]>([
  [
    'a check',
    () => edit(`b/${check}`, /^title:/m, 'titel:'),
    () => edit(`b/${check}`, /^titel:/m, 'title:'),
    `content/b/${check}:3: `,
  ],
  [
    'the lab',
    () => edit('a/lab/lab.yaml', /^machines:/m, 'machine:'),
    () => edit('a/lab/lab.yaml', /^machine:/m, 'machines:'),
    'content/a/lab/lab.yaml:',
  ],
  [
    'a check whose page went',
    () => renameSync(at('b/index.mdx'), at('b/index.md')),
    () => renameSync(at('b/index.md'), at('b/index.mdx')),
    'content/b/index.mdx:1: expected the page of the writeup',
  ],
])('says a fault of %s each time, until it is mended', async (_, breaks, mends, fault) => {
  await load();
  breaks();
  await expect(load()).rejects.toThrow(fault);
  await expect(load()).rejects.toThrow(fault);
  mends();
  expect([...(await load()).keys()]).toEqual(['a', 'b']);
});

it('takes nothing for unchanged that has changed just now, because the kernel gives two changes one time', () => {
  vi.useRealTimers();
  writeFileSync(at('b/index.mdx'), 'new');
  expect(stampOf([at('b')])).toBeUndefined();
});
