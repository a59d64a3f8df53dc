/** The recordings of each writeup that has some: how they ended in `<writeup>.json`, which a page without a server reads at once, and `<writeup>.runs.json` to play. */
import type { APIRoute } from 'astro';
import { createOverview } from '../../core/overview.ts';
import type { RecordedResults } from '../../core/protocol/down.ts';
import { endedRecordings, recordingsOf, allWriteups } from '../../components/page/writeups.ts';

export async function getStaticPaths() {
  return (await allWriteups()).flatMap((data) => {
    const { id } = data;
    const found = recordingsOf(id);
    if (found === undefined) return [];
    const { recordedAt, runs } = found;
    const last = endedRecordings(found);
    const body: RecordedResults = { recordedAt, last, overview: createOverview(data)(last) };
    return [
      { params: { file: id }, props: { body } },
      { params: { file: `${id}.runs` }, props: { body: runs } },
    ];
  });
}

export const GET: APIRoute<{ body: unknown }> = ({ props }) => Response.json(props.body);
