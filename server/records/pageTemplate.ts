/** The document around every record page: the built page of `/runs/`, cut open where title, description and content go. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml, type Html } from '../../src/core/report/html.ts';

export type Content = {
  readonly title: string;
  /** For the preview card of a shared address. */
  readonly description: string;
  readonly body: Html;
};

export type PageTemplate = {
  /** A whole document. */
  page(content: Content): string;
  /** The parts before and after the body, for a body that is made piece by piece. */
  around(content: Omit<Content, 'body'>): { readonly before: string; readonly after: string };
};

/** A text between two holes, and what fills the hole after it. */
type Piece = { readonly text: string; readonly fill: keyof Filled | 'end' };
type Filled = {
  readonly title: string;
  readonly full: string;
  readonly description: string;
  readonly body: string;
};

/** Each must be in the template exactly once. The text in the second group is replaced. */
const holes: readonly { readonly fill: keyof Filled; readonly found: RegExp }[] = [
  { fill: 'full', found: /(<title>)([^<]*)(<\/title>)/g },
  { fill: 'description', found: /(<meta name="description" content=")([^"]*)(")/g },
  { fill: 'title', found: /(<meta property="og:title" content=")([^"]*)(")/g },
  { fill: 'description', found: /(<meta property="og:description" content=")([^"]*)(")/g },
  { fill: 'body', found: /(<!--record-->)([\s\S]*?)(<!--\/record-->)/g },
];

/** Reads the template when it is first needed, and again when its file has changed. Without one there is a plain document. */
export function createPageTemplate(site: string, log: (line: string) => void): PageTemplate {
  const file = join(site, 'runs', 'index.html');
  let known: { readonly mtime: number; readonly pieces: readonly Piece[] } | undefined;
  const pieces = (): readonly Piece[] => {
    const mtime = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (known?.mtime !== mtime) known = { mtime, pieces: mtime === 0 ? plain : read(file, log) };
    return known.pieces;
  };
  const around: PageTemplate['around'] = ({ title, description }) => {
    const filled: Omit<Filled, 'body'> = {
      title: escapeHtml(title),
      full: escapeHtml(title === 'Vantage' ? title : `${title} · Vantage`),
      description: escapeHtml(description),
    };
    const sides = { before: '', after: '' };
    let side: keyof typeof sides = 'before';
    for (const { text, fill } of pieces()) {
      sides[side] += fill === 'end' || fill === 'body' ? text : text + filled[fill];
      if (fill === 'body') side = 'after';
    }
    return sides;
  };
  return {
    around,
    page({ body, ...head }) {
      const { before, after } = around(head);
      return before + body.markup + after;
    },
  };
}

function read(file: string, log: (line: string) => void): readonly Piece[] {
  try {
    return cut(readFileSync(file, 'utf8'));
  } catch (error) {
    log(
      `${file}: ${error instanceof Error ? error.message : String(error)} Record pages are shown without the layout of the site.`,
    );
    return plain;
  }
}

/** Cuts a document at its holes, so that what is put in is never looked at again. Throws a sentence when one is missing or there twice. */
export function cut(template: string): readonly Piece[] {
  const places = holes
    .map(({ fill, found }) => {
      const [place, ...more] = [...template.matchAll(found)];
      if (place === undefined || more.length > 0)
        throw new Error(
          `expected ${found.source} once, found it ${place === undefined ? 0 : more.length + 1} times.`,
        );
      const [, open = '', old = ''] = place;
      const from = place.index + open.length;
      return { fill, from, to: from + old.length };
    })
    .sort((a, b) => a.from - b.from);
  const pieces = places.map(({ fill, from }, index): Piece => ({
    text: template.slice(places[index - 1]?.to ?? 0, from),
    fill,
  }));
  return [...pieces, { text: template.slice(places.at(-1)?.to ?? 0), fill: 'end' }];
}

/** For a server whose site is not built yet. */
const plain: readonly Piece[] = cut(
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title></title>' +
    '<meta name="description" content=""><meta property="og:title" content=""><meta property="og:description" content=""></head>' +
    '<body><p><a href="/">Vantage</a> · <a href="/runs/">Records</a></p><main id="content" tabindex="-1"><!--record--><!--/record--></main></body></html>\n',
);
