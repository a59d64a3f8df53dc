/** The recordings of each writeup that has some: how they ended in `<writeup>.json`, which a page without a server reads at once, and `<writeup>.runs.json` to play. */
import type { APIRoute } from 'astro';
import { endedRecordings, recordingsOf } from '../../components/page/recordings.ts';
import { allWriteups } from '../../components/page/writeups.ts';

export async function getStaticPaths() {
  return (await allWriteups()).flatMap(({ id }) => {
    const found = recordingsOf(id);
    if (found === undefined) return [];
    const { recordedAt, runs } = found;
    return [
      { params: { file: id }, props: { body: { recordedAt, last: endedRecordings(found) } } },
      { params: { file: `${id}.runs` }, props: { body: runs } },
    ];
  });
}

export const GET: APIRoute<{ body: unknown }> = ({ props }) => Response.json(props.body);
