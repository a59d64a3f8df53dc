/** Reads what belongs to a writeup beside its checks: pages, validated at file and line, pictures, and the names in both, which have to lead somewhere. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as z from 'zod/mini';
import { pageSchema, type Writeup } from '../../src/core/check/writeup.ts';
import type { ContentReader } from './contentReader.ts';
import { type Fault, unknownNames } from '../../src/core/check/fault.ts';
import { checksNamedIn } from '../../src/core/check/writeup.ts';
import { pictureFaults } from '../../src/core/pictures/faults.ts';
import { type Known as KnownToPictures, pictureSchema } from '../../src/core/pictures/picture.ts';

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

type Known = {
  readonly checks: readonly string[];
  /** Ids of files with parameters: in the page, each stands for all of its checks. */
  readonly groups: readonly string[];
  readonly causes: readonly string[];
  readonly labs: readonly string[];
  readonly pictures: readonly string[];
};

/** In the front matter. Paths start at its top. */
export function nameFaults(
  { lab, limitation, matrix, stated, roles: declared }: Writeup,
  { checks, causes, labs }: Omit<Known, 'pictures' | 'groups'>,
): readonly Fault[] {
  const roles = declared.map(({ role }) => role);
  const check = (path: Fault['path'], found: string) =>
    unknownNames(path, 'the id of a check', [found], checks);
  return [
    ...(lab === undefined ? [] : unknownNames(['lab'], 'a writeup that has a lab', [lab], labs)),
    ...(limitation?.checks ?? []).flatMap((id, at) => check(['limitation', 'checks', at], id)),
    ...(matrix?.cells ?? []).flatMap((cell, at) => [
      ...unknownNames(['matrix', 'cells', at, 'from'], 'a role of `roles`', [cell.from], roles),
      ...unknownNames(
        ['matrix', 'cells', at, 'to'],
        'an address of `matrix.to`',
        [cell.to],
        matrix?.to ?? [],
      ),
      ...('check' in cell ? check(['matrix', 'cells', at, 'check'], cell.check) : []),
    ]),
    ...(stated ? unknownNames(['stated', 'cause'], 'a cause of the lab', [stated.cause], causes) : []),
    ...(stated?.rows ?? []).flatMap((id, at) => check(['stated', 'rows', at], id)),
    ...(stated?.settle ?? []).flatMap(({ rows }, place) =>
      rows.flatMap((id, at) => check(['stated', 'settle', place, 'rows', at], id)),
    ),
  ];
}

/** In the text of the page, front matter included, so that lines count from its first. */
export function textFaults(
  text: string,
  { checks, groups, pictures }: Pick<Known, 'checks' | 'groups' | 'pictures'>,
): readonly { readonly line: number; readonly message: string }[] {
  const at = (offset: number, faults: readonly Fault[]) =>
    faults.map(({ message }) => ({ line: text.slice(0, offset).split('\n').length, message }));
  return [
    ...checksNamedIn(text).flatMap(({ id, at: offset }) =>
      at(offset, unknownNames([], 'the id of a check', [id], [...checks, ...groups])),
    ),
    ...[...text.matchAll(picture)].flatMap(({ 1: name = '', index }) =>
      at(index, unknownNames([], 'the name of a file in pictures/', [name], pictures)),
    ),
  ];
}
const picture = /<(?:Picture\s+name|Diagnosis\s+picture)=["']([^"']*)["']/g;

/** `known`: the names that a picture may use; without them, names are not checked. Returns the names of all files too, with those at fault. */
export async function loadPictures(
  directory: string,
  known: Pick<KnownToPictures, 'checks' | 'roles'> | undefined,
  { faults, readValue }: ContentReader,
) {
  const before = faults.length;
  const entries = await readdir(directory).catch(() => []);
  const names = entries.flatMap((entry) => /^(.*)\.yaml$/.exec(entry)?.[1] ?? []).sort();
  const read = [];
  for (const name of names) {
    const { value, report } = (await readValue(join(directory, `${name}.yaml`), pictureSchema)) ?? {};
    if (value && report) read.push({ name, value, report });
  }
  const pictures = new Map(read.map(({ name, value }) => [name, value]));
  // A picture may name one that could not be read: that is no fault of its own.
  if (known && faults.length === before)
    for (const { value, report } of read) report(pictureFaults(value, { ...known, pictures }));
  return { pictures, names };
}
