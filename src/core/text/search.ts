/** Finds pages of the site by the words of their titles and commands. */

/** One page that can be found: a line of `/search.json`. */
export type SearchEntry = {
  readonly href: string;
  readonly title: string;
  /** The writeup that it is part of. */
  readonly within?: string;
  /** The commands of a check, each on a line. */
  readonly commands?: string;
};

/** The entries that have every word of the query: first those whose title begins with it, then those with all words in the title, then the others. */
export function search(entries: readonly SearchEntry[], query: string): readonly SearchEntry[] {
  const wanted = query.toLowerCase().trim();
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const hasAll = (text: string) => words.every((word) => text.includes(word));
  const rank = ({ title, within = '', commands = '' }: SearchEntry) => {
    const name = title.toLowerCase();
    if (!hasAll(`${name}\n${within}\n${commands}`.toLowerCase())) return 0;
    return name.startsWith(wanted) ? 3 : hasAll(name) ? 2 : 1;
  };
  return entries
    .map((entry) => ({ entry, score: rank(entry) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
