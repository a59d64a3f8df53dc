/** The recordings of each writeup that has some, checked against the schema when the site is built. */
import { existsSync, readFileSync } from 'node:fs';
import { getCollection } from 'astro:content';
import type { APIRoute } from 'astro';
import { recordingSchema } from '../../core/run/recording.ts';

const fileOf = (id: string) => `content/${id}/recordings.json`;

export async function getStaticPaths() {
  return (await getCollection('writeups'))
    .filter(({ id }) => existsSync(fileOf(id)))
    .map(({ id }) => ({ params: { writeup: id } }));
}

export const GET: APIRoute = ({ params }) => {
  const file = fileOf(params.writeup ?? '');
  const parsed = recordingSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(
      `${file}: expected recordings as \`npm run record\` writes them, found: ${parsed.error.message}. Record them again.`,
    );
  return Response.json(parsed.data);
};
