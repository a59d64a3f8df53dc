/** Roles for a writeup that begins with an inventory: one for each group, played by its first machine that plays no other. */
import { realDisk } from '../files/boundedFiles.ts';
import { type AddProblem, shown } from './node.ts';
import { readSource, sourceOf } from './sources.ts';
import { emptyTree } from './tree.ts';
import { machineName, roleName } from './values.ts';

export type GroupRole = { readonly role: string; readonly host: string };
type Found =
  | { readonly ok: true; readonly roles: readonly GroupRole[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

export function groupRoles(file: string): Found {
  const problems: string[] = [];
  const notes: string[] = [];
  const addProblem: AddProblem = (at, expected, found, write) =>
    void problems.push(`${at.file}:${at.line}: expected ${expected}, found ${found}; write ${write}`);
  const tree = emptyTree();
  const { home, files } = sourceOf(file, realDisk);
  for (const one of files) readSource(one, realDisk, { tree, home, addProblem });
  const roles = new Map<string, string>();
  for (const { name, at, hosts } of tree.groups.values()) {
    if (name === 'all' || name === 'ungrouped' || hosts.size === 0) continue;
    // Ansible wants `_` in a group, and a role has `-`.
    const role = name.toLowerCase().replaceAll('_', '-');
    if ('expected' in roleName(role) || roles.has(role)) {
      addProblem(
        at,
        'a group whose name can be a role',
        shown(name),
        'lower-case letters, digits and `_`, and each once',
      );
      continue;
    }
    const host = [...hosts].find((one) => ![...roles.values()].includes(one));
    const named = machineName(host ?? 'none');
    if ('expected' in named) addProblem(at, named.expected, shown(host ?? ''), named.write);
    if (host === undefined) notes.push(`The group ${name} is no role: all its machines play others.`);
    else roles.set(role, host);
    if (host !== undefined && hosts.size > 1)
      notes.push(`${host} plays the role ${role}; the group ${name} has ${hosts.size} machines.`);
  }
  if (problems.length === 0 && roles.size === 0)
    addProblem(
      { file, line: 1 },
      'a group with a machine',
      'none',
      'for example `[web]` and a line `web01` below it',
    );
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, roles: [...roles].map(([role, host]) => ({ role, host })), notes };
}
