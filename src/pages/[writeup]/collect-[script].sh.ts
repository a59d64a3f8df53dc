/** What `vantage collect` prints for each role, as a file; with `-capture`, for a role that has captures, the one that runs them too. */
import type { APIRoute } from 'astro';
import { allWriteups } from '../../components/page/writeups.ts';
import { canCollect, collectScript } from '../../core/paste/collectScript.ts';

export async function getStaticPaths() {
  return (await allWriteups()).flatMap(({ id, writeup, checks }) =>
    writeup.roles.flatMap(({ role }) =>
      [false, true].flatMap((capture) => {
        const options = { role, checks: checks.map(({ check }) => check), capture };
        if (!canCollect(options)) return [];
        const body = collectScript({ writeup: id, ...options, form: 'file' });
        return [{ params: { writeup: id, script: `${role}${capture ? '-capture' : ''}` }, props: { body } }];
      }),
    ),
  );
}

export const GET: APIRoute<{ body: string }> = ({ props }) => new Response(props.body);
