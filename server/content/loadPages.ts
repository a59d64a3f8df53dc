/** Reads the pages of a writeup: their front matter, validated at file and line, and their text with the names in it. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as z from 'zod/mini';
import { pageSchema } from '../../src/core/check/writeup.ts';
import type { ContentReader } from './contentReader.ts';
import { textFaults } from './names.ts';

/** A page beside index.mdx, by the name of its file: `causes.mdx` is `/<writeup>/causes/`. */
export type FurtherPage = z.infer<typeof pageSchema> & { readonly page: string };

/** The text, front matter included, and the front matter as `schema` has it, undefined after a fault. */
export async function loadPage<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  { readText, addFault, parse }: ContentReader,
  absent: string,
) {
  const text = await readText(file, absent);
  if (text === undefined) return undefined;
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  if (!front) return addFault(file, 'expected front matter between two lines `---`');
  return { text, ...parse(file, front, schema, { firstLine: 2 }) };
}

/** Every further `*.mdx` of the folder. A check has an address of its own too, so none may have the name of a page. */
export async function loadFurtherPages(
  folder: string,
  known: Parameters<typeof textFaults>[1],
  reader: ContentReader,
): Promise<readonly FurtherPage[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mdx') && name !== 'index.mdx');
  const pages: FurtherPage[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    const page = name.slice(0, -'.mdx'.length);
    const loaded = await loadPage(file, pageSchema, reader, 'expected a page');
    if (known.checks.includes(page))
      reader.addFault(
        file,
        `expected a name that no check has, because both are at /${basename(folder)}/${page}/: rename this page or the check "${page}"`,
      );
    if (!loaded) continue;
    for (const { line, message } of textFaults(loaded.text, known)) reader.addFault(file, message, line);
    if (loaded.value) pages.push({ page, ...loaded.value });
  }
  return pages;
}
