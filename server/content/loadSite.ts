/** Reads what stands beside the writeups: `content/site.yaml`, and plain pages, `content/<name>.mdx`. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pageSchema } from '../../src/core/check/writeup.ts';
import type { SourceFault } from '../files/yaml.ts';
import { type ContentReader, createContentReader, ContentError } from './contentReader.ts';
import { type FurtherPage, loadPage } from './loadPages.ts';
import { colourFaults, type Site, siteSchema } from './site.ts';

/** The first part of every address that is no writeup's: of the built site, and of the server. */
const TAKEN = new Set([
  ...['404', 'index', 'logo', 'operate', 'recordings', 'runs', 'search', 'theme'],
  ...['badge', 'changes', 'healthz', 'login', 'logout', 'me', 'ws'],
]);

export type LoadedSite = { readonly site: Site; readonly pages: readonly FurtherPage[] };

/** `undefined` after a fault of the site's own file. */
export async function readSite(directory: string, reader: ContentReader): Promise<LoadedSite | undefined> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.map(({ name }) => name);
  const folders = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const file = join(directory, 'site.yaml');
  const text = names.includes('site.yaml') ? await reader.readText(file) : undefined;
  if (text !== undefined) refuseNewer(text, reader.shown(file));
  const read = text === undefined ? undefined : reader.parse(file, text, siteSchema);
  if (read?.value) {
    const { logo } = read.value;
    const message = `expected the name of a file in content/, found "${logo}", which is none`;
    if (logo !== undefined && !names.includes(logo)) read.report([{ path: ['logo'], message }]);
    read.report(colourFaults(read.value));
  }
  for (const name of folders)
    if (TAKEN.has(name))
      reader.addFault(join(directory, name, 'index.mdx'), takenBy(name, 'of Vantage itself'));
  const pages: FurtherPage[] = [];
  for (const name of names.filter((one) => one.endsWith('.mdx')).sort()) {
    const page = name.slice(0, -'.mdx'.length);
    const path = join(directory, name);
    if (!/^[a-z][a-z0-9-]{0,47}$/.test(page))
      reader.addFault(path, 'expected a name of lower-case letters, digits and hyphens, like about.mdx');
    if (TAKEN.has(page)) reader.addFault(path, takenBy(page, 'of Vantage itself'));
    if (folders.includes(page)) reader.addFault(path, takenBy(page, `of the writeup in the folder ${page}`));
    const loaded = await loadPage(path, pageSchema, reader, 'expected a page');
    if (!loaded) continue;
    for (const { line, component } of componentsIn(loaded.text))
      reader.addFault(
        path,
        `expected a page without components, found <${component}>: checks and what shows them belong to a writeup, which is a folder`,
        line,
      );
    if (loaded.value) pages.push({ page, ...loaded.value });
  }
  const site = read === undefined ? siteSchema.parse({}) : read.value;
  return site && { site, pages };
}

const numbersOf = (version: string) => version.split('.').slice(0, 2).map(Number);

/** Throws a ContentError with this one fault: what a newer Vantage knows, this one would call misspelt, file by file. */
function refuseNewer(text: string, file: string): void {
  const found = /^vantage: *['"]?(\d+\.\d+)/m.exec(text);
  if (found === null) return;
  const [, needed = ''] = found;
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const [major = 0, minor = 0] = numbersOf(needed);
  const [ownMajor = 0, ownMinor = 0] = numbersOf(version);
  if (major < ownMajor || (major === ownMajor && minor <= ownMinor)) return;
  const line = text.slice(0, found.index).split('\n').length;
  const message = `this content is for Vantage ${needed} or newer, and this is ${version}; install that one, then run the command again`;
  throw new ContentError([{ file, line, message }]);
}

const takenBy = (name: string, whose: string): string =>
  `expected a name that is free, found "${name}": /${name}/ is the address ${whose}; rename this one`;

/** At the beginning of a line, outside of code. */
function componentsIn(text: string) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ''));
  return [...prose.matchAll(/^[ \t]*<([A-Z]\w*)/gm)].map(({ index, 1: component = '' }) => ({
    line: prose.slice(0, index).split('\n').length,
    component,
  }));
}

/** The same, rejected with a ContentError of all faults. */
export async function loadSite(directory: string): Promise<LoadedSite> {
  const faults: SourceFault[] = [];
  const reader = createContentReader((path) => relative(join(directory, '..'), path), faults);
  const loaded = await readSite(directory, reader);
  if (loaded === undefined || faults.length > 0) throw new ContentError(faults);
  return loaded;
}
