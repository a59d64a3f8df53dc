import mdx from '@astrojs/mdx';
import { satteri } from '@astrojs/markdown-satteri';
import { pageScript } from './tools/pageScript.ts';
import { saveContent } from './tools/saveContent.ts';
import { splitSelectors } from './tools/splitSelectors.ts';
import { precompress } from './tools/precompress.ts';
import { defineConfig } from 'astro/config';
import { fileURLToPath } from 'node:url';
import { baseFault, ROOT_BASE } from './src/core/text/base.ts';
import { tokenClasses } from './src/components/page/shiki.ts';

/** In development the server stands behind Astro, so that page and socket share one origin (tools/run/dev.mjs). */
const backend = process.env.VANTAGE_BACKEND;
/** The path that the site lives at; its server is started with the same one. */
const base = process.env.VANTAGE_BASE ?? ROOT_BASE;
const fault = baseFault(base);
if (fault !== undefined) throw new Error(`VANTAGE_BASE: ${fault}`);

/** Whole names: a writeup may begin like one of them, as `/wsl2-mirrored-networking/` does like `/ws`. */
const behind = [
  `^${base}healthz$`,
  `^${base}(?:runs|badge|changes)(?:[/?]|$)`,
  // Pages of records come with the layout of the last build.
  `^${base}_astro/`,
].map((path) => [path, { target: backend, changeOrigin: true }]);
const proxy =
  backend === undefined
    ? {}
    : { ...Object.fromEntries(behind), [`^${base}ws$`]: { target: backend, changeOrigin: true, ws: true } };

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Everything is an external file, so that the server can send a strict content security policy. */
export default defineConfig({
  // Its root is the project, which is somewhere else for an installed package.
  srcDir: here('src'),
  publicDir: here('public'),
  // Not in node_modules, which two projects may share.
  cacheDir: './.vantage/astro',
  base,
  output: 'static',
  trailingSlash: 'ignore',
  integrations: [mdx(), pageScript(), precompress(), saveContent()],
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never' },
  vite: {
    build: { assetsInlineLimit: 0 },
    css: { postcss: { plugins: [splitSelectors] } },
    server: { proxy },
  },
  markdown: {
    processor: satteri({ features: { smartPunctuation: { dashes: false } } }),
    shikiConfig: { theme: 'css-variables', transformers: [tokenClasses] },
  },
});
