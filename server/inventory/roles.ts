/** Assigns each role a host, or several where a check takes every one: by `--roles`, else `vantage.yaml` beside the inventory, else by `vantage_role`, else a group of that name, else a host of that name. */
import { basename, join } from 'node:path';
import { MOST_MEMBERS } from '../../src/core/check/members.ts';
import { shown, type AddProblem, entriesOf, kindOf } from './node.ts';
import type { Disk } from '../files/boundedFiles.ts';
import { roleName } from './values.ts';
import { settingNames } from '../settings/settings.ts';
import { yamlNode } from './yaml.ts';

type RoleTarget = {
  /** A host or a group. */
  readonly target: string;
  readonly from: string;
};
export type RoleMap = ReadonlyMap<string, RoleTarget>;

type Candidate = {
  readonly name: string;
  readonly given: string | undefined;
  readonly groups: readonly string[];
};

const LISTED = 6;
const listed = (names: readonly string[]): string =>
  `${names.slice(0, LISTED).map(plainly).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}`;
const plainly = (name: string): string => (/^[\w.-]{1,60}$/.test(name) ? name : shown(name));

/** `every`: the roles of which a check takes every machine. */
export function assignRoles(
  roles: readonly string[],
  map: RoleMap,
  hosts: readonly Candidate[],
  every: ReadonlySet<string>,
) {
  const assigned = new Map<string, string>();
  const reasons = new Map<string, string>();
  /** Roles without a machine: their checks cannot run, others can. */
  const unplayed: string[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  const all = hosts.map(({ name }) => name);
  const inGroup = (group: string): readonly Candidate[] =>
    hosts.filter(({ groups }) => groups.includes(group));
  const sentence = (role: string): string =>
    `Write \`vantage_role: ${role}\` at one host of the inventory, \`${role}: HOST\` below \`roles:\` in vantage.yaml beside it, or \`--roles ${role}=HOST\`.`;

  /** Why so many cannot play the role; empty when they can. */
  const tooMany = (role: string, { length }: readonly string[]): string => {
    if (length < 2 || (every.has(role) && length <= MOST_MEMBERS)) return '';
    return every.has(role)
      ? `A check takes at most ${MOST_MEMBERS} machines of a role, found ${length}`
      : `One has to play it, or a check of the writeups has to take every one (\`every: ${role}\`)`;
  };
  const mapped = (role: string, { target, from }: RoleTarget): readonly string[] => {
    if (all.includes(target)) return [target];
    const members = inGroup(target).map(({ name }) => name);
    const why = tooMany(role, members);
    if (members.length > 0 && why === '') return members;
    problems.push(
      members.length === 0
        ? `${from}: expected ${role} to be a host or a group of the inventory, found ${shown(target)}, which is neither; write one of ${listed(all)}`
        : `${from}: expected ${role} to be one host, found the group ${shown(target)} with ${members.length}; write one of ${listed(members)}. ${why}.`,
    );
    return [];
  };
  const found = (role: string): readonly string[] => {
    const given = hosts.filter((host) => host.given === role);
    const free = inGroup(role).filter((host) => host.given === undefined);
    const named = hosts.filter((host) => host.name === role && host.given === undefined);
    const fitting = (given.length > 0 ? given : free.length > 0 ? free : named).map(({ name }) => name);
    reasons.set(
      role,
      given.length > 0 ? 'its vantage_role' : free.length > 0 ? `the group ${role}` : 'its name',
    );
    const why = tooMany(role, fitting);
    if (fitting.length > 0 && why === '') return fitting;
    unplayed.push(
      fitting.length === 0
        ? `No machine plays the role ${role}, so its steps cannot run. The inventory has ${listed(all)}. ${sentence(role)}`
        : `Several machines fit the role ${role}: ${listed(fitting)}. ${why}, so its steps cannot run. ${sentence(role)}`,
    );
    return [];
  };

  for (const role of roles) {
    const target = map.get(role);
    const playing = target === undefined ? found(role) : mapped(role, target);
    if (target !== undefined) reasons.set(role, target.from);
    if (playing.length > 1)
      notes.push(
        `The role ${role} is played by ${listed(playing)}; a check without \`every: ${role}\` asks the first of them.`,
      );
    for (const host of playing) {
      const other = assigned.get(host);
      if (other === undefined) assigned.set(host, role);
      else
        problems.push(
          `${target?.from ?? 'The inventory'}: expected a machine for ${role}, found ${plainly(host)}, which plays ${other} already; a machine plays one role, so name another one`,
        );
    }
  }
  const known = `the roles are ${roles.join(', ')}`;
  for (const [role, { from }] of map)
    if (!roles.includes(role))
      problems.push(`${from}: expected a role of the writeups, found ${shown(role)}; ${known}`);
  const unknown = new Set(
    hosts.flatMap(({ given }) => (given === undefined || roles.includes(given) ? [] : [given])),
  );
  for (const given of [...unknown].slice(0, LISTED))
    notes.push(`The inventory gives the role ${shown(given)}, which no writeup asks for; ${known}.`);
  return { roles: assigned, reasons, unplayed, notes, problems };
}

const ROLE_FILE = 'vantage.yaml';
const isSetting = (key: string): boolean => key !== 'roles' && settingNames.some((name) => name === key);
const LIMIT_BYTES = 64 * 1024;

/** The values of `--roles`, each `role=hostOrGroup` or several with commas. A fault is a sentence for the operator. */
export function readRoleFlags(
  flags: readonly string[],
): { readonly map: RoleMap } | { readonly fault: string } {
  const map = new Map<string, RoleTarget>();
  for (const part of flags.flatMap((flag) => flag.split(','))) {
    const [, role = '', target = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    if ('expected' in roleName(role) || target === '')
      return {
        fault: `--roles: expected role=host or role=group, found ${shown(part)}; write for example --roles backend=vm20`,
      };
    if (map.has(role))
      return { fault: `--roles: expected ${role} once, found it twice; write one host or group for it` };
    map.set(role, { target, from: '--roles' });
  }
  return { map };
}

/** Reads `vantage.yaml` in a folder; an empty mapping when there is none. */
export function readRoleFile(folder: string, disk: Disk, addProblem: AddProblem): RoleMap {
  const file = join(folder, ROLE_FILE);
  const map = new Map<string, RoleTarget>();
  if (disk.look(file) === 'nothing') return map;
  const read = disk.read(file, LIMIT_BYTES);
  if ('fault' in read) {
    addProblem({ file, line: 1 }, `at most ${LIMIT_BYTES} bytes of UTF-8`, read.fault, 'a plain text file');
    return map;
  }
  const root = yamlNode(read.text, file, addProblem);
  if (root === undefined) return map;
  for (const { key, at, value } of entriesOf(root, basename(file), addProblem)) {
    // The operator may keep the server's settings and its inventory in one folder.
    if (isSetting(key)) continue;
    if (key !== 'roles')
      addProblem(at, '`roles:` only', shown(key), '`roles:` with one `role: host` on each line below');
    else
      for (const { key: role, at, value: host } of entriesOf(value, '`roles:`', addProblem)) {
        const name = roleName(role);
        if ('expected' in name) addProblem(at, name.expected, shown(role), name.write);
        else if (host.kind === 'text') map.set(role, { target: host.text, from: `${file}:${at.line}` });
        else addProblem(at, `a host or a group for ${role}`, kindOf(host), `\`${role}: vm20\``);
      }
  }
  return map;
}
