/** The writeups for pages. Astro keeps where each lies, not what is in it: at each change it makes a program of all that it keeps, and 900 checks make that seconds. */
import { readFileSync, existsSync } from 'node:fs';
import { type CollectionEntry, getCollection, getEntry } from 'astro:content';
import type { WriteupData } from '../../content.config.ts';
import type { Picture } from '../../core/pictures/picture.ts';
import { endedRun, type EndedRun } from '../../core/protocol/down.ts';
import { playable, type Recording, recordingSchema } from '../../core/run/entry.ts';
import { fold, type RunView } from '../../core/run/run.ts';

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

/** Undefined for a writeup without recordings. */
export function recordingsOf(writeup: string): Recording | undefined {
  const file = `content/${writeup}/recordings.json`;
  if (!existsSync(file)) return undefined;
  const parsed = recordingSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file}: expected recordings as \`npm run record\` writes them, found: ${parsed.error.message}. Record them again.`,
  );
}

/** How each of them ended: what a page without a server shows before one is played. */
export const endedRecordings = ({ runs }: Recording): EndedRun[] =>
  runs.flatMap((run) => {
    const entries = playable(run, (text) => Buffer.from(text, 'base64'));
    let view: RunView | undefined;
    for (const entry of entries) view = fold(view, entry);
    if (!view?.judgement || view.endedAt === undefined || view.state === 'running') return [];
    const { header, state: how, endedAt, judgement } = view;
    const seconds = (entries.at(-1)?.at ?? 0) / 1000;
    return [endedRun(header, { how, endedAt, seconds, judgement })];
  });
