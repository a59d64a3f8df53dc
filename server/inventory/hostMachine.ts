/** The variables of one host as a machine: each needed one checked, every problem at its line, and what each value came from. */
import { homedir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Machine } from '../fleet/fleet.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { type AddProblem, kindOf, type Node, type Place, shown } from './node.ts';
import { firstWay, type Hop, sshArgs } from './sshOptions.ts';
import { isTemplate } from './templates.ts';
import type { Host } from './tree.ts';
import * as values from './values.ts';
import type { HostVariables } from './variables.ts';

const PASSWORDS = ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'];
/** In Ansible's order: where both are written, the later name counts. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ansible_host: 'ansible_ssh_host',
  ansible_port: 'ansible_ssh_port',
  ansible_user: 'ansible_ssh_user',
  ansible_private_key_file: 'ansible_ssh_private_key_file',
};
/** In the order in which Ansible hands them to ssh, which takes the first value of an option. */
const SSH_ARGS = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];
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
type Located<T> = {
  readonly value: T;
  /** Relative file names start from there. */
  readonly home: string;
  readonly at: Place;
  readonly name: string;
};

/** A value of a machine, with the line that it is from. */
export type Fact = { readonly name: string; readonly value: string; readonly from: string };

/** A machine whose jump hosts are still as they were written. */
export type DescribedMachine = {
  readonly machine: Machine;
  readonly facts: readonly Fact[];
  readonly hops: readonly Hop[];
  readonly source: Omit<Located<unknown>, 'value'>;
};

type Source = DescribedMachine['source'];
export const sourceText = ({ at, name }: Source): string => `${at.file}:${at.line} ${name}`;

/** What a jump says about the machine that it leads through. */
export type Login = Partial<Pick<Machine, 'user' | 'port' | 'keyFile'>> & { readonly from?: Source };

export type MachineContext = {
  readonly addProblem: AddProblem;
  readonly addNote: (at: Place, note: string) => void;
  /** `--identity`, in place of every key of the inventory. */
  readonly identity: Pick<Machine, 'keyFile' | 'agent'> | undefined;
};

/** `role` is empty for a jump machine. Undefined when something is wrong, which is reported. */
export function describeMachine(
  host: Host,
  role: string,
  vars: HostVariables,
  context: MachineContext,
  login: Login = {},
): DescribedMachine | undefined {
  const { addProblem, addNote, identity } = context;
  const { name } = host;
  const named = values.machineName(name);
  if ('expected' in named) {
    addProblem(host.at, named.expected, shown(name), named.write);
    return undefined;
  }
  for (const fault of vars.faults) addProblem(...fault);
  const read = <T>(variable: string, rule: Rule<T>) => readVariable(vars, variable, rule, addProblem);
  const facts: Fact[] = [];
  const addFact = (fact: string, value: string, from: string | Source = 'default'): void => {
    facts.push({ name: fact, value, from: typeof from === 'object' ? sourceText(from) : from });
  };
  const machineId = read('vantage_machine_id', values.machineId)?.value;
  const stated = machineId === undefined ? {} : { machineId };
  const connection = read('ansible_connection', connectionKind);
  const itself: Source = { at: host.at, home: '', name: 'its name' };
  if (connection?.value === 'local') {
    const user = userInfo().username;
    addFact('address', 'this very machine', connection);
    const machine: Machine = { name, role, address: 'localhost', port: 22, user, keyFile: '', local: true };
    return { machine: { ...machine, ...stated }, facts, hops: [], source: itself };
  }
  read('ansible_ssh_executable', sshExecutable);
  const found = read('ansible_host', values.address);
  const address = hasValue(vars, 'ansible_host')
    ? found?.value
    : checkText({ at: host.at, kind: 'text', text: name }, values.address, 'ansible_host', vars, addProblem);
  const port = read('ansible_port', values.portNumber);
  if (login.user === undefined && !hasValue(vars, 'ansible_user')) reportNoUser(host, vars, addProblem);
  const user = read('ansible_user', values.userName);
  const key = identity === undefined ? read('ansible_private_key_file', values.fileName) : undefined;
  const socket = read('vantage_socket', values.fileName);
  const gate = read('vantage_gate', values.gateState)?.value === 'installed';
  const args = SSH_ARGS.flatMap((variable) => read(variable, sshArgs) ?? []);
  for (const { at, name: variable, value } of args)
    if (value.superseded.length > 0)
      addNote(at, `${[...new Set(value.superseded)].join(', ')} in ${variable} ${SUPERSEDED_NOTE}`);
  const userName = login.user ?? user?.value;
  if (address === undefined || userName === undefined) return undefined;

  const chosen = identity ?? { keyFile: login.keyFile ?? (key === undefined ? '' : absolutePath(key)) };
  const password = PASSWORDS.flatMap((variable) => vars.get(variable) ?? [])[0];
  if (
    chosen.keyFile === '' &&
    identity === undefined &&
    password !== undefined &&
    password.node.kind !== 'nothing'
  )
    addNote(password.node.at, `A password is not used here: only keys are. ${PASSWORD_NOTE}`);
  addFact('address', address, found ?? itself);
  addFact('port', String(login.port ?? port?.value ?? 22), login.port ? login.from : port);
  addFact('user', userName, login.user ? login.from : user);
  addFact('key', keyName(chosen), identity ? '--identity' : login.keyFile ? login.from : key);
  if (gate) addFact('gate', 'installed', read('vantage_gate', values.gateState));
  const way = firstWay(args.flatMap(({ value, ...from }) => value.ways.map((one) => ({ ...from, ...one }))));
  const connectSeconds = args.find(({ value }) => value.connectSeconds !== undefined)?.value.connectSeconds;
  const machine: Machine = {
    ...{ name, role, address, port: login.port ?? port?.value ?? 22, user: userName, ...chosen },
    ...(socket === undefined ? {} : { socket: absolutePath(socket) }),
    ...(connectSeconds === undefined ? {} : { connectSeconds }),
    ...(gate ? { gate } : {}),
    ...stated,
  };
  return { machine, facts, hops: way?.hops ?? [], source: way ?? itself };
}

const SUPERSEDED_NOTE =
  'has no effect here. Vantage sets these itself: it trusts only pinned host keys, shares one connection, and asks for nothing';
const PASSWORD_NOTE =
  "Name a key with ansible_ssh_private_key_file or --identity, or make one of this server's default keys";

export const keyName = ({ keyFile, agent }: Pick<Machine, 'keyFile' | 'agent'>): string =>
  agent === undefined ? keyFile || 'the default keys of ssh' : 'the ssh agent';

/** A variable that follows its rule; undefined when it is missing, or wrong, which is reported. */
export function readVariable<T>(
  vars: HostVariables,
  name: string,
  rule: Rule<T>,
  addProblem: AddProblem,
): Located<T> | undefined {
  const [from] = namesOf(name).filter((one) => (vars.get(one)?.node.kind ?? 'nothing') !== 'nothing');
  const found = from === undefined ? undefined : vars.get(from);
  if (from === undefined || found === undefined) return undefined;
  const { node, home } = found;
  const value = checkText(node, rule, from, vars, addProblem);
  return value === undefined ? undefined : { value, home, at: node.at, name: from };
}

/** What counts most comes first. */
const namesOf = (name: string): readonly string[] => [OTHER_NAMES[name] ?? [], name].flat();
const hasValue = (vars: HostVariables, name: string): boolean =>
  namesOf(name).some((one) => (vars.get(one)?.node.kind ?? 'nothing') !== 'nothing');

function reportNoUser(host: Host, vars: HostVariables, addProblem: AddProblem): void {
  const encrypted = vars.encrypted.slice(0, 3).join(', ');
  const found =
    encrypted === '' ? 'none' : `none in plain text (${encrypted} is vault-encrypted and was not read)`;
  addProblem(host.at, `ansible_user for ${host.name}`, found, 'for example `ansible_user: docs`');
}

function checkText<T>(
  node: Node,
  rule: Rule<T>,
  name: string,
  vars: HostVariables,
  addProblem: AddProblem,
): T | undefined {
  const example = EXAMPLES[name] === undefined ? '' : `, for example \`${name}: ${EXAMPLES[name]}\``;
  const write = `the value itself${example}`;
  // `ansible-inventory --list` prints templates and vaults as they are.
  const asAnsible = `${write}; \`ansible ${shellQuote(vars.host)} -i INVENTORY -m debug -a var=${name}\` prints it`;
  if (node.kind !== 'text') {
    const isVault = node.kind === 'vault';
    addProblem(node.at, `${name} as a plain text`, kindOf(node), isVault ? asAnsible : write);
    return undefined;
  }
  const computed = isTemplate(node.text) ? vars.compute(node.text) : { text: node.text };
  if ('fault' in computed) {
    addProblem(
      node.at,
      `${name} as a plain text, or of variables of this inventory`,
      computed.fault,
      asAnsible,
    );
    return undefined;
  }
  const result = rule(computed.text);
  if ('value' in result) return result.value;
  addProblem(node.at, `${name} to be ${result.expected}`, result.found ?? shown(computed.text), result.write);
  return undefined;
}

const connectionKind: Rule<'ssh' | 'local'> = (text) => {
  if (/^(ansible\.builtin\.)?ssh$|^smart$/.test(text)) return { value: 'ssh' };
  if (/^(ansible\.builtin\.)?local$/.test(text)) return { value: 'local' };
  return { expected: '`ssh` or `local`', write: 'one of these, or another machine for this role' };
};

const sshExecutable: Rule<true> = (text) =>
  /^(\/usr\/bin\/)?(ssh)?$/.test(text.trim())
    ? { value: true }
    : { expected: '`ssh`', write: 'nothing: the OpenSSH client in the PATH is used' };

export const absolutePath = ({ value, home }: Pick<Located<string>, 'value' | 'home'>): string =>
  value.startsWith('~/') ? resolve(homedir(), value.slice(2)) : resolve(home, value);
