// The links of a built site that lead nowhere: to no file of it, or to no anchor of its page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the server answers, which is no file. */
const SERVED = /^(?:runs|badge|changes|login|logout|healthz|ws)(?:[/?]|$)/;

/**
 * @param {string} site the folder of the built site
 * @returns {{links: number, faults: string[]}} a sentence for each link that leads nowhere
 */
export function brokenLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.html'),
  );
  /** @type {Map<string, string>} */
  const texts = new Map(pages.map((path) => [path, readFileSync(join(site, path), 'utf8')]));
  let links = 0;
  /** @type {Set<string>} */
  const faults = new Set();
  for (const [path, text] of texts) {
    const [, base = '/'] = /<html[^>]* data-base="([^"]*)"/.exec(text) ?? [];
    const from = `http://site${base}${path.replace(/index\.html$/, '')}`;
    for (const [, link = ''] of text.matchAll(/<[a-z][^>]*? (?:href|src)="([^"]*)"/g)) {
      const address = link.replaceAll('&amp;', '&');
      const to = URL.canParse(address, from) ? new URL(address, from) : undefined;
      if (to?.host !== 'site') continue;
      links += 1;
      const inside = decodeURIComponent(to.pathname).startsWith(base)
        ? decodeURIComponent(to.pathname).slice(base.length)
        : undefined;
      if (inside !== undefined && SERVED.test(inside)) continue;
      const file = inside === undefined ? undefined : fileOf(site, inside);
      if (file === undefined) faults.add(`${path}: "${link}" leads to no page of this site.`);
      else if (to.hash.length > 1 && !hasAnchor(texts.get(file), decodeURIComponent(to.hash.slice(1))))
        faults.add(`${path}: "${link}" leads to a page that has no "${to.hash}".`);
    }
  }
  return { links, faults: [...faults] };
}

/** @param {string} site @param {string} inside */
function fileOf(site, inside) {
  const isFile = (/** @type {string} */ name) =>
    existsSync(join(site, name)) && statSync(join(site, name)).isFile();
  return [inside, join(inside, 'index.html'), `${inside}.html`].find(isFile);
}

/** @param {string | undefined} text of a page; `undefined` for a file that is none @param {string} id */
const hasAnchor = (text, id) => text === undefined || text.includes(`id="${id}"`);
