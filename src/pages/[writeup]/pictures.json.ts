/** What the pictures of a writeup are redrawn from, fetched by a page that has a result to draw. */
import { type CollectionEntry, getCollection } from 'astro:content';
import type { APIRoute } from 'astro';
import { rulesOf } from '../../components/writeupPage.ts';

export async function getStaticPaths() {
  return (await getCollection('writeups')).map(({ id, data }) => ({
    params: { writeup: id },
    props: { data },
  }));
}

export const GET: APIRoute<{ data: CollectionEntry<'writeups'>['data'] }> = ({ props }) =>
  Response.json(rulesOf(props.data));
