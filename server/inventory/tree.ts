/** Groups and hosts of all inventory files together, as in Ansible: a later value replaces an earlier one. */
import type { AddProblem, Node, Place } from './node.ts';

/** The variables that are read. Others are stored only when a template of one of these asks for them. */
export const NEEDED: ReadonlySet<string> = new Set(
  `ansible_host ansible_port ansible_user ansible_ssh_host ansible_ssh_port ansible_ssh_user ansible_private_key_file
  ansible_ssh_private_key_file ansible_connection ansible_password ansible_ssh_pass ansible_ssh_password ansible_ssh_args
  ansible_ssh_common_args ansible_ssh_extra_args ansible_ssh_executable ansible_group_priority vantage_gate vantage_role
  vantage_socket vantage_machine_id vantage_known_hosts`.split(/\s+/),
);

/** A value, with the folder that its relative file names start from. */
export type Value = { readonly node: Node; readonly home: string };
export type Variables = Map<string, Value>;
export type Group = {
  readonly name: string;
  readonly at: Place;
  readonly vars: Variables;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
};
export type Host = { readonly name: string; readonly at: Place; readonly vars: Variables };
export type Tree = {
  readonly groups: Map<string, Group>;
  readonly hosts: Map<string, Host>;
  readonly needed: ReadonlySet<string>;
  /** How often a group or a host was named: a few lines can name very many. */
  mentions: number;
};

/** No real inventory has more. */
export const LIMITS = { groups: 1000, hosts: 5000, mentions: 50_000 } as const;

export const emptyTree = (needed: ReadonlySet<string> = NEEDED): Tree => ({
  ...{ groups: new Map(), hosts: new Map(), needed, mentions: 0 },
});

/** Readers stop here, and the caller reports it. */
export const isFull = ({ groups, hosts, mentions }: Tree): boolean =>
  groups.size > LIMITS.groups || hosts.size > LIMITS.hosts || mentions > LIMITS.mentions;

export function groupIn(tree: Tree, name: string, at: Place): Group {
  const { groups } = tree;
  tree.mentions += 1;
  const group = groups.get(name) ?? { name, at, vars: new Map(), hosts: new Set(), children: new Set() };
  groups.set(name, group);
  return group;
}

export function hostIn(tree: Tree, name: string, at: Place): Host {
  const { hosts } = tree;
  tree.mentions += 1;
  const host = hosts.get(name) ?? { name, at, vars: new Map() };
  hosts.set(name, host);
  return host;
}

/** Where a reader of one file puts what it finds. `home` is the folder that relative file names start from. */
export type TreeWriter = { readonly tree: Tree; readonly home: string; readonly addProblem: AddProblem };

export function setVariable(vars: Variables, name: string, node: Node, { home, tree }: TreeWriter): void {
  if (tree.needed.has(name)) vars.set(name, { node, home });
}

/** Hosts of a group. As in Ansible, a port after the name counts only where the host is named first. */
export function addHosts(
  group: Group,
  { names, port }: { readonly names: readonly string[]; readonly port: string | undefined },
  at: Place,
  writer: TreeWriter,
): readonly Host[] {
  const { tree } = writer;
  return names.map((name) => {
    const isKnown = tree.hosts.has(name);
    const host = hostIn(tree, name, at);
    group.hosts.add(name);
    if (port !== undefined && !isKnown)
      setVariable(host.vars, 'ansible_port', { at, kind: 'text', text: port }, writer);
    return host;
  });
}

/** The depth of each group below `all`, by its longest path; and a group that contains itself, if there is one. */
export function depthsOf({ groups }: Tree): {
  readonly depths: ReadonlyMap<string, number>;
  readonly circle: Group | undefined;
} {
  const parents = parentsOf(groups);
  const depths = new Map<string, number>([['all', 0]]);
  // Kahn's algorithm: no recursion, and every group that remains is in a circle or below one.
  const missing = new Map([...groups.keys()].map((name) => [name, parents.get(name)?.size ?? 0]));
  const ready = [...missing].flatMap(([name, count]) => (count === 0 ? [name] : []));
  for (const name of ready) {
    const depth = name === 'all' ? 0 : (depths.get(name) ?? 1);
    depths.set(name, depth);
    for (const child of groups.get(name)?.children ?? []) {
      depths.set(child, Math.max(depths.get(child) ?? 1, depth + 1));
      const left = (missing.get(child) ?? 1) - 1;
      missing.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  const circle = [...groups.values()].find(({ name }) => (missing.get(name) ?? 0) > 0);
  return { depths, circle };
}

/** Every group that a host is in, directly or through the groups below, without `all`. */
export function membersOf({ groups }: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = parentsOf(groups);
  const above = new Map<string, ReadonlySet<string>>();
  const groupsOf = new Map<string, Set<string>>();
  for (const { name, hosts } of groups.values()) {
    if (name === 'all') continue;
    for (const host of hosts) {
      const own = groupsOf.get(host) ?? new Set<string>();
      groupsOf.set(host, own);
      for (const group of ancestors(name, parents, above)) own.add(group);
    }
  }
  return groupsOf;
}

function ancestors(
  name: string,
  parents: ReadonlyMap<string, ReadonlySet<string>>,
  known: Map<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = new Set([name]);
  for (const one of found)
    for (const parent of parents.get(one) ?? []) if (parent !== 'all') found.add(parent);
  known.set(name, found);
  return found;
}

function parentsOf(groups: Tree['groups']): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, Set<string>>();
  for (const { name, children } of groups.values())
    for (const child of children) parents.set(child, (parents.get(child) ?? new Set()).add(name));
  return parents;
}
