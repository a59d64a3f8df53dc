/** The writeups for pages. Astro keeps each as one JSON text: it looks into data at each step of the way, for images, and 900 checks make that seconds. */
import { type CollectionEntry, getCollection, getEntry } from 'astro:content';
import type { WriteupData } from '../../content.config.ts';
import type { Picture } from '../../core/pictures/picture.ts';

export type { WriteupData };
type Stored = Omit<WriteupData, 'pictures'> & { readonly pictures: Readonly<Record<string, Picture>> };

const known = new Map<string, { readonly json: string; readonly data: WriteupData }>();

function dataOf({ id, data: { json } }: CollectionEntry<'writeups'>): WriteupData {
  const last = known.get(id);
  if (last?.json === json) return last.data;
  const { pictures, ...rest } = JSON.parse(json) as Stored;
  const data = { ...rest, pictures: new Map(Object.entries(pictures)) };
  known.set(id, { json, data });
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
