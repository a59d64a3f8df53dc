/** The network of a lab before any condition: its namespaces, links and switches. */
import { type PathOf, type PlacedCommand, placed, runCommands, scripts } from './commands.ts';
import { type LabDescription, namespacesOf, serverNamespace } from './description/description.ts';
import { newNetwork, ownNetwork } from './namespaces.ts';

/** A new namespace copies settings of the host, so these are set; IPv6 configures nothing by itself. */
const neutral = [
  'ip link set lo up',
  `sysctl -qw ${both('ipv4', 'forwarding=0', 'rp_filter=0')}`,
  // Lets every group ping without a privilege: the machines' programs carry none.
  `sysctl -qw 'net.ipv4.ping_group_range=0 65535'`,
  { try: 'sysctl -qw net.bridge.bridge-nf-call-iptables=0' },
  {
    try: `sysctl -qw ${both('ipv6', 'accept_ra=0', 'dad_transmits=0', 'autoconf=0', 'addr_gen_mode=1', 'use_tempaddr=0')}`,
  },
];

function both(family: 'ipv4' | 'ipv6', ...settings: readonly string[]): string {
  return ['all', 'default']
    .flatMap((device) => settings.map((setting) => `net.${family}.conf.${device}.${setting}`))
    .join(' ');
}

/** Returns the path of each namespace by its name. */
export async function makeNetwork(lab: LabDescription): Promise<PathOf> {
  const made = new Map([[serverNamespace, ownNetwork()]]);
  const names = namespacesOf(lab);
  const path: PathOf = (name) => {
    const found = made.get(name);
    if (found === undefined) throw new Error(`expected a namespace of the lab, found ${name}`);
    return found;
  };
  await Promise.all(
    names.map(async (name) => {
      const [{ text = '' } = {}] = scripts(placed(name, ...neutral));
      if (name === serverNamespace) await runCommands(placed(name, ...neutral), path);
      else made.set(name, await newNetwork(text));
    }),
  );
  await runCommands(placed(serverNamespace, ...linkLines(lab, path)), path);
  await Promise.all(names.map((name) => runCommands(setupOf(lab, name), path)));
  // Once more: a port whose other end came up later would forward only after up to 1 s.
  await runCommands(
    lab.machines.flatMap(({ name }) => plugCommands(lab, name, 'in')),
    path,
  );
  return path;
}

const linkLines = ({ links }: LabDescription, path: PathOf): string[] =>
  links.map((ends) => {
    const [from = '', to = ''] = ends.map((end) => `${end.interface} netns ${path(end.in)}`);
    return `ip link add name ${from} type veth peer name ${to}`;
  });

function setupOf(lab: LabDescription, name: string): PlacedCommand[] {
  const own = lab.links.flat().filter((end) => end.in === name);
  const { setup } = [...lab.machines, ...lab.namespaces].find((one) => one.name === name) ?? lab.docsServer;
  return placed(
    name,
    ...lab.switches.filter((one) => one.in === name).map((one) => `ip link add name ${one.name} type bridge`),
    ...own.flatMap((end) => [
      // Packets that come back over a link must carry their checksums.
      { try: `ethtool -K ${end.interface} tx off gro off tso off` },
      ...(end.switch === undefined
        ? []
        : [plugLine(end.interface, end.switch), `ip link set ${end.interface} up`]),
    ]),
    ...lab.switches.filter((one) => one.in === name).map((one) => `ip link set ${one.name} up`),
    ...setup,
  );
}

const plugLine = (port: string, bridge: string): string => `ip link set ${port} master ${bridge}`;

/** Unplugs a machine from its switches, or plugs it in again. The links stay up, because a link that goes down loses its routes. */
export const plugCommands = (
  { links }: LabDescription,
  machine: string,
  state: 'in' | 'out',
): PlacedCommand[] =>
  links
    .filter((ends) => ends.some((end) => end.in === machine))
    .flat()
    .flatMap((end) =>
      end.switch === undefined || end.in === machine
        ? []
        : placed(
            end.in,
            state === 'in' ? plugLine(end.interface, end.switch) : `ip link set ${end.interface} nomaster`,
          ),
    );

/** Deletes neighbour entries of this address: a failed entry would block it for a while. */
export const forgetCommands = (lab: LabDescription, address: string): PlacedCommand[] =>
  [serverNamespace, ...lab.machines.map(({ name }) => name)].flatMap((on) =>
    placed(on, `ip neigh flush to ${address}`),
  );
