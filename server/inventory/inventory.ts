/** Ansible inventories as a fleet: the hosts that play a role, and their jump machines. Other hosts are not checked. Never throws, whatever the files hold. */
import { basename, join } from 'node:path';
import { type Disk, realDisk } from '../files/boundedFiles.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { absolutePath, machine, readVariable } from './hostMachine.ts';
import { type AddProblem, type Place, shown } from './node.ts';
import { readRoleFile } from './roleMap.ts';
import { assignRoles, type RoleMap } from './roles.ts';
import { readSource, sourceOf } from './sources.ts';
import { depthsOf, emptyTree, isFull, LIMITS, type Tree } from './tree.ts';
import { roleName, fileName } from './values.ts';
import { createVariables, type HostVariables } from './variables.ts';

export type Inventory =
  | {
      readonly ok: true;
      readonly fleet: Fleet;
      /** For the operator: roles that no machine plays. The other machines can be used. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the inventories in the order of their names, and collects every problem. `map` is from `--roles`, and wins over `vantage.yaml`. */
export function readInventories(
  names: readonly string[],
  required: { readonly roles: readonly string[]; readonly map: RoleMap },
  disk: Disk = realDisk,
): Inventory {
  const problems: { readonly at: Place; readonly message: string }[] = [];
  const addProblem: AddProblem = (at, expected, found, write) => {
    const message = `${at.file}:${at.line}: expected ${expected}, found ${found}; write ${write}`;
    if (!problems.some((one) => one.message === message)) problems.push({ at, message });
  };
  const refused = (more: readonly string[] = []): Inventory => {
    const inOrder = problems.sort((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line : 0));
    return { ok: false, problems: [...inOrder.map(({ message }) => message), ...more] };
  };
  const sources = names.map((name) => sourceOf(name, disk));
  const tree = emptyTree();
  for (const { home, files } of sources)
    for (const file of files) readSource(file, disk, { tree, home, addProblem });
  const start = { file: sources[0]?.files[0] ?? names[0] ?? 'inventory', line: 1 };
  if (problems.length === 0) validateTree(tree, start, addProblem);
  if (problems.length > 0) return refused();

  const roleMap = new Map(required.map);
  for (const home of new Set(sources.map((source) => source.home)))
    for (const [role, target] of readRoleFile(home, disk, addProblem))
      if (!roleMap.has(role)) roleMap.set(role, target);
  const variables = createVariables(tree, sources, disk);
  const known = new Map([...tree.hosts.values()].map((host) => [host.name, variables(host)]));
  const candidates = [...known].map(([name, vars]) => ({
    name,
    given: readVariable(vars, 'vantage_role', roleName, addProblem)?.value,
    groups: vars.groups,
  }));
  const assigned = assignRoles(required.roles, roleMap, candidates);
  const machines = machinesOf(assigned.roles, tree, known, addProblem);
  validateUnique(machines, tree, addProblem);
  const knownHosts =
    knownHostsFile(machines, known, addProblem) ?? join(sources[0]?.home ?? '.', 'known_hosts');
  if (problems.length > 0 || assigned.problems.length > 0) return refused(assigned.problems);
  if (machines.length === 0) return { ok: false, problems: assigned.notes };
  const name = basename(start.file).replace(/\.[^.]*$/, '') || 'inventory';
  // Only the lab is reached by sockets, so its machines never count as real.
  const source = machines.some(({ socket }) => socket !== undefined) ? 'lab' : 'live';
  return { ok: true, fleet: { name, source, machines, knownHosts }, notes: assigned.notes };
}

function validateTree(tree: Tree, start: Place, addProblem: AddProblem): void {
  if (isFull(tree)) {
    const { hosts, groups } = LIMITS;
    const expected = `at most ${hosts} hosts and ${groups} groups`;
    addProblem(start, expected, 'more', 'an inventory of the machines that the writeups are about');
    return;
  }
  const { circle } = depthsOf(tree);
  if (circle !== undefined)
    addProblem(
      circle.at,
      'groups that do not contain themselves',
      shown(circle.name),
      'it in one place only',
    );
  const example = 'for example `all:`, `children:`, `backend:`, `hosts:`, `vm20:`';
  if (tree.hosts.size === 0) addProblem(start, 'at least one host', 'none', example);
}

/** The hosts that play a role and their jump machines, in the order of the inventory. */
function machinesOf(
  roles: ReadonlyMap<string, string>,
  tree: Tree,
  known: ReadonlyMap<string, HostVariables>,
  addProblem: AddProblem,
): readonly Machine[] {
  const made = new Map<string, Machine | undefined>();
  const waiting = [...roles.keys()];
  for (const name of waiting) {
    const [host, vars] = [tree.hosts.get(name), known.get(name)];
    if (made.has(name) || host === undefined || vars === undefined) continue;
    const one = machine(host, roles.get(name) ?? '', vars, addProblem);
    made.set(name, one);
    if (one?.jump === undefined) continue;
    const at = vars.get('ansible_ssh_common_args')?.node.at ?? host.at;
    const expected = `the jump machine ${one.jump} in this inventory`;
    const write = 'it among the hosts, with its key in the known hosts';
    if (tree.hosts.has(one.jump)) waiting.push(one.jump);
    else addProblem(at, expected, 'no such machine', write);
  }
  return [...tree.hosts.keys()].flatMap((name) => made.get(name) ?? []);
}

/** No two machines may share a place or a name, and no jump may lead in a circle. */
function validateUnique(machines: readonly Machine[], tree: Tree, addProblem: AddProblem): void {
  const byName = new Map(machines.map((one) => [one.name, one]));
  const places = new Map<string, string>();
  const names = new Map<string, string>();
  for (const one of machines) {
    const at = tree.hosts.get(one.name)?.at ?? { file: '', line: 1 };
    const way = one.jump === undefined ? '' : ` behind ${one.jump}`;
    const place = one.local ? 'this very machine' : (one.socket ?? `${one.address}:${one.port}${way}`);
    const same = places.get(place);
    if (same !== undefined)
      addProblem(at, `a place of its own for ${one.name}`, `that of ${same}, ${place}`, 'each machine once');
    places.set(place, one.name);
    // Pinned keys are found by name, ignoring case.
    const twin = names.get(one.name.toLowerCase());
    if (twin !== undefined)
      addProblem(at, `names that differ by more than case`, `${twin} and ${one.name}`, 'another name');
    names.set(one.name.toLowerCase(), one.name);
    const passed = new Set<string>();
    for (let on: Machine | undefined = one; on?.jump !== undefined; on = byName.get(on.jump)) {
      passed.add(on.name);
      if (!passed.has(on.jump)) continue;
      const write = `another jump machine, or \`ansible_ssh_common_args: ""\` at the one that is reached directly`;
      addProblem(at, `a way to ${one.name} that ends`, `a circle through ${on.jump}`, write);
      break;
    }
  }
}

function knownHostsFile(
  machines: readonly Machine[],
  known: ReadonlyMap<string, HostVariables>,
  addProblem: AddProblem,
): string | undefined {
  let chosen: string | undefined;
  for (const { name } of machines) {
    const vars = known.get(name);
    const value = vars && readVariable(vars, 'vantage_known_hosts', fileName, addProblem);
    if (value === undefined) continue;
    const file = absolutePath(value);
    const at = vars?.get('vantage_known_hosts')?.node.at;
    const expected = 'one file of pinned keys for all machines';
    if (chosen !== undefined && chosen !== file && at !== undefined)
      addProblem(at, expected, `${shown(file)} beside ${shown(chosen)}`, 'it in `all: vars:` only');
    chosen ??= file;
  }
  return chosen;
}
