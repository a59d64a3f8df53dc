/** The variables of one host as a machine: each needed one checked, every problem at its line. Which hosts are needed is left to `inventory.ts`. */
import { homedir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Machine } from '../fleet/fleet.ts';
import { kindOf, type Report, shown } from './node.ts';
import { sshArgs } from './sshOptions.ts';
import type { Host, Value } from './tree.ts';
import * as values from './values.ts';
import type { HostVariables } from './variables.ts';

/** They would change how ssh connects, so leaving them out silently would reach something else than Ansible does. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['ansible_ssh_args', 'ansible_ssh_common_args with ProxyJump or ConnectTimeout, or nothing'],
  ['ansible_ssh_extra_args', 'ansible_ssh_common_args with ProxyJump or ConnectTimeout, or nothing'],
  ['ansible_ssh_executable', 'nothing: the OpenSSH client in the PATH is used'],
]);
const PASSWORDS = ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'];
/** Names that Ansible still knows from before, with those that are documented. */
const OLD: ReadonlyMap<string, string> = new Map([
  ['ansible_host', 'ansible_ssh_host'],
  ['ansible_port', 'ansible_ssh_port'],
  ['ansible_user', 'ansible_ssh_user'],
  ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
]);
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['ansible_host', '192.0.2.20'],
  ['ansible_port', '22'],
  ['ansible_user', 'docs'],
  ['ansible_ssh_private_key_file', '~/.ssh/id_ed25519'],
  ['ansible_ssh_common_args', '-o ProxyJump=gateway'],
  ['ansible_connection', 'ssh'],
  ['vantage_gate', 'installed'],
  ['vantage_role', 'backend'],
]);

/** Reads and checks single variables of a host. */
export type Reader = <T>(
  name: string,
  rule: (text: string) => values.Value<T>,
) => { readonly value: T; readonly home: string } | undefined;

/** `role` is empty for a machine that others are only reached through. Nothing when something is wrong, which is reported. */
export function machine(host: Host, role: string, vars: HostVariables, report: Report): Machine | undefined {
  const named = values.machineName(host.name);
  if ('expected' in named) {
    report(host.at, named.expected, shown(host.name), named.write);
    return undefined;
  }
  for (const fault of vars.faults) report(...fault);
  const want = readerOf(vars, report);
  const connection = want('ansible_connection', connectionKind)?.value ?? 'ssh';
  const machineId = want('vantage_machine_id', values.machineId)?.value;
  const identity = machineId === undefined ? {} : { machineId };
  if (connection === 'local') {
    const user = userInfo().username;
    return {
      name: host.name,
      role,
      address: 'localhost',
      port: 22,
      user,
      keyFile: '',
      local: true,
      ...identity,
    };
  }
  for (const [name, instead] of REFUSED) {
    const node = vars.get(name)?.node;
    if (node === undefined || node.kind === 'nothing' || (node.kind === 'text' && node.text.trim() === ''))
      continue;
    report(node.at, `no ${name} for ${host.name}`, 'it', instead);
  }
  const address = hasValue(vars, 'ansible_host')
    ? want('ansible_host', values.address)?.value
    : checked(
        { node: { at: host.at, kind: 'text', text: host.name }, home: '' },
        values.address,
        'ansible_host',
        report,
      );
  const port = want('ansible_port', values.portNumber)?.value ?? 22;
  const user = need(host, vars, 'ansible_user', values.userName, report)?.value;
  const key = need(host, vars, 'ansible_ssh_private_key_file', values.fileName, report);
  const socket = want('vantage_socket', values.fileName);
  const gate = want('vantage_gate', values.gateState)?.value === 'installed';
  const { jump, connectSeconds } = want('ansible_ssh_common_args', sshArgs)?.value ?? {};
  if (address === undefined || user === undefined || key === undefined) return undefined;
  return {
    ...{ name: host.name, role, address, port, user, keyFile: located(key) },
    ...(socket === undefined ? {} : { socket: located(socket) }),
    ...(jump === undefined ? {} : { jump }),
    ...(connectSeconds === undefined ? {} : { connectSeconds }),
    ...(gate ? { gate } : {}),
    ...identity,
  };
}

/** A variable as its rule wants it; nothing when it is not there, or is wrong, which is reported. */
export const readerOf =
  (vars: HostVariables, report: Report): Reader =>
  (name, rule) => {
    const [now, before] = [vars.get(name), vars.get(OLD.get(name) ?? '')];
    if (now?.node.kind === 'text' && before?.node.kind === 'text' && now.node.text !== before.node.text) {
      report(
        before.node.at,
        `${OLD.get(name)} to say the same as ${name}`,
        shown(before.node.text),
        `only ${name}`,
      );
      return undefined;
    }
    const from = now ?? before;
    if (from === undefined || from.node.kind === 'nothing') return undefined;
    const value = checked(from, rule, name, report);
    return value === undefined ? undefined : { value, home: from.home };
  };

function need<T>(
  host: Host,
  vars: HostVariables,
  name: string,
  rule: (text: string) => values.Value<T>,
  report: Report,
) {
  if (hasValue(vars, name)) return readerOf(vars, report)(name, rule);
  const password = name === 'ansible_ssh_private_key_file' && PASSWORDS.some((one) => hasValue(vars, one));
  const found = password
    ? 'a password; only keys are used'
    : vars.encrypted.length > 0
      ? `none in plain text (${vars.encrypted.slice(0, 3).join(', ')} is vault-encrypted and was not read)`
      : 'none';
  report(host.at, `${name} for ${host.name}`, found, `for example \`${name}: ${EXAMPLES.get(name) ?? ''}\``);
  return undefined;
}

const hasValue = (vars: HostVariables, name: string): boolean =>
  [name, OLD.get(name) ?? ''].some((one) => (vars.get(one)?.node.kind ?? 'nothing') !== 'nothing');

function checked<T>(
  { node }: Value,
  rule: (text: string) => values.Value<T>,
  name: string,
  report: Report,
): T | undefined {
  const example = EXAMPLES.get(name);
  const instead = `the value itself${example === undefined ? '' : `, for example \`${name}: ${example}\``}`;
  if (node.kind !== 'text') {
    report(node.at, `${name} as a plain text`, kindOf(node), instead);
    return undefined;
  }
  if (/\{\{|\{%|\{#/.test(node.text)) {
    report(
      node.at,
      `${name} as a plain text`,
      `a Jinja template ${shown(node.text)}`,
      `${instead}; templates are not computed here`,
    );
    return undefined;
  }
  const result = rule(node.text);
  if ('value' in result) return result.value;
  report(node.at, `${name} to be ${result.expected}`, result.found ?? shown(node.text), result.write);
  return undefined;
}

const connectionKind = (text: string): values.Value<'ssh' | 'local'> => {
  if (/^(ansible\.builtin\.)?ssh$|^smart$/.test(text)) return { value: 'ssh' };
  if (/^(ansible\.builtin\.)?local$/.test(text)) return { value: 'local' };
  return { expected: '`ssh` or `local`', write: 'one of these, or another machine for this role' };
};

/** An absolute file name. */
export const located = ({ value, home }: { readonly value: string; readonly home: string }): string =>
  value.startsWith('~/') ? resolve(homedir(), value.slice(2)) : resolve(home, value);
