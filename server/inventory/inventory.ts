/**
 * Ansible inventories as a fleet: the hosts that play a role, and those that they are reached through. All other hosts may be as they
 * like. Never throws, whatever the files hold. Reading them is left to `sources.ts`, single values to `machine.ts`.
 */
import { basename, join } from 'node:path';
import { type Disk, realDisk } from '../files/boundedFiles.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { located, machine, readerOf } from './hostMachine.ts';
import { type Place, type Report, shown } from './node.ts';
import { readRoleFile } from './roleMap.ts';
import { cast, type RoleMap } from './roles.ts';
import { readSource, sourceOf } from './sources.ts';
import { depthsOf, emptyTree, isFull, LIMITS, type Tree } from './tree.ts';
import { roleName, fileName } from './values.ts';
import { createVariables, type HostVariables } from './variables.ts';

export type Inventory =
  | {
      readonly ok: true;
      readonly fleet: Fleet;
      /** What does not keep the other machines from being used: roles that nobody plays. For the operator. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

export type Wanted = {
  /** Every role that a writeup names. */
  readonly roles: readonly string[];
  /** What `--roles` says; it goes before `vantage.yaml`. */
  readonly map: RoleMap;
};

/** Reads the inventories in the order in which they were named, and collects every problem there is. */
export function readInventories(names: readonly string[], wanted: Wanted, disk: Disk = realDisk): Inventory {
  const problems: { readonly at: Place; readonly message: string }[] = [];
  const report: Report = (at, expected, found, write) => {
    const message = `${at.file}:${at.line}: expected ${expected}, found ${found}; write ${write}`;
    if (!problems.some((one) => one.message === message)) problems.push({ at, message });
  };
  const refused = (more: readonly string[] = []): Inventory => {
    const inOrder = problems.sort((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line : 0));
    return { ok: false, problems: [...inOrder.map(({ message }) => message), ...more] };
  };
  const sources = names.map((name) => sourceOf(name, disk));
  const tree = emptyTree();
  for (const { home, files } of sources) for (const file of files) readSource(file, home, tree, disk, report);
  const start = { file: sources[0]?.files[0] ?? names[0] ?? 'inventory', line: 1 };
  if (problems.length === 0) whole(tree, start, report);
  if (problems.length > 0) return refused();

  const roleMap = new Map(wanted.map);
  for (const home of new Set(sources.map((source) => source.home)))
    for (const [role, target] of readRoleFile(home, disk, report))
      if (!roleMap.has(role)) roleMap.set(role, target);
  const variables = createVariables(tree, sources, disk);
  const known = new Map([...tree.hosts.values()].map((host) => [host.name, variables(host)]));
  const candidates = [...known].map(([name, vars]) => ({
    name,
    given: givenRole(vars, report),
    groups: vars.groups,
  }));
  const casting = cast(wanted.roles, roleMap, candidates);
  const machines = machinesOf(casting.parts, tree, known, report);
  together(machines, tree, report);
  const knownHosts = pinned(machines, known, report) ?? join(sources[0]?.home ?? '.', 'known_hosts');
  if (problems.length > 0 || casting.problems.length > 0) return refused(casting.problems);
  if (machines.length === 0) return { ok: false, problems: casting.notes };
  const name = basename(start.file).replace(/\.[^.]*$/, '') || 'inventory';
  // Only the lab is reached by sockets: its machines are never called real, whoever names its inventory.
  const source = machines.some(({ socket }) => socket !== undefined) ? 'lab' : 'live';
  return { ok: true, fleet: { name, source, machines, knownHosts }, notes: casting.notes };
}

/** What has to hold of the tree before anything is looked up in it. */
function whole(tree: Tree, start: Place, report: Report): void {
  if (isFull(tree)) {
    const { hosts, groups } = LIMITS;
    report(
      start,
      `at most ${hosts} hosts and ${groups} groups`,
      'more',
      'an inventory of the machines that the writeups are about',
    );
    return;
  }
  const { circle } = depthsOf(tree);
  if (circle !== undefined)
    report(circle.at, 'groups that do not contain themselves', shown(circle.name), 'it in one place only');
  if (tree.hosts.size === 0)
    report(
      start,
      'at least one host',
      'none',
      'for example `all:`, `children:`, `backend:`, `hosts:`, `vm20:`',
    );
}

const givenRole = (vars: HostVariables, report: Report): string | undefined =>
  readerOf(vars, report)('vantage_role', roleName)?.value;

/** The hosts that play a role, and the ways to them, in the order of the inventory. */
function machinesOf(
  parts: ReadonlyMap<string, string>,
  tree: Tree,
  known: ReadonlyMap<string, HostVariables>,
  report: Report,
): readonly Machine[] {
  const made = new Map<string, Machine | undefined>();
  const waiting = [...parts.keys()];
  for (const name of waiting) {
    const [host, vars] = [tree.hosts.get(name), known.get(name)];
    if (made.has(name) || host === undefined || vars === undefined) continue;
    const one = machine(host, parts.get(name) ?? '', vars, report);
    made.set(name, one);
    if (one?.jump === undefined) continue;
    if (tree.hosts.has(one.jump)) waiting.push(one.jump);
    else
      report(
        vars.get('ansible_ssh_common_args')?.node.at ?? host.at,
        `the jump machine ${one.jump} in this inventory`,
        'no such machine',
        'it among the hosts, with its key in the known hosts',
      );
  }
  return [...tree.hosts.keys()].flatMap((name) => made.get(name) ?? []);
}

/** What can only be seen of all machines at once. */
function together(machines: readonly Machine[], tree: Tree, report: Report): void {
  const byName = new Map(machines.map((one) => [one.name, one]));
  const places = new Map<string, string>();
  const names = new Map<string, string>();
  for (const one of machines) {
    const at = tree.hosts.get(one.name)?.at ?? { file: '', line: 1 };
    const way = one.jump === undefined ? '' : ` behind ${one.jump}`;
    const place = one.local ? 'this very machine' : (one.socket ?? `${one.address}:${one.port}${way}`);
    const same = places.get(place);
    if (same !== undefined)
      report(at, `a place of its own for ${one.name}`, `that of ${same}, ${place}`, 'each machine once');
    places.set(place, one.name);
    // Pinned keys are found by the name without regard to its case.
    const twin = names.get(one.name.toLowerCase());
    if (twin !== undefined)
      report(at, `names that differ by more than case`, `${twin} and ${one.name}`, 'another name');
    names.set(one.name.toLowerCase(), one.name);
    const passed = new Set<string>();
    for (let on: Machine | undefined = one; on?.jump !== undefined; on = byName.get(on.jump)) {
      passed.add(on.name);
      if (!passed.has(on.jump)) continue;
      report(
        at,
        `a way to ${one.name} that ends`,
        `a circle through ${on.jump}`,
        `another jump machine, or \`ansible_ssh_common_args: ""\` at the one that is reached directly`,
      );
      break;
    }
  }
}

/** The file of pinned keys, which is one for the whole fleet. */
function pinned(
  machines: readonly Machine[],
  known: ReadonlyMap<string, HostVariables>,
  report: Report,
): string | undefined {
  let chosen: string | undefined;
  for (const { name } of machines) {
    const vars = known.get(name);
    const value = vars === undefined ? undefined : readerOf(vars, report)('vantage_known_hosts', fileName);
    if (value === undefined) continue;
    const file = located(value);
    const at = vars?.get('vantage_known_hosts')?.node.at;
    if (chosen !== undefined && chosen !== file && at !== undefined)
      report(
        at,
        'one file of pinned keys for all machines',
        `${shown(file)} beside ${shown(chosen)}`,
        'it in `all: vars:` only',
      );
    chosen ??= file;
  }
  return chosen;
}
