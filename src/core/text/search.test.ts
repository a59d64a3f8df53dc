import { expect, it } from 'vitest';
import { search } from './search.ts';

const entries = [
  { href: '/w/', title: 'Refused on its own machine' },
  { href: '/w/a/', title: 'The socket listens', within: 'Refused on its own machine', commands: 'ss -tln' },
  { href: '/w/b/', title: 'What ss shows', within: 'Refused on its own machine', commands: 'ss -tlnp' },
];
const hrefs = (query: string) => search(entries, query).map(({ href }) => href);

it('[Q1] finds titles and commands, whatever their case, with every word of the query', () => {
  expect(hrefs('SS -tln')).toEqual(['/w/a/', '/w/b/']);
  expect(hrefs('tln socket')).toEqual(['/w/a/']);
  expect(hrefs('socket nowhere')).toEqual([]);
  expect(hrefs(' ')).toEqual([]);
});

it('[Q1] puts the title that begins with the query first, then words of a title, then commands', () => {
  expect(hrefs('ss')).toEqual(['/w/b/', '/w/a/']);
  expect(hrefs('refused')).toEqual(['/w/', '/w/a/', '/w/b/']);
});
