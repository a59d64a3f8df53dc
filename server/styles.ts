/** Styles that the server sends without the built site, made of the site's own sheets: for a record in one file, and for signing in. */
import { readFileSync } from 'node:fs';

const read = (sheet: string): string =>
  readFileSync(new URL(`../src/styles/${sheet}.css`, import.meta.url), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|^\s+/gm,
    '',
  );

/** What the page of a record is made of. `records/file` is for this only. */
const ofRecord = new Set([
  ...['tokens', 'reset', 'tone', 'text', 'box', 'table', 'badge', 'print'].map((name) => `base/${name}`),
  ...['page/prose', 'evidence/detail', 'evidence/screen', 'records/record'],
]);

/** The colours, for a page with few rules of its own. */
export const tokensCss = read('base/tokens');

/** The look of a record in a file of its own, in the layers of the site. */
export const standaloneCss = [
  ...[...`${read('index')}${read('records')}`.matchAll(/^@import '\.\/(.+)\.css' layer\((\w+)\);$/gm)]
    .filter(([, name = '']) => ofRecord.has(name))
    .map(([, name = '', layer = '']) => `@layer ${layer} {\n${read(name)}}\n`),
  `@layer parts {\n${read('records/file')}}\n`,
].join('');
