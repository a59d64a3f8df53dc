/** The mapping of roles to hosts or groups: `--roles backend=vm20`, or `vantage.yaml` beside the inventory. */
import { basename, join } from 'node:path';
import type { Disk } from '../files/boundedFiles.ts';
import { type AddProblem, entriesOf, kindOf, shown } from './node.ts';
import type { RoleMap, RoleTarget } from './roles.ts';
import { roleName } from './values.ts';
import { settingNames } from '../settings/settings.ts';
import { yamlNode } from './yaml.ts';

export const ROLE_FILE = 'vantage.yaml';
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
