/** What a first view of the first writeup weighs on the wire, and how much script runs before a reader can do anything. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Row } from './report.ts';
import { measuredWriteup } from './fixtures/content.ts';
import { root, site } from './fixtures/server.ts';

const page = `/${measuredWriteup}/index.html`;

/** Builds the site when it is not there. */
export function mustBeBuilt(): void {
  if (existsSync(join(site, page))) return;
  const built = spawnSync(join(root, 'node_modules/.bin/astro'), ['build'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) throw new Error('The site could not be built; see what astro says above.');
}

export function weight(): readonly Row[] {
  const html = read(page);
  const links = (expression: RegExp) => [...html.matchAll(expression)].flatMap(([, url]) => url ?? []);
  const styles = links(/<link[^>]+rel="stylesheet"[^>]+href="(\/[^"]+)"/g);
  const scripts = reach(links(/<script[^>]+src="(\/[^"]+)"/g), staticImports);
  const inline = [...html.matchAll(/<script(?![^>]+(?:src|json))[^>]*>([^<]+)<\/script>/g)].map(
    ([, text]) => text ?? '',
  );
  const lazy = reach(
    scripts.flatMap((url) => dynamicImports(url)),
    staticImports,
  ).filter((url) => !scripts.includes(url));
  const first = [page, ...styles, ...scripts];
  const executed = scripts.map(read).concat(inline).join('');
  return [
    ...onTheWire('First view of the writeup', first),
    { what: 'Script before the first interaction', unit: 'KiB', ours: kib(Buffer.byteLength(executed)) },
    ...onTheWire('Script loaded when a terminal is first shown', lazy),
  ];
}

function onTheWire(what: string, urls: readonly string[]): readonly Row[] {
  const sum = (size: (bytes: Buffer) => number) =>
    kib(urls.reduce((total, url) => total + size(readFileSync(join(site, url))), 0));
  const parts = urls.map((url) => `${posix.basename(url)} ${kib(brotli(readFileSync(join(site, url))))}`);
  return [
    { what: `${what}, brotli`, unit: 'KiB', ours: sum(brotli), note: parts.join(', ') },
    { what: `${what}, gzip`, unit: 'KiB', ours: sum((bytes) => gzipSync(bytes).length) },
    { what: `${what}, not compressed`, unit: 'KiB', ours: sum((bytes) => bytes.length) },
  ];
}

const brotli = (bytes: Buffer): number => brotliCompressSync(bytes).length;
const kib = (bytes: number): number => Math.round((bytes / 1024) * 10) / 10;
const read = (url: string): string => readFileSync(join(site, url), 'utf8');

/** The files themselves and all that they lead to. */
function reach(urls: readonly string[], next: (url: string) => readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const visit = (url: string) => {
    if (seen.has(url)) return;
    seen.add(url);
    for (const other of next(url)) visit(other);
  };
  for (const url of urls) visit(url);
  return [...seen];
}

const imported = (url: string, expression: RegExp): readonly string[] =>
  [...read(url).matchAll(expression)].flatMap(([, to]) =>
    to?.startsWith('.') ? [posix.join(posix.dirname(url), to)] : [],
  );
const staticImports = (url: string) => imported(url, /(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g);
const dynamicImports = (url: string) => imported(url, /\bimport\(\s*["'`](\.[^"'`]+\.js)["'`]\s*\)/g);
