/** What the filter box of the side bar finds: writeups, their further pages, checks with their commands, and plain pages. */
import { getCollection, getEntry } from 'astro:content';
import { pagesOf, pageTitle } from '../components/page/site.ts';
import { allWriteups } from '../components/page/writeups.ts';
import type { SearchEntry } from '../core/text/search.ts';

export async function GET() {
  const pages = await getCollection('pages');
  const entries = (await allWriteups()).flatMap(({ id, writeup, checks }) => {
    const within = writeup.title;
    return [
      { href: `/${id}/`, title: within },
      ...pagesOf(pages, id).map((page) => ({ href: `/${id}/${page}/`, title: pageTitle(page), within })),
      ...checks.map(({ check }) => ({
        href: `/${id}/${check.id}/`,
        title: check.title,
        within,
        commands: check.steps.map(({ command }) => command).join('\n'),
      })),
    ];
  });
  const { pages: plain = [] } = (await getEntry('site', 'site'))?.data ?? {};
  const others = [
    ...plain.map(({ page, title }) => ({ href: `/${page}/`, title })),
    { href: '/runs/', title: 'Records' },
    { href: '/operate/', title: 'Run it on your fleet' },
    { href: '/operate/fields/', title: 'Every field of a writeup' },
  ];
  return Response.json([...entries, ...others] satisfies readonly SearchEntry[]);
}
