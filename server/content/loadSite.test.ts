import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tokensCss } from '../styles.ts';
import { loadSite } from './loadSite.ts';
import { colourFaults, contrast, siteSchema } from './site.ts';

const front = '---\ntitle: About\ndescription: Who we are.\n---\n\nText.\n';

/** What the loader says of these files beside a writeup `w`. */
async function load(files: Readonly<Record<string, string>>) {
  const content = join(mkdtempSync(join(tmpdir(), 'vantage-site-')), 'content');
  onTestFinished(() => rmSync(join(content, '..'), { recursive: true }));
  for (const folder of ['', 'w', ...Object.keys(files).flatMap((name) => /^(.*)\//.exec(name)?.[1] ?? [])])
    mkdirSync(join(content, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(content, name), text);
  return loadSite(content).catch((error: Error) => error.message);
}

it('[C31] a site without a file of its own is Vantage, without pages beside the writeups', async () => {
  const { site, pages } = Object(await load({}));
  expect([site.name, site.links, site.colours, pages]).toEqual(['Vantage', [], {}, []]);
});

it('[C31] reads what a site says of itself, and its plain pages', async () => {
  const { site, pages } = Object(
    await load({ 'site.yaml': 'name: Harbour\nlogo: a.svg\n', 'a.svg': '<svg/>', 'about.mdx': front }),
  );
  expect([site.name, site.logo]).toEqual(['Harbour', 'a.svg']);
  expect(pages).toEqual([{ page: 'about', title: 'About', description: 'Who we are.' }]);
});

it('[C31] says of content for a newer Vantage only that, whatever else it cannot read; for this one and older ones nothing', async () => {
  const said = await load({ 'site.yaml': "colour: x\nvantage: '99.0'\n", 'About us.mdx': '' });
  expect(String(said).trim().split('\n').slice(-1)).toEqual([
    expect.stringMatching(
      /content\/site\.yaml:2: this content is for Vantage 99\.0 or newer, and this is \d+\.\d+\.\d+; install/,
    ),
  ]);
  for (const version of ['0.0', '0.1'])
    expect(await load({ 'site.yaml': `vantage: '${version}'\n` })).toMatchObject({ pages: [] });
});

it.each([
  [{ 'site.yaml': 'nam: x\n' }, 'site.yaml:1: expected one of the keys vantage, name, logo'],
  [
    { 'site.yaml': 'logo: a.svg\n' },
    'site.yaml:1: logo: expected the name of a file in content/, found "a.svg"',
  ],
  [
    { 'site.yaml': 'links:\n  - { text: x, href: wiki }\n' },
    'site.yaml:2: links.0.href: write an address like https://wiki.example.org/',
  ],
  [
    { 'site.yaml': "name: x\ncolours:\n  accent:\n    light: '#8fb8ff'\n    dark: '#8fb8ff'\n" },
    'site.yaml:4: colours.accent.light: expected a contrast of 4.5:1 for text, found 1.9:1 of accent (#8fb8ff) on paper (#fbfbf9) in the light theme; write colours further apart',
  ],
  [{ 'site.yaml': 'colours: { accent: { light: red } }\n' }, 'write a colour as six hexadecimal digits'],
  [
    { 'w.mdx': front },
    'w.mdx:1: expected a name that is free, found "w": /w/ is the address of the writeup in',
  ],
  [
    { 'runs.mdx': front },
    'runs.mdx:1: expected a name that is free, found "runs": /runs/ is the address of Vant',
  ],
  [{ 'operate/index.mdx': '' }, 'operate/index.mdx:1: expected a name that is free, found "operate"'],
  [{ 'About us.mdx': front }, 'About us.mdx:1: expected a name of lower-case letters, digits and hyphens'],
  [{ 'about.mdx': 'Text.\n' }, 'about.mdx:1: expected front matter'],
  [
    { 'about.mdx': `${front}\n\`\`\`\n<Code>\n\`\`\`\n\n<Evidence checks={['x']} />\n` },
    'about.mdx:12: expected a page without components, found <Evidence>',
  ],
])('[C31] refuses %o', async (files, message) => {
  const said = await load(files);
  expect(said).toContain(`content/${message}`.replace('content/write', 'write'));
});

it('[C31] every text of our own colours can be read, as a theme that sets all of them again', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  const names = Object.keys(siteSchema.shape.colours._zod.def.innerType.shape);
  const colours = Object.fromEntries(
    names.map((name) => {
      const [, light, dark] = new RegExp(`--${name}: light-dark\\((.{7}), (.{7})\\)`).exec(tokensCss) ?? [];
      return [name, { light, dark }];
    }),
  );
  expect(colourFaults(siteSchema.parse({ colours }))).toEqual([]);
});
