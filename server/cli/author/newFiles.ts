/** New files for an author, from the folder `template/`: all of them or none, and never over one that is there. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { idSchema } from '../../../src/core/vocabulary.ts';
import { withSchemaLine } from '../../content/schemas.ts';
import { type GroupRole, groupRoles } from '../../inventory/groupRoles.ts';
import { CliError } from '../command/exitStatus.ts';

/** Text by path, below the project's folder. */
export type NewFiles = ReadonlyMap<string, string>;

const template = join(import.meta.dirname, '../../../template');
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** A part of `template/`. npm leaves dot files out of a package, so their names begin with `dot-`. */
export function templateFiles(part: 'project' | 'lab' | 'machines', folder = ''): NewFiles {
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
