/** What the pictures of a writeup are redrawn from, fetched by a page that has a result to draw. */
import type { APIRoute } from 'astro';
import { allWriteups, type WriteupData } from '../../components/page/writeups.ts';
import { rulesOf } from '../../components/writeupPage.ts';

export async function getStaticPaths() {
  return (await allWriteups()).map((data) => ({
    params: { writeup: data.id },
    props: { data },
  }));
}

export const GET: APIRoute<{ data: WriteupData }> = ({ props }) => Response.json(rulesOf(props.data));
