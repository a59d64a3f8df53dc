/**
 * Which value of a variable counts for a host: Ansible's order ("How variables are merged", docs.ansible.com), lowest first:
 * 1. `all` in the inventory · 2. its other groups, from the outermost to the innermost, then by `ansible_group_priority`, then by name
 * 3. `group_vars/all` beside each inventory · 4. `group_vars/GROUP` there, in the order of 2
 * 5. the host in the inventory · 6. `host_vars/HOST` beside each inventory. Playbooks are not known here.
 */
import type { Disk } from '../files/boundedFiles.ts';
import { readVariables } from './groups.ts';
import { type AddProblem, type Node, shown } from './node.ts';
import { readVariableFile, type Source, variableFiles } from './sources.ts';
import { type Computed, computeTemplate } from './templates.ts';
import { depthsOf, type Group, type Host, membersOf, type Tree, type Value, type Variables } from './tree.ts';

type Fault = Parameters<AddProblem>;

export type HostVariables = {
  readonly host: string;
  readonly get: (name: string) => Value | undefined;
  /** A template with the variables of this host and of others. */
  readonly compute: (text: string) => Computed;
  /** What is wrong with its files of variables; reported only for hosts that are needed. */
  readonly faults: readonly Fault[];
  /** Files that are encrypted as a whole. */
  readonly encrypted: readonly string[];
  /** The groups around it, the innermost last, without `all`. */
  readonly groups: readonly string[];
};

type VariableFile = {
  readonly vars: Variables;
  readonly faults: readonly Fault[];
  readonly encrypted: boolean;
};

/** Looks up the variables of a host. The tree must be valid, without a circle. `onAsked` gets every variable that a template asks for. */
export function createVariables(
  tree: Tree,
  sources: readonly Source[],
  disk: Disk,
  onAsked: (name: string) => void = () => {},
): (host: Host) => HostVariables {
  const { depths } = depthsOf(tree);
  const members = membersOf(tree);
  const files = new Map<string, VariableFile>();
  const found = new Map<string, readonly string[]>();

  const fileOf = (file: string, home: string): VariableFile => {
    const before = files.get(file);
    if (before !== undefined) return before;
    const faults: Fault[] = [];
    const addProblem: AddProblem = (...fault) => void faults.push(fault);
    const vars: Variables = new Map();
    const node = readVariableFile(file, disk, addProblem);
    if (node !== undefined && node !== 'encrypted')
      readVariables(node, vars, shown(file), { tree, home, addProblem });
    const read = { vars, faults, encrypted: node === 'encrypted' };
    files.set(file, read);
    return read;
  };
  const beside = (source: Source, folder: 'group_vars' | 'host_vars', name: string) => {
    const key = `${source.home}\0${folder}\0${name}`;
    const paths = found.get(key) ?? variableFiles(source, folder, name, disk);
    found.set(key, paths);
    return paths.map((file) => fileOf(file, source.home));
  };
  const inOrder = (host: Host): readonly string[] => {
    const names = [...(members.get(host.name) ?? ['ungrouped'])];
    const rank = (name: string) => [depths.get(name) ?? 1, priorityOf(tree.groups.get(name))] as const;
    return names.sort((a, b) => {
      const [[depthA, priorityA], [depthB, priorityB]] = [rank(a), rank(b)];
      return depthA - depthB || priorityA - priorityB || (a < b ? -1 : 1);
    });
  };

  const read = (host: Host): HostVariables => {
    const groups = inOrder(host);
    const vars: Variables = new Map();
    const faults: Fault[] = [];
    const encrypted: string[] = [];
    const add = (more: Variables | undefined): void => {
      for (const [name, value] of more ?? []) vars.set(name, value);
    };
    const addFiles = (folder: 'group_vars' | 'host_vars', names: readonly string[]): void => {
      for (const source of sources)
        for (const name of names)
          for (const file of beside(source, folder, name)) {
            add(file.vars);
            faults.push(...file.faults);
            if (file.encrypted) encrypted.push(`${folder}/${name}`);
          }
    };
    for (const name of ['all', ...groups]) add(tree.groups.get(name)?.vars);
    addFiles('group_vars', ['all']);
    addFiles('group_vars', groups);
    add(host.vars);
    addFiles('host_vars', [host.name]);
    const compute = (text: string) => computeTemplate(text, { host: host.name, get: ask, groupHosts });
    return { host: host.name, get: (name) => vars.get(name), compute, faults, encrypted, groups };
  };
  const known = new Map<string, HostVariables>();
  const variablesOf = (host: Host): HostVariables => {
    const vars = known.get(host.name) ?? read(host);
    known.set(host.name, vars);
    return vars;
  };
  const ask = (name: string, variable: string): Node | undefined => {
    const host = tree.hosts.get(name);
    if (host === undefined) return undefined;
    onAsked(variable);
    return variablesOf(host).get(variable)?.node;
  };
  /** Ansible's order is told for groups without groups in them only. */
  const groupHosts = (name: string): readonly string[] | undefined => {
    const group = tree.groups.get(name);
    return group === undefined || group.children.size > 0 ? undefined : [...group.hosts];
  };
  return variablesOf;
}

function priorityOf(group: Group | undefined): number {
  const node = group?.vars.get('ansible_group_priority')?.node;
  return node?.kind === 'text' && /^-?\d{1,9}$/.test(node.text) ? Number(node.text) : 1;
}
