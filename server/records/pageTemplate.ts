/** The document around every record page: the built page of `/runs/`, cut open where title, description and content go. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml, type Html } from '../../src/core/report/html.ts';
import { builtTheme } from '../files/builtTheme.ts';
import { messageOf } from '../files/errors.ts';

type Content = {
  readonly title: string;
  /** For the preview card of a shared address. */
  readonly description: string;
  readonly body: Html;
};

export type PageTemplate = ReturnType<typeof createPageTemplate>;

/** Each must be in the template exactly once. The text between the two groups is replaced. */
const holes: readonly (readonly [fill: string, found: RegExp])[] = [
  // The name of the site stays.
  ['title', /(<title>)[^<]*?( · [^<]*<\/title>)/g],
  ['description', /(<meta name="description" content=")[^"]*(")/g],
  ['title', /(<meta property="og:title" content=")[^"]*(")/g],
  ['description', /(<meta property="og:description" content=")[^"]*(")/g],
  ['body', /(<!--record-->)[\s\S]*?(<!--\/record-->)/g],
];

/** Texts, and between them at each odd place the name of what is put in there. */
type Pieces = readonly string[];

/** Reads the template when it is first needed, and again when its file has changed. Without one there is a plain document. */
export function createPageTemplate(site: string, log: (line: string) => void) {
  const file = join(site, 'runs', 'index.html');
  let known = { mtime: -1, pieces: plain };
  /** The parts before and after the body, for a body that is made piece by piece. */
  const around = ({ title, description }: Omit<Content, 'body'>) => {
    const mtime = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (known.mtime !== mtime) known = { mtime, pieces: mtime === 0 ? plain : read(file, log) };
    const filled: Readonly<Record<string, string>> = {
      title: escapeHtml(title),
      description: escapeHtml(description),
      // No text has one: it is escaped.
      body: '\0',
    };
    const whole = known.pieces.map((piece, index) => (index % 2 === 1 ? (filled[piece] ?? '') : piece));
    const [before = '', after = ''] = whole.join('').split('\0');
    return { before, after };
  };
  return {
    around,
    theme: () => builtTheme(site),
    page({ body, ...head }: Content): string {
      const { before, after } = around(head);
      return before + body.markup + after;
    },
  };
}

function read(file: string, log: (line: string) => void): Pieces {
  try {
    return cut(readFileSync(file, 'utf8'));
  } catch (error) {
    log(`${file}: ${messageOf(error)} Record pages are shown without the layout of the site.`);
    return plain;
  }
}

/** Cuts a document at its holes, so that what is put in is never looked at again. Throws a sentence when one is missing or there twice. */
export function cut(template: string): Pieces {
  const marked = holes.reduce((text, [fill, found]) => {
    const times = text.match(found)?.length ?? 0;
    if (times !== 1) throw new Error(`expected ${found.source} once, found it ${times} times.`);
    return text.replace(found, `$1\0${fill}\0$2`);
  }, template);
  return marked.split('\0');
}

/** For a server whose site is not built yet. */
const plain = cut(
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title> · Vantage</title>' +
    '<meta name="description" content=""><meta property="og:title" content=""><meta property="og:description" content=""></head>' +
    '<body><p><a href="/">Vantage</a> · <a href="/runs/">Records</a></p><main id="content" tabindex="-1"><!--record--><!--/record--></main></body></html>\n',
);
