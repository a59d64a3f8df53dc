/** Ansible inventories as a fleet: the hosts that play a role, and their jump machines. Other hosts are not checked. Never throws, whatever the files hold. */
import { basename, join } from 'node:path';
import { type Disk, realDisk } from '../files/boundedFiles.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { absolutePath, type Fact, type MachineContext, readVariable } from './hostMachine.ts';
import { identityOf } from './keyFile.ts';
import { findMachines } from './jumpHosts.ts';
import { type AddProblem, type Place, shown } from './node.ts';
import { readRoleFile, assignRoles, type RoleMap } from './roles.ts';
import { readSource, sourceOf } from './sources.ts';
import { depthsOf, emptyTree, isFull, LIMITS, NEEDED, type Tree } from './tree.ts';
import { roleName, fileName } from './values.ts';
import { createVariables, type HostVariables } from './variables.ts';

export type Inventory =
  | {
      readonly ok: true;
      readonly fleet: Fleet;
      /** By machine: each value, and the line that it is from. */
      readonly facts: ReadonlyMap<string, readonly Fact[]>;
      /** For the operator: what is written and has no effect here. */
      readonly notes: readonly string[];
      /** Roles that no machine plays, each with what to write. The other machines can be used. */
      readonly unplayed: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

export type Wanted = {
  readonly roles: readonly string[];
  /** Those of which a check takes every machine; the others are played by one. */
  readonly every?: ReadonlySet<string>;
  /** From `--roles`; wins over `vantage.yaml`. */
  readonly map: RoleMap;
  /** `--identity`: the file of the key for every machine, or `agent`. */
  readonly identity?: string | undefined;
};

/** A variable of a variable of a variable …: each asks for another reading. */
const READINGS_LIMIT = 8;

/** Reads the inventories in the order of their names, and collects every problem. */
export function readInventories(names: readonly string[], wanted: Wanted, disk: Disk = realDisk): Inventory {
  const identity = identityOf(wanted.identity, process.env);
  if (identity !== undefined && 'fault' in identity) return { ok: false, problems: [identity.fault] };
  const needed = new Set(NEEDED);
  for (let reading = 1; ; reading += 1) {
    const asked = new Set<string>();
    const read = readOnce(names, wanted, disk, { identity, needed, onAsked: (name) => asked.add(name) });
    const more = [...asked].filter((name) => !needed.has(name));
    if (more.length === 0 || reading === READINGS_LIMIT) return read;
    for (const name of more) needed.add(name);
  }
}

type Reading = {
  readonly identity: MachineContext['identity'];
  readonly needed: ReadonlySet<string>;
  readonly onAsked: (name: string) => void;
};

function readOnce(
  names: readonly string[],
  wanted: Wanted,
  disk: Disk,
  { identity, needed, onAsked }: Reading,
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
  const tree = emptyTree(needed);
  for (const { home, files } of sources)
    for (const file of files) readSource(file, disk, { tree, home, addProblem });
  const start = { file: sources[0]?.files[0] ?? names[0] ?? 'inventory', line: 1 };
  if (problems.length === 0) validateTree(tree, start, addProblem);
  if (problems.length > 0) return refused();

  const roleMap = new Map(wanted.map);
  for (const home of new Set(sources.map((source) => source.home)))
    for (const [role, target] of readRoleFile(home, disk, addProblem))
      if (!roleMap.has(role)) roleMap.set(role, target);
  const variables = createVariables(tree, sources, disk, onAsked);
  const known = new Map([...tree.hosts.values()].map((host) => [host.name, variables(host)]));
  const candidates = [...known].map(([name, vars]) => ({
    name,
    given: readVariable(vars, 'vantage_role', roleName, addProblem)?.value,
    groups: vars.groups,
  }));
  const assigned = assignRoles(wanted.roles, roleMap, candidates, wanted.every ?? new Set());
  const notes: string[] = [];
  const addNote: MachineContext['addNote'] = (at, note) => {
    const whole = `${at.file}:${at.line}: ${note}.`;
    if (!notes.includes(whole)) notes.push(whole);
  };
  const found = findMachines(assigned.roles, tree, known, { addProblem, addNote, identity });
  const machines = found.map(({ machine }) => machine);
  validateUnique(machines, tree, start, addProblem);
  const knownHosts =
    knownHostsFile(machines, known, addProblem) ?? join(sources[0]?.home ?? '.', 'known_hosts');
  if (problems.length > 0 || assigned.problems.length > 0) return refused(assigned.problems);
  if (machines.length === 0) return { ok: false, problems: [...assigned.unplayed, ...assigned.notes] };
  const name = basename(start.file).replace(/\.[^.]*$/, '') || 'inventory';
  // Only the lab is reached by sockets, so its machines never count as real.
  const source = machines.some(({ socket }) => socket !== undefined) ? 'lab' : 'live';
  const facts = found.map(({ machine, facts: own }) => {
    const why = assigned.reasons.get(machine.role);
    const host = { name: 'host', value: machine.name, from: why ?? '' };
    return [machine.name, why === undefined ? own : [host, ...own]] as const;
  });
  return {
    ...{ ok: true, fleet: { name, source, machines, knownHosts }, facts: new Map(facts) },
    ...{ notes: [...notes, ...assigned.notes], unplayed: assigned.unplayed },
  };
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

/** No two machines may share a place or a name, and no jump may lead in a circle. */
function validateUnique(machines: readonly Machine[], tree: Tree, start: Place, addProblem: AddProblem) {
  const byName = new Map(machines.map((one) => [one.name, one]));
  const places = new Map<string, string>();
  const names = new Map<string, string>();
  for (const one of machines) {
    const at = tree.hosts.get(one.name)?.at ?? start;
    const way = one.jumps === undefined ? '' : ` behind ${one.jumps.join(', ')}`;
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
    const twice = one.jumps?.find((jump, i, all) => all.indexOf(jump) < i);
    if (twice !== undefined)
      addProblem(at, `each jump host of ${one.name} once`, `${twice} twice`, 'it in one place only');
    const passed = new Set<string>();
    // Of several jump hosts only the first one is reached on a way of its own.
    for (let on: Machine | undefined = one; on?.jumps?.[0] !== undefined; on = byName.get(on.jumps[0])) {
      passed.add(on.name);
      if (!passed.has(on.jumps[0])) continue;
      const write = `another jump host, or \`ansible_ssh_common_args: ""\` at the one that is reached directly`;
      addProblem(at, `a way to ${one.name} that ends`, `a circle through ${on.jumps[0]}`, write);
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
