// How the script of a page is built, and what a page may weigh: an Astro integration that fails a build above the limits.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

/** In KiB of brotli, for every writeup's page. Without a number the figure is only printed. */
const limits = {
  'script before the first interaction': 12,
  // 32 is wanted.
  'first view: page, styles, script': undefined,
};

/** @type {import('vite').Plugin} */
const oneScript = {
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
                    { name: 'run', test: /src\/client\/session\/runMessage\.ts$/, priority: 1 },
                  ],
                },
              },
            },
          },
        }
      : undefined,
};

/** @returns {import('astro').AstroIntegration} */
export function pageScript() {
  return {
    name: 'page-script',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => void updateConfig({ vite: { plugins: [oneScript] } }),
      'astro:build:done': ({ dir, logger }) => {
        const site = fileURLToPath(dir);
        const problems = [];
        for (const page of writeupPages(site)) {
          const { styles, scripts } = linkedFiles(site, page);
          const sizes = [scripts, [page, ...styles, ...scripts]].map((urls) => brotliKib(site, urls));
          for (const [index, [what, most]] of Object.entries(limits).entries()) {
            const size = sizes[index] ?? 0;
            const line = `${page}: ${what}: ${size.toFixed(1)} KiB`;
            logger.info(line);
            if (most !== undefined && size > most) problems.push(`${line}; at most ${most}`);
          }
        }
        if (problems.length > 0) throw new Error(problems.join('\n'));
      },
    },
  };
}

/** @param {string} site */
const writeupPages = (site) =>
  readdirSync(join(site, 'recordings')).map((file) => `/${file.replace(/\.json.*$/, '')}/index.html`);

/** @param {string} site @param {string} url */
const read = (site, url) => readFileSync(join(site, url));

/** @param {string} site @param {readonly string[]} urls */
export const brotliKib = (site, urls) =>
  urls.reduce((sum, url) => sum + brotliCompressSync(read(site, url)).length, 0) / 1024;

/**
 * What a browser loads with a page, before anybody does anything.
 * @param {string} site @param {string} page
 */
export function linkedFiles(site, page) {
  const html = read(site, page).toString();
  const links = (/** @type {RegExp} */ expression) =>
    [...html.matchAll(expression)].flatMap(([, url]) => url ?? []);
  return {
    styles: links(/<link[^>]+rel="stylesheet"[^>]+href="(\/[^"]+)"/g),
    scripts: withImports(site, links(/<script[^>]+src="(\/[^"]+)"/g)),
  };
}

/**
 * Scripts and all that they import at once; `import()` is not followed.
 * @param {string} site @param {readonly string[]} urls @param {Set<string>} [seen]
 */
export function withImports(site, urls, seen = new Set()) {
  for (const url of urls) {
    if (seen.has(url)) continue;
    seen.add(url);
    withImports(site, importsOf(site, url, /(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g), seen);
  }
  return [...seen];
}

/** @param {string} site @param {string} url @param {RegExp} expression */
export const importsOf = (site, url, expression) =>
  [...read(site, url).toString().matchAll(expression)].flatMap(([, to]) =>
    to === undefined ? [] : posix.join(posix.dirname(url), to),
  );
