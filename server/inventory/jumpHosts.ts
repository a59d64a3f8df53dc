/** From the hosts that play a role to all machines of the fleet: each way through jump hosts is followed to machines of the inventory, or to places of their own. */
import type { Machine } from '../fleet/fleet.ts';
import {
  absolutePath,
  type DescribedMachine,
  describeMachine,
  type Fact,
  keyName,
  type Login,
  type MachineContext,
  readVariable,
  sourceText,
} from './hostMachine.ts';
import type { Hop } from './sshOptions.ts';
import type { Tree } from './tree.ts';
import { address, portNumber } from './values.ts';
import type { HostVariables } from './variables.ts';

export type FoundMachine = { readonly machine: Machine; readonly facts: readonly Fact[] };

/** The machines that play a role and those on the way to them, in the order of the inventory. */
export function findMachines(
  roles: ReadonlyMap<string, string>,
  tree: Tree,
  known: ReadonlyMap<string, HostVariables>,
  context: MachineContext,
): readonly FoundMachine[] {
  const { addProblem, identity } = context;
  const made = new Map<string, DescribedMachine | undefined>();
  const ways = new Map<string, readonly string[]>();
  let addresses: ReadonlyMap<string, string> | undefined;
  const places = (): ReadonlyMap<string, string> => (addresses ??= addressesOf(known));

  const describe = (name: string, login: Login = {}): void => {
    const [host, vars] = [tree.hosts.get(name), known.get(name)];
    if (!made.has(name) && host !== undefined && vars !== undefined)
      made.set(name, describeMachine(host, roles.get(name) ?? '', vars, context, login));
  };
  /** The machine of a hop, by name; undefined when there is none, which is reported. */
  const resolve = (hop: Hop, { machine, source }: DescribedMachine): string | undefined => {
    const { port, keyFile } = hop;
    const user = hop.user === '%r' ? machine.user : hop.user;
    const login: Login = {
      from: source,
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
      ...(keyFile === undefined || identity ? {} : { keyFile: absolutePath({ ...source, value: keyFile }) }),
    };
    const known = tree.hosts.has(hop.host) ? hop.host : places().get(`${hop.host} ${port ?? 22}`);
    if (known === machine.name) return known;
    const own = `${hop.host.replaceAll(':', '-')}${port === undefined || port === 22 ? '' : `-${port}`}`;
    const name = known ?? (tree.hosts.has(own) ? `${own}-jump` : own);
    if (known !== undefined) describe(known, login);
    else if (user === undefined || 'expected' in address(hop.host)) {
      const write = `it among the hosts, or \`-o ProxyJump=user@${hop.host}\``;
      addProblem(source.at, `the jump host ${hop.host} in this inventory`, 'no such machine', write);
      return undefined;
    } else if (!made.has(name))
      made.set(name, ownPlace(name, hop.host, { ...login, user }, source, identity));
    const found = made.get(name)?.machine;
    if (found?.local) return undefined;
    for (const one of ['user', 'port', 'keyFile'] as const)
      if (found !== undefined && login[one] !== undefined && login[one] !== found[one])
        addProblem(
          ...([source.at, `one login at the jump host ${name}`] as const),
          `${one === 'keyFile' ? 'the key' : one} ${login[one]} beside ${found[one] || keyName(found)}`,
          `\`-o ProxyJump=${name}\`, with the login at ${name} itself`,
        );
    return name;
  };

  for (const name of roles.keys()) describe(name);
  // A map gives what is added while it is read, too.
  for (const [name, one] of made) {
    if (one === undefined) continue;
    const way = one.hops.flatMap((hop) => resolve(hop, one) ?? []);
    const itself = way.indexOf(name);
    // Group variables set the jump for the jump host as well.
    ways.set(name, itself < 0 ? way : way.slice(0, itself));
  }
  const inOrder = [...new Set([...tree.hosts.keys(), ...made.keys()])];
  return inOrder.flatMap((name): readonly FoundMachine[] => {
    const one = made.get(name);
    if (one === undefined) return [];
    const jumps = ways.get(name) ?? [];
    if (jumps.length === 0) return [one];
    const fact = { name: 'jump', value: jumps.join(', then '), from: sourceText(one.source) };
    return [{ machine: { ...one.machine, jumps }, facts: [...one.facts, fact] }];
  });
}

/** A jump host that the inventory does not have. */
function ownPlace(
  name: string,
  address: string,
  { user, port, keyFile }: Login & { readonly user: string },
  source: DescribedMachine['source'],
  identity: MachineContext['identity'],
): DescribedMachine {
  const key = identity ?? { keyFile: keyFile ?? '' };
  const written = sourceText(source);
  const facts: readonly Fact[] = [
    { name: 'address', value: address, from: written },
    { name: 'port', value: String(port ?? 22), from: port ? written : 'default' },
    { name: 'user', value: user, from: written },
    { name: 'key', value: keyName(key), from: identity ? '--identity' : keyFile ? written : 'default' },
  ];
  return { machine: { name, role: '', address, port: port ?? 22, user, ...key }, facts, hops: [], source };
}

/** Hosts by address and port, the first of each. */
function addressesOf(known: ReadonlyMap<string, HostVariables>): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const ignore = (): void => {};
  for (const [name, vars] of known) {
    const found = readVariable(vars, 'ansible_host', address, ignore)?.value ?? name;
    const place = `${found} ${readVariable(vars, 'ansible_port', portNumber, ignore)?.value ?? 22}`;
    if (!places.has(place)) places.set(place, name);
  }
  return places;
}
