/** What a paste is judged by, fetched by a page whose reader pastes something: the samples say how an output may go on. */
import { type CollectionEntry, getCollection } from 'astro:content';
import type { APIRoute } from 'astro';

export async function getStaticPaths() {
  return (await getCollection('writeups')).map(({ id, data }) => ({
    params: { writeup: id },
    props: { data },
  }));
}

export const GET: APIRoute<{ data: CollectionEntry<'writeups'>['data'] }> = ({ props }) => {
  const { writeup, checks } = props.data;
  return Response.json({
    title: writeup.title,
    roles: Object.fromEntries(writeup.roles.map(({ role, short }) => [role, short])),
    checks: checks.map(({ check }) => ({ ...check, pastes: [] })),
  });
};
