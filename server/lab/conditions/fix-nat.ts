/** Option 3 of the writeup: networkingMode=nat, without and with a port proxy on the Windows side. */

import { footAddress, type Namespace } from '../machines.ts';
import {
  gateway,
  gatewayMac,
  guestAddress,
  guestGateway,
  guestMac,
  lanRoute,
  loopbackRoute,
  mirroredRules,
  onlyRules,
} from '../network.ts';
import { type Op, ops } from '../ops.ts';
import type { Remedy } from './condition.ts';
import { sources as facts, mirroredCauses } from './pieces.ts';

/** Where the guest is behind NAT, and Windows on its side of it. */
const inside = '172.28.32.20';
const outside = '172.28.32.1';
const subnet = '172.28.32.0/20';

const windowsRules = `table ip condition {
  chain door {
    type nat hook prerouting priority dstnat;
    iifname br0 ip saddr ${footAddress} ip daddr ${guestAddress} tcp dport 22 dnat to ${inside}
  }
  chain out {
    type nat hook postrouting priority srcnat;
    ip saddr ${subnet} ip daddr != ${subnet} masquerade
  }
}
`;

// Whoever has talked to 172.16.168.20 holds the card of the guest for it, or that of Windows.
const forget: Op[] = (['foot', 'manager', 'frontend'] satisfies Namespace[]).flatMap((on) =>
  ops(on, `ip neigh flush to ${guestAddress}`),
);

const intoNat: Op[] = [
  ...ops(
    'backend',
    ...onlyRules(['pref 0 lookup local']),
    `ip neigh del ${gateway} dev loopback0`,
    'ip route flush table 127',
  ),
  // Only hostAddressLoopback=true fills this table, and a table that was never filled cannot be emptied.
  { on: 'backend', argv: ['ip', 'route', 'flush', 'table', '128'], mayFail: true },
  { on: 'backend', argv: ['ip', 'neigh', 'del', gateway, 'dev', 'eth2'], mayFail: true },
  ...ops(
    'backend',
    lanRoute.replace('add', 'del'),
    // In this order: a card that loses its last address loses its routes and neighbours too.
    `ip addr add ${inside}/20 brd + dev eth2`,
    `ip addr del ${guestAddress}/24 dev eth2`,
    `ip route add default via ${outside} dev eth2`,
  ),
  ...ops(
    'windows',
    'ip route flush table 128',
    `ip addr del ${guestAddress}/32 dev lo`,
    `ip addr add ${guestAddress}/24 brd + dev br0`,
    `ip addr add ${outside}/20 brd + dev br0`,
    'sysctl -qw net.ipv4.conf.br0.forwarding=1',
    ['nft', windowsRules],
  ),
  ...forget,
];

const backFromNat: Op[] = [
  ...ops(
    'windows',
    'nft delete table ip condition',
    'sysctl -qw net.ipv4.conf.br0.forwarding=0',
    `ip addr del ${outside}/20 dev br0`,
    `ip addr del ${guestAddress}/24 dev br0`,
    `ip addr add ${guestAddress}/32 dev lo`,
    `ip neigh replace ${guestGateway} lladdr ${guestMac} nud permanent dev br0`,
    `ip route replace ${guestAddress}/32 via ${guestGateway} dev br0 src ${guestAddress} onlink table 128`,
  ),
  ...ops(
    'backend',
    `ip route del default via ${outside} dev eth2`,
    `ip addr add ${guestAddress}/24 brd + dev eth2 noprefixroute`,
    `ip addr del ${inside}/20 dev eth2`,
    lanRoute,
    `ip neigh replace ${gateway} lladdr ${gatewayMac} nud permanent dev loopback0`,
    loopbackRoute,
    ...onlyRules(mirroredRules),
  ),
  ...forget,
];

const common = {
  kind: 'remedy',
  for: mirroredCauses,
  apply: intoNat,
  undo: backFromNat,
} as const;

const mechanism = `The rules and tables of mirrored mode go, and the kernel’s own first rule comes back; 172.16.168.20 moves from the guest to the stand-in Windows host, which forwards for the guest at ${inside}. The lab keeps its own way to the guest’s sshd.`;
const closeness =
  'In the lab the guest keeps the card names eth2 and loopback0, an unused loopback0 and the settings of its cards, and shares the switch with the LAN. The stand-in refuses a port on which nothing listens; a real Windows firewall may stay silent, or need a rule of its own.';
const sources = [
  `${facts.network}: the rules that only mirrored mode makes`,
  'Reasoned from that: without mirrored mode the LAN address is that of Windows alone, and the LAN needs netsh interface portproxy and a firewall rule there',
];

export const fixNat: Remedy = {
  ...common,
  name: 'fix-nat',
  title: 'Option 3: networkingMode=nat',
  about:
    '127.0.0.1 is plain lo again, and .20 reaches its backend there. But the guest has lost 172.16.168.20, which is now the address of Windows alone: .19 and .21 no longer reach the backend, and neither does .20 by that address. A service of Windows on 127.0.0.1 is out of reach too.',
  mechanism,
  closeness,
  sources,
  parts: [{ kind: 'moved', machine: 'backend' }],
};

export const fixNatPortProxy: Remedy = {
  ...common,
  name: 'fix-nat-port-proxy',
  title: 'Option 3 with a port proxy on Windows',
  about:
    'networkingMode=nat, and on the Windows side a port proxy that takes 172.16.168.20:8443 and passes it on to the guest. 127.0.0.1 works, .19 and .21 reach the backend again, and the backend sees Windows as the caller.',
  mechanism: `${mechanism} A process of the stand-in Windows host listens on 172.16.168.20:8443 and passes connections on to ${inside}:8443.`,
  closeness,
  sources,
  parts: [
    { kind: 'moved', machine: 'backend' },
    {
      kind: 'port-proxy',
      proxy: { listen: { address: guestAddress, port: 8443 }, to: { address: inside, port: 8443 } },
    },
  ],
};
