/** The lab's network before any condition: cables, switch, the mirrored state of .20 and the stand-in Windows host. Data only. */

import { footAddress, labMachines, machineNamed, type Namespace } from './machines.ts';
import { type Op, ops } from './ops.ts';
import { fseRules, wslNatRules, wslOutputRules } from './rules.ts';

// Facts of WSL up to 2.8: the gateway that stands for Windows, and the hardware address by which Windows knows loopback packets.
export const gateway = '169.254.73.152';
export const gatewayMac = '00:11:22:33:44:55';
export const loopbackMac = '00:15:5d:4f:23:d9';
export const guestMac = '00:15:5d:aa:00:20';
/** How the stand-in Windows host names the guest on the same two cables. */
export const guestGateway = '169.254.73.153';
export const guestAddress = machineNamed('backend').address;

const ipv4 = (device: string, ...settings: string[]): string =>
  `sysctl -qw ${settings.map((setting) => `net.ipv4.conf.${device}.${setting}`).join(' ')}`;

/** A new namespace copies IPv4 settings from the machine under the lab, so what matters is set. */
const neutral = (on: Namespace): Op[] => [
  ...ops(
    on,
    'ip link set lo up',
    ipv4('all', 'forwarding=0', 'rp_filter=0'),
    ipv4('default', 'forwarding=0', 'rp_filter=0'),
  ),
  // Lets every group ping without a privilege: the machines' programs carry none.
  ...ops(on, ['sysctl', '-qw', 'net.ipv4.ping_group_range=0 65535']),
  { on, argv: ['sysctl', '-qw', 'net.bridge.bridge-nf-call-iptables=0'], mayFail: true },
];

const quietIpv6 = (on: Namespace): Op[] =>
  ['accept_ra=0', 'dad_transmits=0', 'autoconf=0', 'addr_gen_mode=1', 'use_tempaddr=0']
    .flatMap((setting) => ['all', 'default'].map((device) => `net.ipv6.conf.${device}.${setting}`))
    .map((setting) => ({ on, argv: ['sysctl', '-qw', setting], mayFail: true as const }));

const offloadsOff = (on: Namespace, device: string): Op[] =>
  // Packets that come back over a cable must carry their checksums.
  [{ on, argv: ['ethtool', '-K', device, 'tx', 'off', 'gro', 'off', 'tso', 'off'], mayFail: true }];

/** The switch, its cables, and the Windows side of the two cables to the guest. Comes first: it makes everybody's cards. */
export function windowsNetwork(path: (namespace: Namespace) => string): Op[] {
  const on = 'windows';
  const cable = (port: string, card: string, to: Namespace): string =>
    `ip link add name ${port} type veth peer name ${card} netns ${path(to)}`;
  const ports = [...labMachines.map((machine) => machine.port), 'sw10'];
  return [
    ...neutral(on),
    // In NAT mode the guest and the LAN share a wire: nobody is to be told of a shorter way.
    ...ops(on, ipv4('all', 'send_redirects=0'), ipv4('default', 'send_redirects=0')),
    ...quietIpv6(on),
    ...ops(
      on,
      ...labMachines.map((machine) => cable(machine.port, machine.card, machine.name)),
      cable('sw10', 'eth0', 'foot'),
      cable('winlo', 'loopback0', 'backend'),
      `ip link add name br0 type bridge`,
      ...ports.flatMap((port) => [`ip link set ${port} master br0`, `ip link set ${port} up`]),
      `ip link set br0 address ${gatewayMac}`,
      'ip link set br0 up',
      `ip link set winlo address ${gatewayMac}`,
      'ip link set winlo up',
      // The same address as the guest, for Windows mirrors it; it must not answer ARP with it.
      `ip addr add ${guestAddress}/32 dev lo`,
      ...['winlo', 'br0'].flatMap((device) => [
        ipv4(device, 'accept_local=1', 'route_localnet=1', 'arp_ignore=1', 'rp_filter=0'),
        `ip rule add pref 0 iif ${device} ipproto tcp lookup local`,
        `ip rule add pref 0 iif ${device} ipproto udp lookup local`,
      ]),
      'ip rule add pref 2 lookup local',
      'ip rule del pref 0 from all lookup local',
      'ip rule add pref 1 fwmark 1 lookup 127',
      'ip rule add pref 1 fwmark 2 lookup 128',
      `ip neigh replace ${guestGateway} lladdr ${loopbackMac} nud permanent dev winlo`,
      `ip neigh replace ${guestGateway} lladdr ${guestMac} nud permanent dev br0`,
      `ip route add 127.0.0.1/32 via ${guestGateway} dev winlo src 127.0.0.1 onlink table 127`,
      `ip route add ${guestAddress}/32 via ${guestGateway} dev br0 src ${guestAddress} onlink table 128`,
      ['nft', fseRules({ gatewayMac, loopbackMac, guestMac, guestAddress })],
    ),
    ...['winlo', ...ports].flatMap((device) => offloadsOff(on, device)),
  ];
}

/** An ordinary VM on the switch (.19, .21), or the docs server's foot. No default route: nothing leads out. */
export const plainNetwork = (on: Namespace, address: string): Op[] => [
  ...neutral(on),
  ...ops(on, `ip addr add ${address}/24 brd + dev eth0`, 'ip link set eth0 up'),
  ...offloadsOff(on, 'eth0'),
];

export const footNetwork = plainNetwork('foot', footAddress);

export const lanRoute = 'ip route add 172.16.168.0/24 dev eth2 proto kernel scope link metric 25';
export const loopbackRoute = `ip route replace 127.0.0.1/32 via ${gateway} dev loopback0 proto kernel src 127.0.0.1 onlink table 127`;

const both = (rule: (protocol: string) => string): string[] => ['tcp', 'udp'].map(rule);

/** The rules that take the place of the kernel's own first one, in the order in which WSL has them. */
export const mirroredRules: readonly string[] = [
  ...['loopback0', 'eth2'].flatMap((device) =>
    both((protocol) => `pref 0 iif ${device} ipproto ${protocol} lookup local`),
  ),
  ...['127', '128'].flatMap((table) => both((protocol) => `pref 1 ipproto ${protocol} lookup ${table}`)),
  'pref 2 lookup local',
];

/** Replaces all rules before the kernel's last two, whatever they were. Meanwhile another rule sees to local delivery. */
export const onlyRules = (rules: readonly string[]): (string | readonly string[])[] => [
  'ip rule add pref 3 lookup local',
  ['sh', '-c', 'for pref in 0 1 2; do while ip rule del pref $pref 2>/dev/null; do :; done; done'],
  ...rules.map((rule) => `ip rule add ${rule}`),
  'ip rule del pref 3',
];

/** .20 as mirrored mode leaves it with `hostAddressLoopback=false`. */
export const guestNetwork: Op[] = [
  ...neutral('backend'),
  ...quietIpv6('backend'),
  ...ops(
    'backend',
    `ip link set loopback0 address ${loopbackMac} mtu 1500`,
    `ip link set eth2 address ${guestMac}`,
    ipv4('all', 'arp_filter=1'),
    ipv4('default', 'arp_filter=1'),
    ['sysctl', '-qw', 'net.ipv4.ip_local_port_range=60000 64095'],
    ipv4('loopback0', 'accept_local=1', 'route_localnet=1', 'rp_filter=0'),
    ipv4('eth2', 'accept_local=1', 'route_localnet=1', 'rp_filter=0'),
    'ip link set loopback0 up',
    'ip link set eth2 up',
    `ip addr add ${guestAddress}/24 brd + dev eth2 noprefixroute`,
    lanRoute,
    ...onlyRules(mirroredRules),
    `ip neigh replace ${gateway} lladdr ${gatewayMac} nud permanent dev loopback0`,
    loopbackRoute,
  ),
  { on: 'backend', argv: ['nft', wslOutputRules], mayFail: true },
  { on: 'backend', argv: ['nft', wslNatRules], mayFail: true },
  ...offloadsOff('backend', 'loopback0'),
  ...offloadsOff('backend', 'eth2'),
];
