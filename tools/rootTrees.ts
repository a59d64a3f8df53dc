/** Root trees of other releases, made by debootstrap in a folder that is kept, and their variants. Needs root. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
export async function buildTree({ suite, packages }: Tree, folder: string): Promise<string> {
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
export async function copyVariant(tree: string, { change }: Variant, copy: string): Promise<void> {
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
