/** `vantage init`: a project in this folder, with a first writeup that can be run; and new files for an author, from the folder `template/`: all of them or none, and never over one that is there. */
import {
  readFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, relative, resolve, dirname } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { CliError } from './command/exitStatus.ts';
import { text } from './command/options.ts';
import { defineVerb } from './command/verb.ts';
import { idSchema } from '../../src/core/vocabulary.ts';
import { withSchemaLine } from '../content/schemas.ts';
import { type GroupRole, groupRoles } from '../inventory/groupRoles.ts';

export const inventoryOption = {
  inventory: text(
    'FILE',
    'about the machines of this Ansible inventory, one role for each group, without a lab',
  ),
};

export const initVerb = defineVerb({
  name: 'init',
  about: 'begins a project in this folder: a writeup, its check, its lab, and what runs them',
  operands: { form: '[NAME]', least: 0, expected: 'Expected one name, of the first writeup' },
  options: inventoryOption,
  notes: 'Asks nothing and overwrites nothing: where a file is there already, nothing is written.',
  async run({ values, operands: [named] }, { root, print, out }) {
    if (isThere(join(root, 'content')))
      throw new CliError(
        `content is there already in ${root}; write another writeup into it with: npx vantage new writeup NAME`,
      );
    const machines =
      values.inventory === undefined ? undefined : machinesOf(resolve(values.inventory), print);
    const name = named ?? (machines ? 'our-machines' : 'loopback-only');
    const files = new Map([...templateFiles('project'), ...writeupFiles(root, name, machines)]);
    if (machines) files.set('vantage.yaml', settingsOf(root, machines));
    const ignore = files.get('.gitignore') ?? '';
    const hasIgnore = isThere(join(root, '.gitignore'));
    if (hasIgnore) files.delete('.gitignore');
    const scripts = scriptsOf(join(root, 'package.json'), machines ? ' --config vantage.yaml' : '');
    writeNewFiles(root, files, new Map([['package.json', scripts.json]]));
    if (hasIgnore)
      print(`.gitignore is left as it is; it should name ${ignore.trim().split('\n').join(', ')}`);
    for (const script of scripts.left) print(`The script "${script}" of package.json is left as it is.`);
    out(`${[...files.keys(), 'package.json'].sort().join('\n')}\n\nNext: npx vantage start\n`);
  },
});

const settingsOf = (root: string, { file, roles }: Machines): string => {
  const path = relative(root, file);
  return `# Settings of the server, which \`npx vantage start --config vantage.yaml\` reads: \`npx vantage config\` shows all.
${stringify({
  inventory: [isAbsolute(path) ? file : path],
  roles: Object.fromEntries(roles.map(({ role, host }) => [role, host])),
})}`;
};

const packageSchema = z.looseObject({ scripts: z.nullish(z.record(z.string(), z.unknown())) });
/** What `npm init` writes for want of a test. */
const npmPlaceholder = 'echo "Error: no test specified" && exit 1';

/** `package.json` with the scripts that it has not, and the names of those that it has otherwise. */
function scriptsOf(file: string, settings: string) {
  const wanted = { start: `vantage start${settings}`, test: 'vantage test', dev: `vantage dev${settings}` };
  const before = isThere(file) ? readFileSync(file, 'utf8') : '{ "private": true }';
  let [parsed, found]: readonly [object?, z.infer<typeof packageSchema>['scripts']?] = [];
  try {
    parsed = JSON.parse(before) as object;
    found = packageSchema.parse(parsed).scripts;
  } catch {
    throw new CliError(`${file}: expected JSON with an object in it; correct it first. Nothing was written.`);
  }
  const own = new Map(Object.entries(found ?? {}).filter(([, line]) => line !== npmPlaceholder));
  const left = Object.entries(wanted).flatMap(([name, line]) =>
    own.has(name) && own.get(name) !== line ? name : [],
  );
  const scripts = { ...wanted, ...Object.fromEntries(own) };
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  return { json: `${JSON.stringify({ ...parsed, scripts }, undefined, indent)}\n`, left };
}

/** Text by path, below the project's folder. */
type NewFiles = ReadonlyMap<string, string>;

const template = join(import.meta.dirname, '../../template');
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** A part of `template/`. npm leaves dot files out of a package, so their names begin with `dot-`. */
function templateFiles(part: 'project' | 'lab' | 'machines', folder = ''): NewFiles {
  const from = join(template, part);
  const files = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const path = join(folder, file.slice(from.length + 1)).replace(/(^|\/)dot-/g, '$1.');
      return [path, readFileSync(file, 'utf8')];
    }),
  );
}

export type Machines = { readonly file: string; readonly roles: readonly GroupRole[] };

/** The roles of an inventory. Throws what to correct in it. */
export function machinesOf(file: string, print: (line: string) => void): Machines {
  const found = groupRoles(file);
  if (!found.ok) throw new CliError(found.problems.join('\n'));
  for (const note of found.notes) print(note);
  return { file, roles: found.roles };
}

/** The files of one writeup: with a lab, or about the machines of an inventory. */
export function writeupFiles(root: string, name: string, machines: Machines | undefined): NewFiles {
  if (!idSchema.safeParse(name).success)
    throw new CliError(
      `Expected a name of lower-case letters, digits and hyphens for the writeup, found "${name}".`,
    );
  const content = join(root, 'content');
  const pages = isThere(content)
    ? readdirSync(content).map((other) => join(content, other, 'index.mdx'))
    : [];
  const orders = pages
    .filter((page) => existsSync(page))
    .map((page) => /^order: (\d+)$/m.exec(readFileSync(page, 'utf8'))?.[1]);
  const order = Math.max(0, ...orders.map(Number).filter(Number.isFinite)) + 1;
  const fill = (line: string, { role, host }: GroupRole) =>
    line.replaceAll('ROLE', role).replaceAll('HOST', host);
  return new Map(
    [...templateFiles(machines ? 'machines' : 'lab', join('content', name))].map(([path, text]) => {
      const isPage = path.endsWith('index.mdx');
      const lines = text
        .replace(/^order: 1$/m, `order: ${order}`)
        .split('\n')
        .flatMap((line) => {
          if (!machines || !line.includes('ROLE')) return line;
          return (isPage ? machines.roles : machines.roles.slice(0, 1)).map((one) => fill(line, one));
        });
      return [path, lines.join('\n')];
    }),
  );
}

/** Throws, and writes nothing, when one of `files` is there; `replaced` may be. Takes away what it wrote when it cannot write all. */
export function writeNewFiles(root: string, files: NewFiles, replaced: NewFiles = new Map()): void {
  const taken = [...files.keys()].filter((path) => isThere(join(root, path)));
  if (taken.length > 0)
    throw new CliError(
      `Nothing was written, because ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} there already.`,
    );
  const made: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(root, path);
      const folder = mkdirSync(dirname(file), { recursive: true });
      if (folder !== undefined) made.push(folder);
      writeFileSync(file, withSchemaLine(file, text), { flag: 'wx' });
      made.push(file);
    }
    for (const [path, text] of replaced) {
      const fresh = join(root, `${path}.new`);
      made.push(fresh);
      writeFileSync(fresh, text);
      renameSync(fresh, join(root, path));
    }
  } catch (error) {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
    throw error;
  }
}
