/**
 * The two shapes that an inventory has in YAML and JSON, into the tree: nested groups as their owners write them, and the flat list
 * that `ansible-inventory --list` prints. Text is read by `yamlNode.ts` and `jsonNode.ts`; what the variables mean is left to `machine.ts`.
 */
import { type Entry, entriesOf, kindOf, type Node, type Report, shown } from './node.ts';
import { hostsOf } from './ranges.ts';
import { type Group, groupIn, hostIn, isFull, NEEDED, set, type Tree, type Variables } from './tree.ts';

export type Origin = {
  /** The folder that relative file names start from. */
  readonly home: string;
  /** Only JSON may be the flat list: in YAML a list of hosts is a mistake. */
  readonly json: boolean;
};

/** Adds what stands in one file. */
export function readGroups(root: Node, { home, json }: Origin, tree: Tree, report: Report): void {
  const top = entriesOf(root, 'the inventory', report);
  if (json && isList(top)) readList(top, home, tree, report);
  else for (const entry of top) readGroup(entry, home, tree, report);
}

/** Only the list has `_meta`, hosts that are a list, or a group that is one. */
const isList = (top: readonly Entry[]): boolean =>
  top.some(({ key, value }) => {
    if (key === '_meta' || value.kind === 'list') return true;
    if (value.kind !== 'mapping') return false;
    return value.entries().some(({ key: part, value: inner }) => part !== 'vars' && inner.kind === 'list');
  });

/** Without recursion, so that no depth is too deep. */
function readGroup(first: Entry, home: string, tree: Tree, report: Report): void {
  const waiting: Entry[] = [first];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { key, at, value } = next;
    if (isFull(tree)) return;
    const group = groupIn(tree, key, at);
    const where = `the group ${shown(key)}`;
    const below: Entry[] = [];
    for (const part of entriesOf(value, where, report)) {
      if (part.key === 'vars') readVariables(part.value, group.vars, where, home, report);
      else if (part.key === 'hosts')
        for (const host of named(part.value, `the hosts of ${where}`, report))
          readHost(host, group, home, tree, report);
      else if (part.key === 'children')
        for (const child of named(part.value, `the children of ${where}`, report)) {
          group.children.add(child.key);
          below.push(child);
        }
      else if (NEEDED.has(part.key))
        report(
          part.at,
          `\`hosts\`, \`children\` or \`vars\` in ${where}`,
          shown(part.key),
          'variables below `vars:`',
        );
    }
    // The first child comes first, also off the end of a stack.
    waiting.push(...below.reverse());
  }
}

/** A single name may stand without its colon. */
const named = (node: Node, what: string, report: Report): readonly Entry[] =>
  node.kind === 'text'
    ? [{ key: node.text, at: node.at, value: { at: node.at, kind: 'nothing' } }]
    : entriesOf(node, what, report);

function readHost({ key, at, value }: Entry, group: Group, home: string, tree: Tree, report: Report): void {
  if (isFull(tree)) return;
  const hosts = hostsOf(key);
  if ('fault' in hosts) {
    report(
      at,
      'the name of a host, or a range of them',
      `${hosts.fault} in ${shown(key)}`,
      'for example `web[01:03]`',
    );
    return;
  }
  for (const name of hosts.names) {
    group.hosts.add(name);
    // As Ansible has it, a port behind the name counts only where the host is named for the first time.
    const known = tree.hosts.has(name);
    const { vars } = hostIn(tree, name, at);
    if (hosts.port !== undefined && !known)
      set(vars, 'ansible_port', { at, kind: 'text', text: hosts.port }, home);
    readVariables(value, vars, `the machine ${shown(name)}`, home, report);
  }
}

/** Variables of ours into `into`; nothing is said of all others. */
export function readVariables(
  node: Node,
  into: Variables,
  where: string,
  home: string,
  report: Report,
): void {
  if (node.kind === 'nothing') return;
  if (node.kind !== 'mapping') {
    report(
      node.at,
      `the variables of ${where} as names with a colon`,
      kindOf(node),
      'one `name:` on each line',
    );
    return;
  }
  const before = new Map<string, Node>();
  for (const { key, at, value } of node.entries()) {
    if (!NEEDED.has(key)) continue;
    const first = before.get(key);
    if (first !== undefined)
      report(at, `${key} of ${where} once`, `another one in line ${first.at.line}`, 'it in one place only');
    before.set(key, { ...value, at });
    set(into, key, value, home);
  }
}

function readList(top: readonly Entry[], home: string, tree: Tree, report: Report): void {
  const strings = (node: Node, what: string): readonly Entry[] => {
    if (node.kind === 'nothing') return [];
    const items = node.kind === 'list' ? node.items() : undefined;
    if (items === undefined) report(node.at, `${what} as a list of names`, kindOf(node), '`["vm20"]`');
    return (items ?? []).flatMap((item) => {
      if (item.kind === 'text')
        return [{ key: item.text, at: item.at, value: { at: item.at, kind: 'nothing' } }];
      report(item.at, `a name in ${what}`, kindOf(item), '`"vm20"`');
      return [];
    });
  };
  const hosts = (node: Node, group: Group): void => {
    for (const { key, at } of strings(node, `the hosts of the group ${shown(group.name)}`)) {
      group.hosts.add(key);
      hostIn(tree, key, at);
    }
  };
  for (const { key, at, value } of top) {
    if (key === '_meta') continue;
    const group = groupIn(tree, key, at);
    const where = `the group ${shown(key)}`;
    if (value.kind === 'list') hosts(value, group);
    else
      for (const part of entriesOf(value, where, report)) {
        if (part.key === 'hosts') hosts(part.value, group);
        else if (part.key === 'vars') readVariables(part.value, group.vars, where, home, report);
        else if (part.key === 'children')
          for (const child of strings(part.value, `the children of ${where}`)) {
            group.children.add(child.key);
            groupIn(tree, child.key, child.at);
          }
      }
  }
  const meta = top.find(({ key }) => key === '_meta')?.value ?? {
    at: { file: '', line: 1 },
    kind: 'nothing',
  };
  for (const { key, value } of entriesOf(meta, '_meta', report)) {
    if (key !== 'hostvars') continue;
    for (const host of entriesOf(value, 'the variables of hosts', report))
      readVariables(
        host.value,
        hostIn(tree, host.key, host.at).vars,
        `the machine ${shown(host.key)}`,
        home,
        report,
      );
  }
}
