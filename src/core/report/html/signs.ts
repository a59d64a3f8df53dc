/** The small parts of every page: a sign, a verdict, a time, a sentence with code in it. They need nothing else, so that a page has them at once. */
import type { ShownSource, Verdict } from '../../vocabulary.ts';
import { EXACT_SECONDS, utc, duration } from '../format.ts';
import { type Element, element, type Tree } from '../html.ts';

/** One of the signs that a page draws once (`Shapes.astro`). */
export const shape = (name: string): Element =>
  element(
    'svg.shape',
    { viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    element('use', { href: `#shape-${name}` }),
  );

export const badge = (look: string, words: string, sign: string = look): Element =>
  element('span.badge', { 'data-verdict': look }, shape(sign), element('span', words));

/** A recording or a paste never has the colour of a verdict. */
export const lookOf = (verdict: Verdict | 'running', source: ShownSource): string =>
  (source === 'recording' || source === 'pasted') && verdict !== 'running' ? source : verdict;

/** A time in words, the exact one in its title. */
export const time = (iso: string, words = utc(iso)): Element =>
  element('time', { datetime: iso, ...(words === utc(iso) ? {} : { title: utc(iso) }) }, words);

/** A sentence in which `code` stands between backticks. */
export const sentence = (text: string): Tree =>
  text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 === 1 ? element('code', part) : rounded(part)));

/** Times as people say them, the exact one in the title. */
export const rounded = (text: string): Tree =>
  text
    .split(EXACT_SECONDS)
    .map((part, index) =>
      index % 2 === 1 ? element('span', { title: part }, duration(Number.parseFloat(part))) : part,
    );
