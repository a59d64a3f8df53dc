/** Hands the writeups to Astro, read by the same loader as the server's. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineCollection } from 'astro:content';
import { type DataStore, glob, type Loader } from 'astro/loaders';
import { z } from 'astro/zod';
import { type LoadedWriteup, loadContent } from '../server/content/load.ts';
import type { FurtherPage } from '../server/content/loadPages.ts';
import { loadSite } from '../server/content/loadSite.ts';
import type { Site } from '../server/content/site.ts';
import { jsonSchemas } from '../server/content/schemas.ts';
import { usage } from '../server/config/config.ts';
import { readYaml } from '../server/files/yaml.ts';
import { type Gate, gatesOf, type RoleRights, rightsOf } from '../server/gate/gates.ts';
import { conditionViews } from '../server/target/fleets.ts';
import type { JsonSchema } from './components/operate/fieldTree.ts';
import type { HashedCheck, LabFacts } from './components/page/facts.ts';
import type { Pictures } from './core/pictures/picture.ts';
import { type Predictions, predictionsSchema } from './core/diagnosis/prediction.ts';
import type { Writeup } from './core/check/writeup.ts';

/** With the plain pages, and where the content is. */
export type SiteData = Site & { readonly pages: readonly FurtherPage[]; readonly folder: string };
export type WriteupData = {
  readonly id: string;
  readonly writeup: Writeup;
  readonly checks: readonly HashedCheck[];
  readonly lab: LabFacts;
  readonly pictures: Pictures;
  /** Its pages beside index.mdx. */
  readonly pages: readonly FurtherPage[];
  /** What its checks may run, by role. */
  readonly rights: readonly RoleRights[];
};

const FOLDER = './content';
const operation = new URL('../ops/', import.meta.url);

function predictionsOf(folder: string, id: string): Predictions | undefined {
  const file = `${folder}/${id}/predictions.yaml`;
  if (!existsSync(file)) return undefined;
  const { value, faults } = readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);
  if (value === undefined)
    throw new Error(faults.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'));
  return value;
}

/** Filled from the content, and again at each change of it, which `tools/saveContent.ts` hears of. A fault fails the build. */
const loader = (
  name: string,
  read: (store: DataStore, folder: string, cache: URL) => Promise<void>,
): Loader => ({
  name,
  async load({ store, config, watcher, logger }) {
    const folder = fileURLToPath(new URL(FOLDER, config.root));
    const fill = () => read(store, folder, config.cacheDir);
    await fill();
    let last = Promise.resolve();
    let isWaiting = false;
    watcher?.add(folder);
    watcher?.on('all', (_, path) => {
      // One that has not begun sees this change too.
      if (isWaiting || !path.startsWith(folder)) return;
      isWaiting = true;
      last = last
        .then(() => {
          isWaiting = false;
          return fill();
        })
        .then(() => void watcher.emit('content-loaded'))
        .catch((error: unknown) => logger.error(error instanceof Error ? error.message : String(error)));
    });
  },
});

const written = new Map<
  string,
  { readonly from: LoadedWriteup; readonly gates: string; readonly hash: string }
>();

/** Front matter and checks, validated, and their samples judged. */
const writeups = loader('vantage-writeups', async (store, folder, cache) => {
  const loaded = await loadContent(folder, 'judged');
  store.clear();
  const allRights = rightsOf(loaded);
  for (const from of loaded) {
    const { id, writeup, checks, lab, pictures, pages } = from;
    const file = fileURLToPath(new URL(`writeups/${id}.json`, cache));
    const rights = allRights.get(id) ?? [];
    // What its gates permit depends on the checks of other writeups.
    const gates = rights.map(({ gate }) => gate).join(' ');
    let last = written.get(id);
    if (last?.from !== from || last.gates !== gates) {
      const data: Omit<WriteupData, 'pictures'> = {
        id,
        writeup,
        checks: [...checks.values()].map(({ check, hash }) => ({ check, hash })),
        lab: { conditions: lab ? conditionViews(lab) : [], predictions: predictionsOf(folder, id) },
        pages,
        rights,
      };
      const json = JSON.stringify({ ...data, pictures: Object.fromEntries(pictures) });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, json);
      renameSync(`${file}.new`, file);
      last = { from, gates, hash: createHash('sha256').update(json).digest('hex') };
      written.set(id, last);
    }
    store.set({ id, data: { file, hash: last.hash } });
  }
});

const site = loader('vantage-site', async (store, folder) => {
  const { site, pages } = await loadSite(folder);
  store.set({ id: 'site', data: { ...site, pages, folder } });
});

/** What an operator installs on the machines of each role. */
const gates: Loader = {
  name: 'vantage-gates',
  async load({ store, config }) {
    store.clear();
    for (const gate of gatesOf(await loadContent(fileURLToPath(new URL(FOLDER, config.root)), 'judged')))
      store.set({ id: gate.role, data: { ...gate } });
  },
};

export const collections = {
  /** The text of each page of each writeup, as `writeup/page`, and of each plain page, as `page`. */
  pages: defineCollection({
    loader: glob({
      base: FOLDER,
      pattern: ['*/*.mdx', '*.mdx'],
      generateId: ({ entry }) => entry.replace(/\.mdx$/, ''),
    }),
  }),
  site: defineCollection({ loader: site, schema: z.custom<SiteData>() }),
  /** Where the JSON of `WriteupData` is, its pictures as an object, for `components/page/writeups.ts`. */
  writeups: defineCollection({ loader: writeups, schema: z.object({ file: z.string(), hash: z.string() }) }),
  operation: defineCollection({ loader: glob({ base: operation, pattern: 'operate.mdx' }) }),
  settings: defineCollection({
    loader: () => [{ id: 'usage', text: usage }],
    schema: z.object({ text: z.string() }),
  }),
  /** What each file of an author may have, by the name of its schema. */
  fields: defineCollection({
    loader: () => [{ id: 'all', files: [...jsonSchemas()].map(([id, schema]) => ({ id, schema })) }],
    schema: z.custom<{ files: { id: string; schema: JsonSchema }[] }>(),
  }),
  gates: defineCollection({ loader: gates, schema: z.custom<Gate>() }),
  /** What `npm run machines` found on other releases; each cell says `right`, or what is not. */
  machines: defineCollection({
    loader: () => [{ id: 'table', ...JSON.parse(readFileSync(new URL('machines.json', operation), 'utf8')) }],
    schema: z.object({
      rows: z.array(
        z.object({
          ...{ release: z.string(), date: z.string(), versions: z.string() },
          cells: z.record(z.string(), z.string()),
        }),
      ),
    }),
  }),
};
