/** The condition in which every documented row holds. */

import { ops } from '../ops.ts';
import type { Cause } from './condition.ts';

export const asDocumented: Cause = {
  kind: 'cause',
  name: 'as-documented',
  title: 'As documented',
  about:
    'Every documented row holds: from .20 both addresses refuse at once, nothing is seen on lo or on any interface, and .19 and .21 get 200. ' +
    'It is the state that the lab starts in. The lab stands here for the documented observations, and not for the documented cause.',
  mechanism:
    'On .20 a firewall rule in the output path rejects every TCP connection to port 8443, whatever the address, before a packet reaches an interface. ' +
    'The policy routing of mirrored mode is the real one.',
  closeness:
    'This is the only mechanism found that gives 0 packets on "any", and it has nothing to do with mirrored mode: there the packet leaves by loopback0, where a capture sees it. ' +
    'So a remedy for the routing changes nothing for local callers here: the rule still rejects them.',
  sources: [
    'Measured in the lab (case F): of all states that were tried, the only one in which every documented row holds',
    'microsoft/WSL issue #40343: a capture in mirrored mode shows the packets on loopback0',
  ],
  apply: ops('backend', [
    'nft',
    'table inet condition { chain out { type filter hook output priority filter; tcp dport 8443 counter reject; }; }',
  ]),
  undo: ops('backend', 'nft delete table inet condition'),
  parts: [],
};
