/**
 * An Ansible YAML inventory as a fleet: variables inherited, each needed one checked, every problem at its line. Pure but for the home
 * directory's name. Reading the file is left to the caller, the YAML to `groups.ts`, the single values to `values.ts`.
 */
import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { Fleet, Machine } from './fleet.ts';
import { type Group, type Host, type Located, type Report, readTree, shown, type Tree } from './groups.ts';
import * as values from './values.ts';

export type Inventory =
  { readonly ok: true; readonly fleet: Fleet } | { readonly ok: false; readonly problems: readonly string[] };

/** They would change how ssh connects, so leaving them out silently would reach something else than Ansible does. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['ansible_ssh_host', 'ansible_host'],
  ['ansible_ssh_port', 'ansible_port'],
  ['ansible_ssh_user', 'ansible_user'],
  ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  ['ansible_ssh_args', 'ansible_ssh_common_args with a jump machine, or nothing'],
  ['ansible_ssh_extra_args', 'ansible_ssh_common_args with a jump machine, or nothing'],
  ['ansible_ssh_executable', 'nothing: the OpenSSH client in the PATH is used'],
  ['ansible_password', 'ansible_ssh_private_key_file: only keys are used'],
  ['ansible_ssh_pass', 'ansible_ssh_private_key_file: only keys are used'],
]);

/** Reads the text of an inventory; `file` is its name, for messages and for paths relative to it. Collects every problem there is. */
export function readInventory(text: string, file: string): Inventory {
  const problems: { line: number; say: string }[] = [];
  const report: Report = (line, expected, found, write) => {
    problems.push({ line, say: `${file}:${line}: expected ${expected}, found ${found}; write ${write}` });
  };
  const tree = readTree(text, report);
  const home = dirname(resolve(file));
  const pinned = variable(tree, undefined, 'vantage_known_hosts', report);
  const knownHosts = check(pinned, values.fileName, 'vantage_known_hosts', report) ?? 'known_hosts';
  const found = [...tree.hosts.values()].map((host) => ({
    host,
    machine: machine(tree, host, home, report),
  }));
  if (found.length === 0 && problems.length === 0) {
    report(
      1,
      'at least one machine below `hosts:`',
      'none',
      'for example `all:`, `children:`, `backend:`, `hosts:`, `vm20:`',
    );
  }
  const machines = found.flatMap((one) => (one.machine === undefined ? [] : [one.machine]));
  together(machines, tree, report);
  if (problems.length > 0) {
    return { ok: false, problems: problems.sort((a, b) => a.line - b.line).map(({ say }) => say) };
  }
  const name = basename(file).replace(/\.[^.]*$/, '') || 'inventory';
  // Only the lab is reached by sockets: its machines are never called real, whoever names its inventory.
  const provenance = machines.some(({ socket }) => socket !== undefined) ? 'lab' : 'live';
  return { ok: true, fleet: { name, provenance, machines, knownHosts: located(knownHosts, home) } };
}

function machine(tree: Tree, host: Host, home: string, report: Report): Machine | undefined {
  const get = (name: string): Located | undefined => variable(tree, host, name, report);
  const want = <T>(name: string, rule: (text: string) => values.Value<T>): T | undefined =>
    check(get(name), rule, name, report);
  const need = <T>(name: string, rule: (text: string) => values.Value<T>, example: string): T | undefined => {
    if (get(name) === undefined)
      report(host.line, `${name} for ${host.name}`, 'none', `for example \`${name}: ${example}\``);
    return want(name, rule);
  };
  for (const [name, instead] of REFUSED) {
    const refused = get(name);
    if (refused !== undefined) report(refused.line, `no ${name}`, 'it', instead);
  }
  const connection = get('ansible_connection');
  if (connection !== undefined && connection.text !== 'ssh') {
    report(connection.line, 'ansible_connection `ssh`', shown(connection.text), '`ssh`, or leave it out');
  }
  const role = want('vantage_role', values.groupName) ?? innermost(host, get('vantage_role'), report);
  const given = want('ansible_host', values.address);
  const own =
    get('ansible_host') === undefined
      ? check({ text: host.name, line: host.line }, values.address, 'ansible_host', report)
      : given;
  const port = want('ansible_port', values.portNumber) ?? 22;
  const user = need('ansible_user', values.userName, 'autobot');
  const keyFile = need('ansible_ssh_private_key_file', values.fileName, '~/.ssh/id_ed25519');
  const socket = want('vantage_socket', values.fileName);
  const jump = want('ansible_ssh_common_args', values.commonArgs);
  const machineId = want('vantage_machine_id', values.machineId);
  if (own === undefined || user === undefined || keyFile === undefined || role === undefined)
    return undefined;
  return {
    name: host.name,
    role,
    address: own,
    port,
    user,
    keyFile: located(keyFile, home),
    ...(socket === undefined ? {} : { socket: located(socket, home) }),
    ...(jump === undefined ? {} : { jump }),
    ...(machineId === undefined ? {} : { machineId }),
  };
}

/** The value that counts: the machine's own, else the innermost group's, else that of `all`. Groups that disagree are a problem. */
function variable(tree: Tree, host: Host | undefined, name: string, report: Report): Located | undefined {
  const own = host?.vars.get(name);
  if (own !== undefined || host === undefined) return own ?? tree.all.get(name);
  const holders = host.groups.filter(({ vars }) => vars.has(name));
  const depth = Math.max(0, ...holders.map((group) => group.depth));
  const [first, other] = holders.filter((group) => group.depth === depth).map(({ vars }) => vars.get(name));
  if (first !== undefined && other !== undefined && first.text !== other.text) {
    report(
      other.line,
      `one ${name} for ${host.name}`,
      `another one in line ${first.line}`,
      `${name} at the machine itself`,
    );
  }
  return first ?? tree.all.get(name);
}

function check<T>(
  from: Located | undefined,
  rule: (text: string) => values.Value<T>,
  name: string,
  report: Report,
): T | undefined {
  if (from === undefined) return undefined;
  if (/\{\{|\{%/.test(from.text)) {
    report(
      from.line,
      `${name} as a plain value`,
      `a Jinja template ${shown(from.text)}`,
      'the value out: templates are not computed here',
    );
    return undefined;
  }
  const result = rule(from.text);
  if ('value' in result) return result.value;
  const found = from.text.startsWith('\0') ? from.text.slice(1) : shown(from.text);
  report(from.line, `${name} to be ${result.expected}`, found, result.write);
  return undefined;
}

function innermost(host: Host, given: Located | undefined, report: Report): string | undefined {
  if (given !== undefined) return undefined;
  const depth = Math.max(0, ...host.groups.map((group: Group) => group.depth));
  const [role, other] = host.groups.filter((group) => group.depth === depth).map(({ name }) => name);
  if (role !== undefined && other === undefined) return role;
  const found = role === undefined ? 'no group around it' : `several: ${role}, ${other}`;
  report(
    host.line,
    `one innermost group around ${host.name}, as its role`,
    found,
    '`vantage_role: backend` at the machine, for example',
  );
  return undefined;
}

/** What can only be seen of all machines at once. */
function together(machines: readonly Machine[], tree: Tree, report: Report): void {
  const byName = new Map(machines.map((one) => [one.name, one]));
  const byPlace = new Map<string, string>();
  for (const one of machines) {
    const line = tree.hosts.get(one.name)?.line ?? 1;
    const place =
      one.socket ?? `${one.address}:${one.port}${one.jump === undefined ? '' : ` behind ${one.jump}`}`;
    const same = byPlace.get(place);
    if (same !== undefined)
      report(line, `a place of its own for ${one.name}`, `that of ${same}, ${place}`, 'each machine once');
    byPlace.set(place, one.name);
    const passed = new Set<string>();
    for (let at: Machine | undefined = one; at?.jump !== undefined; at = byName.get(at.jump)) {
      passed.add(at.name);
      if (passed.has(at.jump))
        report(line, `a way to ${one.name} that ends`, `a circle through ${at.jump}`, 'another jump machine');
      else if (byName.has(at.jump)) continue;
      else if (at === one && !tree.hosts.has(at.jump)) {
        report(
          line,
          `the jump machine ${at.jump} in this inventory`,
          'no such machine',
          'it among the hosts, with its key in the known hosts',
        );
      }
      break;
    }
  }
}

const located = (file: string, home: string): string =>
  file.startsWith('~/') ? resolve(homedir(), file.slice(2)) : resolve(home, file);
