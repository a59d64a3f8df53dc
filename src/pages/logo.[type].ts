/** The logo of `content/site.yaml`, if it names one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getEntry } from 'astro:content';

export async function getStaticPaths() {
  const { logo, folder = '' } = (await getEntry('site', 'site'))?.data ?? {};
  return logo === undefined
    ? []
    : [{ params: { type: logo.split('.').at(-1) }, props: { file: join(folder, logo) } }];
}
export const GET = async ({ props }: { props: { file: string } }) => new Response(await readFile(props.file));
