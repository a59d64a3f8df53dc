/** Name and colours of the built site, for what the server shows without its layout: signing in, and a record in one file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `css` is laid over the colours of Vantage; empty where the site sets none, or is not built. */
export type Theme = { readonly name: string; readonly css: string };

export const ourTheme: Theme = { name: 'Vantage', css: '' };

export function builtTheme(site: string): Theme {
  const read = (file: string): string => {
    try {
      return readFileSync(join(site, file), 'utf8');
    } catch {
      return '';
    }
  };
  // It stands in HTML already, and is read as a name again.
  const [, name = ourTheme.name] =
    /<meta property="og:site_name" content="([^"]*)"/.exec(read('404.html')) ?? [];
  return { name: unescapeHtml(name), css: read('theme.css').trim() };
}

const unescapeHtml = (text: string): string =>
  text
    .replace(/&#34;|&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;|&#38;/g, '&');
