/** A firewall in the guest that knows `lo` and not `loopback0`, in its two variants: silent, and refusing. */

import { ops } from '../ops.ts';
import type { Cause } from './condition.ts';
import { holdPort } from './pieces.ts';

const port = holdPort(8443);

const rules = (last: string): string =>
  [
    'table inet condition { chain input { type filter hook input priority filter + 10; policy drop;',
    'iif lo accept;',
    'ct state established,related accept;',
    'meta l4proto { icmp, ipv6-icmp } accept;',
    'ip saddr 172.16.168.0/24 tcp dport { 22, 8443 } accept;',
    `${last}}; }`,
  ].join(' ');

const common = {
  kind: 'cause',
  sources: [
    'The repository that the writeup comes from, commit 0994e98d: "UFW INPUT DROP policy drops nginx->uvicorn (127.0.0.1:8001) traffic because WSL2 mirrored networking routes localhost through loopback0, not lo"',
    'moby/moby issue #53382: a rule that accepts only -i lo drops what comes in by loopback0',
    'Measured in the lab (case E): curl exit 28 with drop, exit 7 with reject',
  ],
  closeness:
    'The rules are modelled on UFW’s stock set: accept lo, established, ICMP, and the LAN on named ports. Nothing is logged, because a log line would leave the lab. The Windows side is a stand-in.',
  undo: [...ops('backend', 'nft delete table inet condition'), ...port.letGo],
  parts: [],
} as const;

export const inputFirewallDrop: Cause = {
  ...common,
  name: 'input-firewall-drop',
  title: 'Firewall in the guest, silent',
  about:
    'Windows holds the port and sends the packet back, but a firewall in the guest accepts local traffic on lo only and drops what comes in by loopback0. So a connection to 127.0.0.1 ends in a time-out and not in a refusal. ' +
    'The own address stays on lo and works, and so does the LAN.',
  mechanism: 'As healthy, with an nft input chain of policy drop on .20 that has no rule for loopback0.',
  apply: [...port.hold, ...ops('backend', ['nft', rules('')])],
};

export const inputFirewallReject: Cause = {
  ...common,
  name: 'input-firewall-reject',
  title: 'Firewall in the guest, refusing',
  about:
    'As the silent firewall, but its last rule rejects: a connection to 127.0.0.1 is refused at once. A capture tells it from a refusal by Windows: the SYN is seen twice on loopback0, on its way out and on its way back in.',
  mechanism: 'As healthy, with an nft input chain on .20 that has no rule for loopback0 and ends in reject.',
  apply: [...port.hold, ...ops('backend', ['nft', rules('counter reject; ')])],
};
