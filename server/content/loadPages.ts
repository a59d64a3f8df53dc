/** Reads the pages of a writeup: their front matter, validated at file and line, and their text with the names in it. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { readSource } from '../files/readSource.ts';
import { readYaml, type SourceFault } from '../files/yaml.ts';
import { textFaults } from './names.ts';

const furtherPageSchema = z.strictObject({ title: z.string(), description: z.string() });
/** A page beside index.mdx, by the name of its file: `causes.mdx` is `/<writeup>/causes/`. */
export type FurtherPage = z.infer<typeof furtherPageSchema> & { readonly page: string };

/** The text, front matter included, and the front matter as `schema` has it, undefined after a fault. `absent`: what to say of a file that is not there. */
export async function loadPage<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  shown: (path: string) => string,
  faults: SourceFault[],
  absent = 'expected a page',
) {
  const add = (message: string) => void faults.push({ file: shown(file), line: 1, message });
  const read = await readSource(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return { message: absent };
  });
  if ('message' in read) return add(read.message);
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(read.text)?.[1];
  if (!front) return add('expected front matter between two lines `---`');
  const { value, faults: own, lineOfPath } = readYaml(front, shown(file), schema, { firstLine: 2 });
  faults.push(...own);
  return { text: read.text, value, lineOfPath };
}

/** Every further `*.mdx` of the folder. A check has an address of its own too, so none may have the name of a page. */
export async function loadFurtherPages(
  folder: string,
  known: Parameters<typeof textFaults>[1],
  shown: (path: string) => string,
  faults: SourceFault[],
): Promise<readonly FurtherPage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mdx') && name !== 'index.mdx');
  const pages: FurtherPage[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    const page = name.slice(0, -'.mdx'.length);
    const loaded = await loadPage(file, furtherPageSchema, shown, faults);
    if (known.checks.includes(page))
      faults.push({
        file: shown(file),
        line: 1,
        message: `expected a name that no check has, because both are at /${basename(folder)}/${page}/: rename this page or the check "${page}"`,
      });
    if (!loaded) continue;
    faults.push(...textFaults(loaded.text, known).map((fault) => ({ file: shown(file), ...fault })));
    if (loaded.value) pages.push({ page, ...loaded.value });
  }
  return pages;
}
