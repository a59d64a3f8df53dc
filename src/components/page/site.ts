/** The site: the path that it is built for, and its pages, for the side bar, the front page and the search. */

/** The path that this site is built for. Astro hands it over without its last slash. */
export const BASE = import.meta.env.BASE_URL.replace(/\/?$/, '/');

/** The further pages of a writeup, `causes` for `/<writeup>/causes/`, from the ids of the collection `pages`. */
export const pagesOf = (pages: readonly { readonly id: string }[], writeup: string): readonly string[] =>
  pages.flatMap(({ id }) => {
    const [folder, page] = id.split('/');
    return folder !== writeup || page === undefined || page === 'index' ? [] : [page];
  });

/** The logo on the site: a browser tells its kind by the name. */
export const logoFile = (logo: string): string => `logo.${logo.split('.').at(-1)}`;

export const pageTitle = (page: string): string =>
  `${page[0]?.toUpperCase() ?? ''}${page.slice(1).replaceAll('-', ' ')}`;

type Grouped = { readonly group?: string | undefined };

/** By their group, in the order of the entries; those without one first, under `undefined`. */
export function byGroup<T extends Grouped>(
  entries: readonly T[],
): readonly { readonly group: string | undefined; readonly entries: readonly T[] }[] {
  const names = [undefined, ...new Set(entries.flatMap(({ group }) => group ?? []))];
  return names
    .map((group) => ({ group, entries: entries.filter((entry) => entry.group === group) }))
    .filter((one) => one.entries.length > 0);
}
