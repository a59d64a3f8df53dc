/** The writeups for pages. Astro keeps where each lies, not what is in it: at each change it makes a program of all that it keeps, and 900 checks make that seconds. */
import { readFileSync } from 'node:fs';
import { type CollectionEntry, getCollection, getEntry } from 'astro:content';
import type { WriteupData } from '../../content.config.ts';
import type { Picture } from '../../core/pictures/picture.ts';

export type { WriteupData };
type Stored = Omit<WriteupData, 'pictures'> & { readonly pictures: Readonly<Record<string, Picture>> };

const known = new Map<string, { readonly hash: string; readonly data: WriteupData }>();

function dataOf({ id, data: { file, hash } }: CollectionEntry<'writeups'>): WriteupData {
  const last = known.get(id);
  if (last?.hash === hash) return last.data;
  const { pictures, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
  const data = { ...rest, pictures: new Map(Object.entries(pictures)) };
  known.set(id, { hash, data });
  return data;
}

/** In their order. */
export async function allWriteups(): Promise<readonly WriteupData[]> {
  const all = (await getCollection('writeups')).map(dataOf);
  return all.sort((a, b) => a.writeup.order - b.writeup.order);
}

/** Throws when there is none. */
export async function writeupNamed(id: string): Promise<WriteupData> {
  const entry = await getEntry('writeups', id);
  if (!entry) throw new Error(`content/${id}: expected a writeup there, found none.`);
  return dataOf(entry);
}
