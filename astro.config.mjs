import mdx from '@astrojs/mdx';
import { satteri } from '@astrojs/markdown-satteri';
import { pageScript } from './tools/pageScript.mjs';
import { precompress } from './tools/precompress.mjs';
import { defineConfig } from 'astro/config';
import { tokenClasses } from './src/components/page/shiki.ts';

/** In development the server stands behind Astro, so that page and socket share one origin (tools/run/dev.mjs). */
const backend = process.env.VANTAGE_BACKEND;
/** Whole names: a writeup may begin like one of them, as `/wsl2-mirrored-networking/` does like `/ws`. */
const behind = [
  '^/healthz$',
  '^/(?:runs|badge|changes)(?:[/?]|$)',
  // Pages of records come with the layout of the last build.
  '^/_astro/',
].map((path) => [path, { target: backend, changeOrigin: true }]);
const proxy =
  backend === undefined
    ? {}
    : { ...Object.fromEntries(behind), '^/ws$': { target: backend, changeOrigin: true, ws: true } };

/** Everything is an external file, so that the server can send a strict content security policy. */
export default defineConfig({
  output: 'static',
  trailingSlash: 'ignore',
  integrations: [mdx(), pageScript(), precompress()],
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never' },
  vite: { build: { assetsInlineLimit: 0 }, server: { proxy } },
  markdown: {
    processor: satteri({ features: { smartPunctuation: { dashes: false } } }),
    shikiConfig: { theme: 'css-variables', transformers: [tokenClasses] },
  },
});
