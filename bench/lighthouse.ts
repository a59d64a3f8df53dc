/** `npm run bench -- --lighthouse`: what Lighthouse, as a phone, says of our pages, with the results of their recordings, and of Starlight's default page in turns with them. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sirv from 'sirv';
import { compressFolder } from '../tools/precompress.ts';
import { measuredWriteup, startPlainServer, site as builtSite } from './fixtures/server.ts';
import { median, type Row, type Rows } from './report.ts';

/** Installed in a temporary folder when they are wanted: we do not depend on them. */
const packages = ['lighthouse@12.8.2', '@astrojs/starlight@0.42.4', 'astro@7.3.4'];

/** A site with one page of text, made as Starlight's own guide for beginners says. */
const starlight = {
  'astro.config.mjs': `import { defineConfig } from 'astro/config';
import starlight from '@astrojs/starlight';
export default defineConfig({ integrations: [starlight({ title: 'Documentation' })] });`,
  'src/content.config.ts': `import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };`,
  'public/favicon.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>',
  'src/content/docs/index.md': `---
title: Example guide
description: A guide in a documentation site.
---
Guides lead a user through a specific task they want to accomplish, often with a sequence of steps.
## Further reading
- Read about how-to guides.`,
};

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
type Page = { readonly name: string; readonly url: string };
type Report = {
  readonly categories: Readonly<Record<(typeof categories)[number], { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
};

/** Throws a sentence when a package, a page or the browser is missing. */
export async function measureLighthouse(rounds: number, print: (line: string) => void): Rows {
  const folder = mkdtempSync('/tmp/vantage-lighthouse-');
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    print('Installing Lighthouse and Starlight.');
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
    await run(folder, 'npm', ['install', '--no-audit', '--no-fund', ...packages]);
    for (const [path, text] of Object.entries(starlight)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await run(folder, process.execPath, ['node_modules/astro/bin/astro.mjs', 'build']);
    await compressFolder(join(folder, 'dist'));
    const host = createServer(sirv(join(folder, 'dist'), { brotli: true, gzip: true }));
    closing.push(() => host.close());
    await once(host.listen(0, '127.0.0.1'), 'listening');
    // Without a lab: its machines would take the time that is measured here.
    const site = await startPlainServer(join(folder, 'data'), builtSite);
    closing.push(() => site.stop());
    const peer = { name: 'Starlight', url: `http://127.0.0.1:${(host.address() as AddressInfo).port}/` };
    const ours = [
      { name: 'The writeup', url: `${site.address}/${measuredWriteup}/` },
      { name: 'The front page', url: `${site.address}/` },
    ];
    const reports = new Map<Page, Report[]>([peer, ...ours].map((page) => [page, []]));
    for (let turn = 1; turn <= rounds; turn += 1)
      for (const [page, all] of reports) {
        print(`${page.name}, turn ${turn} of ${rounds}.`);
        all.push(await reportOn(folder, page.url));
      }
    return ours.flatMap((page) => rowsOf(page.name, reports.get(page) ?? [], reports.get(peer) ?? []));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function reportOn(folder: string, url: string): Promise<Report> {
  const flags = '--headless=new --no-sandbox --disable-gpu';
  const file = join(folder, 'report.json');
  await run(folder, process.execPath, [
    ...['node_modules/lighthouse/cli/index.js', url, '--quiet', '--output=json', `--output-path=${file}`],
    ...[`--chrome-flags=${flags}`, '--no-enable-error-reporting', `--only-categories=${categories.join()}`],
  ]);
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

function rowsOf(name: string, ours: readonly Report[], theirs: readonly Report[]): readonly Row[] {
  const row = (what: string, unit: Row['unit'], read: (report: Report) => number): Row => ({
    ...{ what: `${name}: ${what}`, unit, ours: median(ours.map(read)) },
    beside: { what: 'Starlight', value: median(theirs.map(read)) },
  });
  const audit =
    (id: string, divisor = 1) =>
    (report: Report) =>
      (report.audits[id]?.numericValue ?? Number.NaN) / divisor;
  return [
    ...categories.map((id) =>
      row(id, 'of 100', (report) => (report.categories[id].score ?? Number.NaN) * 100),
    ),
    row('blocked time', 'ms', audit('total-blocking-time')),
    row('largest paint', 'ms', audit('largest-contentful-paint')),
    row('bytes', 'KiB', audit('total-byte-weight', 1024)),
  ];
}

/** Not waited for in one piece: the page beside ours is served by this process. Throws what the program said. */
async function run(folder: string, program: string, args: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    CHROME_PATH: '/usr/bin/chromium-headless-shell',
    ASTRO_TELEMETRY_DISABLED: '1',
  };
  await promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
}
