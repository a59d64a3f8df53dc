/** The variables of one host as a machine: each needed one checked, every problem at its line. */
import { homedir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Machine } from '../fleet/fleet.ts';
import { type AddProblem, kindOf, type Node, shown } from './node.ts';
import { sshArgs } from './sshOptions.ts';
import type { Host } from './tree.ts';
import * as values from './values.ts';
import type { HostVariables } from './variables.ts';

/** They change how ssh connects: without them ssh could reach another machine than Ansible does. */
const REFUSED: Readonly<Record<string, string>> = {
  ansible_ssh_args: 'ansible_ssh_common_args with ProxyJump or ConnectTimeout, or nothing',
  ansible_ssh_extra_args: 'ansible_ssh_common_args with ProxyJump or ConnectTimeout, or nothing',
  ansible_ssh_executable: 'nothing: the OpenSSH client in the PATH is used',
};
const PASSWORDS = ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'];
/** Older names that Ansible still reads. */
const OLD: Readonly<Record<string, string>> = {
  ansible_host: 'ansible_ssh_host',
  ansible_port: 'ansible_ssh_port',
  ansible_user: 'ansible_ssh_user',
  ansible_ssh_private_key_file: 'ansible_private_key_file',
};
const EXAMPLES: Readonly<Record<string, string>> = {
  ansible_host: '192.0.2.20',
  ansible_port: '22',
  ansible_user: 'docs',
  ansible_ssh_private_key_file: '~/.ssh/id_ed25519',
  ansible_ssh_common_args: '-o ProxyJump=gateway',
  ansible_connection: 'ssh',
  vantage_gate: 'installed',
  vantage_role: 'backend',
};

type Rule<T> = (text: string) => values.Value<T>;
type Located<T> = { readonly value: T; readonly home: string };

/** `role` is empty for a jump machine. Undefined when something is wrong, which is reported. */
export function machine(
  host: Host,
  role: string,
  vars: HostVariables,
  addProblem: AddProblem,
): Machine | undefined {
  const { name } = host;
  const named = values.machineName(name);
  if ('expected' in named) {
    addProblem(host.at, named.expected, shown(name), named.write);
    return undefined;
  }
  for (const fault of vars.faults) addProblem(...fault);
  const read = <T>(variable: string, rule: Rule<T>) => readVariable(vars, variable, rule, addProblem);
  const machineId = read('vantage_machine_id', values.machineId)?.value;
  const identity = machineId === undefined ? {} : { machineId };
  if (read('ansible_connection', connectionKind)?.value === 'local') {
    const user = userInfo().username;
    return { name, role, address: 'localhost', port: 22, user, keyFile: '', local: true, ...identity };
  }
  for (const [variable, instead] of Object.entries(REFUSED)) {
    const node = vars.get(variable)?.node;
    const isEmpty = node?.kind === 'nothing' || (node?.kind === 'text' && node.text.trim() === '');
    if (node !== undefined && !isEmpty) addProblem(node.at, `no ${variable} for ${name}`, 'it', instead);
  }
  const required = <T>(variable: string, rule: Rule<T>) => {
    if (!hasValue(vars, variable)) reportMissing(host, variable, vars, addProblem);
    return read(variable, rule);
  };
  const address = hasValue(vars, 'ansible_host')
    ? read('ansible_host', values.address)?.value
    : checkText({ at: host.at, kind: 'text', text: name }, values.address, 'ansible_host', addProblem);
  const port = read('ansible_port', values.portNumber)?.value ?? 22;
  const user = required('ansible_user', values.userName)?.value;
  const key = required('ansible_ssh_private_key_file', values.fileName);
  const socket = read('vantage_socket', values.fileName);
  const gate = read('vantage_gate', values.gateState)?.value === 'installed';
  const { jump, connectSeconds } = read('ansible_ssh_common_args', sshArgs)?.value ?? {};
  if (address === undefined || user === undefined || key === undefined) return undefined;
  return {
    ...{ name, role, address, port, user, keyFile: absolutePath(key) },
    ...(socket === undefined ? {} : { socket: absolutePath(socket) }),
    ...(jump === undefined ? {} : { jump }),
    ...(connectSeconds === undefined ? {} : { connectSeconds }),
    ...(gate ? { gate } : {}),
    ...identity,
  };
}

/** A variable that follows its rule; undefined when it is missing, or wrong, which is reported. */
export function readVariable<T>(
  vars: HostVariables,
  name: string,
  rule: Rule<T>,
  addProblem: AddProblem,
): Located<T> | undefined {
  const oldName = OLD[name] ?? '';
  const [now, old] = [vars.get(name), vars.get(oldName)];
  if (now?.node.kind === 'text' && old?.node.kind === 'text' && now.node.text !== old.node.text) {
    addProblem(old.node.at, `${oldName} to say the same as ${name}`, shown(old.node.text), `only ${name}`);
    return undefined;
  }
  const from = now ?? old;
  if (from === undefined || from.node.kind === 'nothing') return undefined;
  const value = checkText(from.node, rule, name, addProblem);
  return value === undefined ? undefined : { value, home: from.home };
}

function reportMissing(host: Host, name: string, vars: HostVariables, addProblem: AddProblem): void {
  const isPassword = name === 'ansible_ssh_private_key_file' && PASSWORDS.some((one) => hasValue(vars, one));
  const encrypted = vars.encrypted.slice(0, 3).join(', ');
  const found = isPassword
    ? 'a password; only keys are used'
    : encrypted === ''
      ? 'none'
      : `none in plain text (${encrypted} is vault-encrypted and was not read)`;
  addProblem(host.at, `${name} for ${host.name}`, found, `for example \`${name}: ${EXAMPLES[name] ?? ''}\``);
}

const hasValue = (vars: HostVariables, name: string): boolean =>
  [name, OLD[name] ?? ''].some((one) => (vars.get(one)?.node.kind ?? 'nothing') !== 'nothing');

function checkText<T>(node: Node, rule: Rule<T>, name: string, addProblem: AddProblem): T | undefined {
  const example = EXAMPLES[name] === undefined ? '' : `, for example \`${name}: ${EXAMPLES[name]}\``;
  const write = `the value itself${example}`;
  if (node.kind !== 'text') {
    addProblem(node.at, `${name} as a plain text`, kindOf(node), write);
    return undefined;
  }
  if (/\{\{|\{%|\{#/.test(node.text)) {
    const found = `a Jinja template ${shown(node.text)}`;
    addProblem(node.at, `${name} as a plain text`, found, `${write}; templates are not computed here`);
    return undefined;
  }
  const result = rule(node.text);
  if ('value' in result) return result.value;
  addProblem(node.at, `${name} to be ${result.expected}`, result.found ?? shown(node.text), result.write);
  return undefined;
}

const connectionKind: Rule<'ssh' | 'local'> = (text) => {
  if (/^(ansible\.builtin\.)?ssh$|^smart$/.test(text)) return { value: 'ssh' };
  if (/^(ansible\.builtin\.)?local$/.test(text)) return { value: 'local' };
  return { expected: '`ssh` or `local`', write: 'one of these, or another machine for this role' };
};

export const absolutePath = ({ value, home }: Located<string>): string =>
  value.startsWith('~/') ? resolve(homedir(), value.slice(2)) : resolve(home, value);
