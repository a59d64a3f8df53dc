/** Inventories in YAML and JSON into the tree: nested groups, and the flat list that `ansible-inventory --list` prints. */
import { type AddProblem, type Entry, entriesOf, kindOf, type Node, shown } from './node.ts';
import { hostsOf } from './ranges.ts';
import {
  addHosts,
  type Group,
  groupIn,
  hostIn,
  isFull,
  NEEDED,
  setVariable,
  type TreeWriter,
  type Variables,
} from './tree.ts';

/** Adds one file. `isJson` allows the flat list; in YAML a list of hosts is a mistake. */
export function readGroups(root: Node, isJson: boolean, writer: TreeWriter): void {
  const { tree, addProblem } = writer;
  // A stack, not recursion, so that no depth is too deep.
  const waiting: Entry[] = [];
  const top = entriesOf(root, 'the inventory', addProblem);
  const isMeta = ({ key }: Entry): boolean => isJson && key === '_meta';
  waiting.push(...top.filter((entry) => !isMeta(entry)).reverse());
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isFull(tree)) return;
    const { key, at, value } = next;
    const group = groupIn(tree, key, at);
    const where = `the group ${shown(key)}`;
    const isHostList = isJson && value.kind === 'list';
    const parts = isHostList ? [{ key: 'hosts', at, value }] : entriesOf(value, where, addProblem);
    const below: Entry[] = [];
    for (const part of parts) {
      const names = (what: string) => namesOf(part.value, `the ${what} of ${where}`, isJson, addProblem);
      if (part.key === 'vars') readVariables(part.value, group.vars, where, writer);
      else if (part.key === 'hosts') for (const host of names('hosts')) readHost(host, group, writer);
      else if (part.key === 'children')
        for (const child of names('children')) {
          group.children.add(child.key);
          below.push(child);
        }
      else if (NEEDED.has(part.key)) {
        const expected = `\`hosts\`, \`children\` or \`vars\` in ${where}`;
        addProblem(part.at, expected, shown(part.key), 'variables below `vars:`');
      }
    }
    waiting.push(...below.reverse());
  }
  for (const { value } of top.filter(isMeta)) readMeta(value, writer);
}

type Name = Entry & {
  /** In the flat list, where Ansible has expanded the ranges. */ readonly isExact?: boolean;
};

/** The names below a node. A single name needs no colon; JSON may have a list of names. */
function namesOf(node: Node, what: string, isJson: boolean, addProblem: AddProblem): readonly Name[] {
  const nameOf = (text: string, { at }: Node): Name => ({ key: text, at, value: { at, kind: 'nothing' } });
  if (node.kind === 'text') return [nameOf(node.text, node)];
  if (!isJson || node.kind !== 'list') return entriesOf(node, what, addProblem);
  return node.items().flatMap((item) => {
    if (item.kind === 'text') return [{ ...nameOf(item.text, item), isExact: true }];
    addProblem(item.at, `a name in ${what}`, kindOf(item), '`"vm20"`');
    return [];
  });
}

function readHost({ key, at, value, isExact = false }: Name, group: Group, writer: TreeWriter): void {
  const { tree, addProblem } = writer;
  if (isFull(tree)) return;
  const hosts = isExact ? { names: [key], port: undefined } : hostsOf(key);
  if ('fault' in hosts) {
    const found = `${hosts.fault} in ${shown(key)}`;
    addProblem(at, 'the name of a host, or a range of them', found, 'for example `web[01:03]`');
    return;
  }
  for (const { name, vars } of addHosts(group, hosts, at, writer))
    readVariables(value, vars, `the machine ${shown(name)}`, writer);
}

/** Adds the needed variables to `vars`; all others are ignored. */
export function readVariables(node: Node, vars: Variables, where: string, writer: TreeWriter): void {
  const { tree, addProblem } = writer;
  if (node.kind === 'nothing') return;
  if (node.kind !== 'mapping') {
    const expected = `the variables of ${where} as names with a colon`;
    addProblem(node.at, expected, kindOf(node), 'one `name:` on each line');
    return;
  }
  const lines = new Map<string, number>();
  for (const { key, at, value } of node.entries()) {
    if (!tree.needed.has(key)) continue;
    const before = lines.get(key);
    if (before !== undefined)
      addProblem(at, `${key} of ${where} once`, `another one in line ${before}`, 'it in one place only');
    lines.set(key, at.line);
    setVariable(vars, key, value, writer);
  }
}

function readMeta(meta: Node, writer: TreeWriter): void {
  const { tree, addProblem } = writer;
  for (const { key, value } of entriesOf(meta, '_meta', addProblem)) {
    if (key !== 'hostvars') continue;
    for (const host of entriesOf(value, 'the variables of hosts', addProblem)) {
      const { vars } = hostIn(tree, host.key, host.at);
      readVariables(host.value, vars, `the machine ${shown(host.key)}`, writer);
    }
  }
}
