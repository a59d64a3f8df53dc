/** What a first view of the first writeup weighs on the wire, and how much script runs before a reader can do anything. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Row } from './report.ts';
import { importsOf, linkedFiles, withImports } from '../tools/pageScript.mjs';
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
  const { styles, scripts } = linkedFiles(site, page);
  const parts = scripts.flatMap((url) => importsOf(site, url, 'later'));
  const lazy = withImports(site, parts).filter((url) => !scripts.includes(url));
  const executed = scripts.reduce((sum, url) => sum + readFileSync(join(site, url)).length, 0);
  return [
    ...onTheWire('First view of the writeup', [page, ...styles, ...scripts]),
    { what: 'Script before the first interaction', unit: 'KiB', ours: kib(executed) },
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
