import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { loadContent } from './load.ts';

/** What the loader says of a writeup with this page beside index.mdx. */
async function loadWith(name: string, text: string) {
  const content = join(mkdtempSync(join(tmpdir(), 'vantage-pages-')), 'content');
  onTestFinished(() => rmSync(join(content, '..'), { recursive: true }));
  const source = fileURLToPath(new URL('../../content/wsl2-mirrored-networking', import.meta.url));
  cpSync(source, join(content, 'w'), { recursive: true });
  writeFileSync(join(content, 'w', name), text);
  return loadContent(content).then(
    ([writeup]) => writeup?.pages.filter(({ page }) => name === `${page}.mdx`),
    (error: Error) => error.message,
  );
}

it('reads each further page of a writeup, with its title and description', async () => {
  expect(await loadWith('more.mdx', '---\ntitle: More\ndescription: What else.\n---\n\nText.\n')).toEqual([
    { page: 'more', title: 'More', description: 'What else.' },
  ]);
});

it.each([
  [
    'without front matter',
    'more.mdx',
    'Text.\n',
    'w/more.mdx:1: expected front matter between two lines `---`',
  ],
  ['without a description', 'more.mdx', '---\ntitle: More\n---\n', 'w/more.mdx:2: description: '],
  [
    'with a key that there is not',
    'more.mdx',
    '---\ntitle: More\ndescripton: x\n---\n',
    'w/more.mdx:3: expected one of the keys title, description; found "descripton"; nearest: description',
  ],
  [
    'that names a check which there is not',
    'more.mdx',
    '---\ntitle: More\ndescription: x\n---\n\n<Evidence checks={["helth-check"]} />\n',
    'w/more.mdx:6: expected the id of a check',
  ],
  [
    'with the name of a check',
    'health-check.mdx',
    '---\ntitle: More\ndescription: x\n---\n',
    'w/health-check.mdx:1: expected a name that no check has, because both are at /w/health-check/: rename this page or the check "health-check"',
  ],
])('refuses a page %s, at its file and line', async (_, name, text, message) => {
  expect(await loadWith(name, text)).toContain(message);
});
