/** `npm run machines`: builds root trees of other releases by debootstrap, puts them and their variants behind the sshd of the labs' machines, and writes down what works there. Needs root. */
import { readFileSync, rmSync, writeFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { messageOf } from '../server/files/errors.ts';
import { type Examined, examine } from './examine/examine.ts';
import { labPackages } from '../server/lab/requirements.ts';

const run = promisify(execFile);
/** Fetching and unpacking, on a slow line too. */
const BUILD_MS = 30 * 60_000;

/** `change`: shell lines for sh in the root of a copy, whose files share their content with the tree: they replace, and never write into one. */
type Variant = { readonly name: string; readonly change: string };
export type Tree = {
  readonly suite: string;
  /** Beside what any lab needs. */
  readonly packages: readonly string[];
  readonly variants: readonly Variant[];
};

const plain: Variant = { name: '', change: ':' };
const sudoRs = {
  name: 'sudo-rs',
  change:
    'cd usr; cp --remove-destination lib/cargo/bin/sudo bin/; cp --remove-destination lib/cargo/bin/visudo sbin/; cd ..',
};
const uutils = { name: 'uutils', change: 'cd usr/bin; ln -sf ../lib/cargo/bin/coreutils/* .; cd ../..' };
const shell = (name: string): Variant => ({ name: `sh is ${name}`, change: `ln -sf ${name} usr/bin/sh` });
const common = ['iputils-tracepath', 'nginx-light', 'busybox', 'mksh', 'fish', 'csh'];
/** Debian 13 has none. */
const yash = ['yash'];
const rust = ['sudo-rs', 'rust-coreutils', 'util-linux-extra'];
const both = { name: 'sudo-rs and uutils', change: `${sudoRs.change}; ${uutils.change}` };

export const trees: readonly Tree[] = [
  { suite: 'bullseye', packages: [...common, ...yash], variants: [plain] },
  { suite: 'bookworm', packages: [...common, ...yash], variants: [plain] },
  { suite: 'trixie', packages: [...common, 'sudo-rs'], variants: [plain, sudoRs] },
  { suite: 'testing', packages: [...common, ...rust, ...yash], variants: [plain] },
  {
    suite: 'sid',
    packages: [...common, ...rust, ...yash],
    variants: [plain, sudoRs, uutils, both, shell('busybox'), shell('mksh'), shell('yash'), shell('bash')],
  },
];

/** The tree below `folder`, built unless it is there. Resolves with its path. */
async function buildTree({ suite, packages }: Tree, folder: string): Promise<string> {
  const place = join(folder, suite);
  const own = labPackages.flatMap((one) => (one.package === 'util-linux-extra' ? [] : [one.package]));
  const include = [...new Set([...own, ...packages])];
  if (existsSync(place)) {
    const has = readFileSync(join(place, 'var/lib/dpkg/status'), 'utf8');
    const lacking = include.filter((name) => !has.includes(`Package: ${name}\n`));
    if (lacking.length === 0) return place;
    throw new Error(`${place} is from before it had ${lacking.join(', ')}; remove it, to have it built anew`);
  }
  mkdirSync(folder, { recursive: true });
  const building = join(folder, `.${suite}`);
  rmSync(building, { recursive: true, force: true });
  const argv = ['--variant=minbase', `--include=${include.join(',')}`, suite, building, mirror()];
  await run('debootstrap', argv, { timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 });
  renameSync(building, place);
  return place;
}

/** A copy of hard links, so that it is made in a moment; its owner removes it. */
async function copyVariant(tree: string, { change }: Variant, copy: string): Promise<void> {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, 'var/lib'), { recursive: true });
  // What else is in a tree belongs to its own machine, not to one of the lab.
  await run('cp', ['-al', ...['usr', 'etc'].map((name) => join(tree, name)), copy]);
  await run('cp', ['-al', join(tree, 'var/lib/dpkg'), join(copy, 'var/lib')]);
  // As a login shell busybox has to be called by the name of its shell.
  await run('sh', ['-ec', `ln -sf busybox usr/bin/ash; ${change}`], { cwd: copy });
}

/** Where this system gets its own packages from. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d';
  const files = [...readdirSync(folder).map((name) => join(folder, name)), '/etc/apt/sources.list'];
  const text = files.flatMap((file) => (existsSync(file) ? [readFileSync(file, 'utf8')] : [])).join('\n');
  const found = /^(?:URIs: *|deb (?:\[.*?\] )?)(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
  if (found === undefined) throw new Error('expected a mirror of Debian in the sources of apt, found none');
  return found;
}

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
