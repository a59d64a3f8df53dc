/** The recordings of a writeup, checked against the schema when the site is built. */
import { existsSync, readFileSync } from 'node:fs';
import { endedRun, type EndedRun } from '../../core/protocol/down.ts';
import { playable, type Recording, recordingSchema } from '../../core/run/entry.ts';
import { fold, type RunView } from '../../core/run/run.ts';

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
