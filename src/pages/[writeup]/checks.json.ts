/** What a paste is judged by, fetched by a page whose reader pastes something: the samples say how an output may go on. */
import type { APIRoute } from 'astro';
import { allWriteups, type WriteupData } from '../../components/page/writeups.ts';

export async function getStaticPaths() {
  return (await allWriteups()).map((data) => ({
    params: { writeup: data.id },
    props: { data },
  }));
}

export const GET: APIRoute<{ data: WriteupData }> = ({ props }) => {
  const { writeup, checks } = props.data;
  return Response.json({
    title: writeup.title,
    roles: Object.fromEntries(writeup.roles.map(({ role, short }) => [role, short])),
    checks: checks.map(({ check }) => ({ ...check, pastes: [] })),
  });
};
