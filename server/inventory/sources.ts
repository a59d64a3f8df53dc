/** Finds and reads inventory files, and the files of variables beside them. As in Ansible, a later `--inventory` replaces values of an earlier one. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Disk } from '../files/boundedFiles.ts';
import { readGroups } from './groups.ts';
import { readIni } from './ini.ts';
import { type AddProblem, type Node, type Entry, type Place, shown } from './node.ts';
import type { TreeWriter } from './tree.ts';
import { YAML_LIMIT_BYTES, yamlNode } from './yaml.ts';

/** An inventory as it was named: a file, or a folder of files. `home` has `group_vars` and `host_vars`. */
export type Source = { readonly home: string; readonly files: readonly string[] };

const FILE_LIMIT = 200;
/** Files that Ansible ignores in a folder of inventories. */
const IGNORED = /(^\.|~$|\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$)/;
const VARIABLE_FOLDERS = ['group_vars', 'host_vars', 'vars_plugins'];

export function sourceOf(name: string, disk: Disk): Source {
  const path = resolve(name);
  if (disk.look(path) !== 'directory') return { home: dirname(path), files: [path] };
  const files: string[] = [];
  const folders = [path];
  for (const folder of folders) {
    for (const entry of disk.list(folder)) {
      if (IGNORED.test(entry) || VARIABLE_FOLDERS.includes(entry) || files.length > FILE_LIMIT) continue;
      if (entry === 'vantage.yaml' || entry === 'known_hosts') continue;
      const inner = join(folder, entry);
      (disk.look(inner) === 'directory' ? folders : files).push(inner);
      if (folders.length > FILE_LIMIT) break;
    }
  }
  return { home: path, files };
}

export function readSource(file: string, disk: Disk, writer: TreeWriter): void {
  const refuse = (expected: string, found: string): void =>
    writer.addProblem({ file, line: 1 }, expected, found, asJson);
  const ending = extname(file).toLowerCase();
  const limit = ending === '.json' ? JSON_LIMIT_BYTES : YAML_LIMIT_BYTES;
  const read = disk.read(file, limit);
  const asJson = `what \`ansible-inventory -i ${basename(file)} --list\` prints into a file that ends in .json, and name that`;
  if ('fault' in read) {
    refuse(`an inventory of at most ${limit} bytes of text in UTF-8`, read.fault);
    return;
  }
  const { text } = read;
  const form = formOf(ending, text);
  if (form === 'vault') refuse('an inventory in plain text', 'a vault-encrypted file');
  else if (form === 'toml') refuse('YAML, INI or JSON', 'TOML');
  else if (form === 'program') refuse('YAML, INI or JSON', 'a program, and no inventory is run here');
  else if (form === 'ini') readIni(text, file, writer);
  else {
    const root = (form === 'json' ? jsonNode : yamlNode)(text, file, writer.addProblem);
    if (root !== undefined) readGroups(root, form === 'json', writer);
  }
}

function formOf(ending: string, text: string): 'yaml' | 'json' | 'ini' | 'vault' | 'toml' | 'program' {
  if (text.startsWith('$ANSIBLE_VAULT')) return 'vault';
  if (ending === '.toml') return 'toml';
  if (text.startsWith('#!')) return 'program';
  if (ending === '.json') return 'json';
  if (ending === '.yml' || ending === '.yaml') return 'yaml';
  const first = text.split('\n').find((line) => !/^\s*([#;]|$)/.test(line)) ?? '';
  if (first.trimStart().startsWith('{')) return 'json';
  return /^(---|["']?[^\s=[\]"']+["']?\s*:(\s|$))/.test(first) ? 'yaml' : 'ini';
}

/** The files with variables of a group or a host beside an inventory; a later one replaces values of an earlier one. */
export function variableFiles(
  { home }: Source,
  folder: 'group_vars' | 'host_vars',
  name: string,
  disk: Disk,
): readonly string[] {
  // A name out of an inventory must not lead out of the folder.
  if (/[/\0]|^\./.test(name) || disk.look(join(home, folder)) !== 'directory') return [];
  const base = join(home, folder, name);
  for (const ending of ['', '.yml', '.yaml', '.json']) {
    const kind = disk.look(base + ending);
    if (kind === 'directory' && ending === '') return inFolder(base, disk, 0);
    if (kind !== 'nothing') return [base + ending];
  }
  return [];
}

function inFolder(folder: string, disk: Disk, depth: number): readonly string[] {
  return disk.list(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (entry.startsWith('.') || entry.endsWith('~')) return [];
    if (disk.look(path) === 'directory')
      return depth < 5 && extname(entry) === '' ? inFolder(path, disk, depth + 1) : [];
    return ['', '.yml', '.yaml', '.json'].includes(extname(entry)) ? [path] : [];
  });
}

/** A file of variables as one node; `encrypted` when the whole file is. */
export function readVariableFile(
  file: string,
  disk: Disk,
  addProblem: AddProblem,
): Node | 'encrypted' | undefined {
  const read = disk.read(file, YAML_LIMIT_BYTES);
  if ('fault' in read) {
    const expected = `variables in at most ${YAML_LIMIT_BYTES} bytes of UTF-8`;
    addProblem({ file, line: 1 }, expected, read.fault, 'a plain text file');
    return undefined;
  }
  if (read.text.startsWith('$ANSIBLE_VAULT')) return 'encrypted';
  return (extname(file) === '.json' ? jsonNode : yamlNode)(read.text, file, addProblem);
}

const JSON_LIMIT_BYTES = 16 * 1024 * 1024;

/** Undefined when the text is not JSON, which is reported. */
function jsonNode(text: string, file: string, addProblem: AddProblem): Node | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? shown(error.message) : 'something else';
    addProblem({ file, line: 1 }, 'JSON', found, 'what `ansible-inventory --list` prints');
    return undefined;
  }
  return toNode(value, [], { text, file });
}

type JsonFile = { readonly text: string; readonly file: string };

function toNode(value: unknown, path: readonly string[], source: JsonFile): Node {
  const at = placeOf(path, source);
  if (value === null || value === undefined) return { at, kind: 'nothing' };
  if (typeof value === 'string') return { at, kind: 'text', text: value };
  if (Array.isArray(value))
    return { at, kind: 'list', items: () => value.map((item) => toNode(item, path, source)) };
  if (typeof value === 'number') return { at, kind: 'text', text: String(value) };
  if (typeof value !== 'object') return { at, kind: 'other', what: `${String(value)}, which is no text` };
  const fields = new Map<string, unknown>(Object.entries(value));
  if (fields.has('__ansible_vault')) return { at, kind: 'vault' };
  const unsafe = fields.get('__ansible_unsafe');
  if (typeof unsafe === 'string') return { at, kind: 'text', text: unsafe };
  const entries = (): Entry[] =>
    [...fields].map(([key, inner]) => {
      const below = [...path, key];
      return { key, at: placeOf(below, source), value: toNode(inner, below, source) };
    });
  return { at, kind: 'mapping', entries };
}

/** The first place where the names of the path follow one another, which is the right one in Ansible's output. */
const placeOf = (path: readonly string[], { text, file }: JsonFile): Place => ({
  file,
  get line() {
    let offset = 0;
    for (const name of path) {
      const found = text.indexOf(`${JSON.stringify(name)}:`, offset);
      if (found < 0) break;
      offset = found;
    }
    return text.slice(0, offset).split('\n').length;
  },
});
