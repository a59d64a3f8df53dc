/** `npm run machines`: puts other releases behind the sshd of the labs' machines and writes down what works there. Needs root and debootstrap. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../server/files/errors.ts';
import { type Examined, examine } from './examine/examine.ts';
import { buildTree, copyVariant, type Tree, trees } from './rootTrees.ts';

const usage = `usage: npm run machines -- [--folder <folder>] [--only <release>]… [--write]
  --folder  where the trees are kept (3 GB); /var/cache/vantage-trees without it
  --only    one row of the table: sid, "sid, sudo-rs"; all without it
  --write   write each row into ops/machines.json in place of its older one`;
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    folder: { type: 'string', default: '/var/cache/vantage-trees' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

type Row = { readonly release: string; readonly date: string } & Examined;
const nameOf = ({ suite }: Tree, { name }: Tree['variants'][number]): string =>
  name === '' ? suite : `${suite}, ${name}`;
const releases = trees.flatMap((tree) => tree.variants.map((variant) => nameOf(tree, variant)));
const date = new Date().toISOString().slice(0, 10);
const unknown = values.only.filter((name) => !releases.includes(name));
if (unknown.length > 0)
  throw new Error(`expected one of: ${releases.join('; ')}. Found: ${unknown.join('; ')}`);
const fail = (what: string, error: unknown): void => {
  console.error(`machines: ${what}: ${messageOf(error)}`);
  process.exitCode = 1;
};
/** At once, so that a run that is broken off keeps what it found. */
const write = (row: Row): void => {
  const file = fileURLToPath(new URL('../ops/machines.json', import.meta.url));
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { readonly rows: readonly Row[] };
  const table = new Map([...rows, row].map((one) => [one.release, one]));
  const inOrder = releases.flatMap((release) => table.get(release) ?? []);
  writeFileSync(file, `${JSON.stringify({ rows: inOrder }, undefined, 2)}\n`);
};
const built: (readonly [Tree, string])[] = [];
for (const tree of trees)
  await buildTree(tree, values.folder).then(
    (place) => built.push([tree, place]),
    (error) => fail(tree.suite, error),
  );
const clients = [...new Set([built[0], built.at(-1)])].flatMap((one) => (one ? [one[1]] : []));
for (const [tree, place] of built)
  for (const variant of tree.variants) {
    const release = nameOf(tree, variant);
    if (values.only.length > 0 && !values.only.includes(release)) continue;
    const copy = join(values.folder, `.variant-${process.pid}`);
    try {
      await copyVariant(place, variant, copy);
      const row = { release, date, ...(await examine(copy, clients)) };
      console.log(row);
      if (values.write) write(row);
      if (Object.values(row.cells).some((cell) => cell !== 'right')) process.exitCode = 1;
    } catch (error) {
      fail(release, error);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
