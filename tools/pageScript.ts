/** How the script of a page is built, and what a page may weigh: an Astro integration that fails a build above the limits. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT_BASE, withoutBase } from '../src/core/text/base.ts';
import { brotliCompressSync } from 'node:zlib';
import type { AstroIntegration } from 'astro';
import type { Plugin } from 'vite';

/** For the page of a writeup, compressed by brotli: the script before the first interaction; page, styles and script. */
const MOST_KIB = {
  script: 10.5,
  // 32 is wanted.
  view: Number.POSITIVE_INFINITY,
};

const oneScript: Plugin = {
  name: 'page-script',
  enforce: 'pre',
  // Vite's own way to load a part also loads its styles; ours have none, and an `import()` needs no help.
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
  configEnvironment: (name) =>
    name === 'client'
      ? {
          build: {
            // Parts are few and are loaded when they are needed: the list of what they need in turn would weigh more than it saves.
            modulePreload: false,
            rolldownOptions: {
              // Schemas are for servers and tests. A page has only what it uses of a module that also has some.
              treeshake: { manualPureFunctions: ['z'], propertyReadSideEffects: false },
              output: {
                codeSplitting: {
                  groups: [
                    // All that every page needs is one file, also where later parts need some of it too.
                    { name: 'page', test: /src\/elements\/index\.ts$|type=script/, priority: 2 },
                    { name: 'results', test: /groups\/results\.ts$/, priority: 1 },
                    { name: 'run', test: /src\/client\/session\/runMessage\.ts$/, priority: 1 },
                  ],
                },
              },
            },
          },
        }
      : undefined,
};

export function pageScript(): AstroIntegration {
  return {
    name: 'page-script',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => void updateConfig({ vite: { plugins: [oneScript] } }),
      'astro:build:done': ({ dir, pages, logger }) => {
        const site = fileURLToPath(dir);
        skipFacades(site);
        const kib = (urls: string[]) =>
          urls.reduce((sum, url) => sum + brotliCompressSync(read(site, url)).length, 0) / 1024;
        const urls = pages
          .filter(({ pathname }) => /^[^/]+\/$/.test(pathname))
          .map(({ pathname }) => `/${pathname}index.html`);
        // `404` is a page without a folder.
        const isWriteup = (url: string) =>
          existsSync(join(site, url)) && read(site, url).includes('data-writeup=');
        for (const page of urls.filter(isWriteup)) {
          const { styles, scripts } = linkedFiles(site, page);
          const [script, view] = [kib(scripts), kib([page, ...styles, ...scripts])];
          const sizes = `${page}: ${script.toFixed(1)} KiB of script, ${view.toFixed(1)} KiB in the first view`;
          logger.info(sizes);
          if (script > MOST_KIB.script || view > MOST_KIB.view)
            throw new Error(
              `${sizes}; at most ${MOST_KIB.script} and ${MOST_KIB.view}, compressed by brotli.`,
            );
        }
      },
    },
  };
}

/** Some files only import another one: whoever names them names that one, and a browser waits for one file less. */
function skipFacades(site: string) {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' });
  const facades = files.flatMap((file) => {
    const only = /\.js$/.test(file) && /^import\s*["'`]\.\/([^"'`]+\.js)["'`];?\s*$/.exec(read(site, file));
    return only && only[1] !== undefined ? [{ file, name: posix.basename(file), target: only[1] }] : [];
  });
  for (const file of files.filter((one) => /\.(html|js)$/.test(one))) {
    const text = read(site, file);
    const direct = facades.reduce((all, { name, target }) => all.replaceAll(name, target), text);
    if (direct !== text) writeFileSync(join(site, file), direct);
  }
  for (const { file } of facades) rmSync(join(site, file));
}

const read = (site: string, url: string) => readFileSync(join(site, url), 'utf8');

const found = (text: string, expression: RegExp) =>
  [...text.matchAll(expression)].flatMap(([, url]) => url ?? []);

/** What a browser loads with a page, before anybody does anything. */
function linkedFiles(site: string, page: string) {
  const html = read(site, page);
  const [base = ROOT_BASE] = found(html, /<html[^>]* data-base="([^"]*)"/g);
  const files = (expression: RegExp) => found(html, expression).map((url) => withoutBase(base, url));
  return {
    styles: files(/<link[^>]+rel="stylesheet"[^>]+href="(\/[^"]+)"/g),
    scripts: withImports(site, files(/<script[^>]+src="(\/[^"]+)"/g)),
  };
}

/** Scripts and all that they import at once. */
function withImports(site: string, urls: readonly string[], seen = new Set<string>()) {
  for (const url of urls) {
    if (seen.has(url)) continue;
    seen.add(url);
    const imported = found(read(site, url), /(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g);
    withImports(
      site,
      imported.map((to) => posix.join(posix.dirname(url), to)),
      seen,
    );
  }
  return [...seen];
}
