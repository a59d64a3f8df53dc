/** Two ways to keep 127.0.0.1 inside the guest, and what they cost: a service of Windows on 127.0.0.1 is out of reach. */

import { gateway } from '../network.ts';
import { ops } from '../ops.ts';
import type { Remedy } from './condition.ts';
import { mirroredCauses } from './pieces.ts';

const common = {
  kind: 'remedy',
  for: [...mirroredCauses, 'input-firewall-drop', 'input-firewall-reject'],
  parts: [],
} as const;

const price = 'The price: what Windows offers on 127.0.0.1 can no longer be reached from the guest.';
const closeness =
  'The same command as on a real machine. There WSL may write its own state again, and the change does not last over a restart; Microsoft calls such changes not supported.';

export const fixLocalRule: Remedy = {
  ...common,
  name: 'fix-local-rule',
  title: 'A policy rule that keeps 127.0.0.0/8 on lo',
  about: `A rule before those of WSL looks 127.0.0.0/8 up in the local table, so 127.0.0.1 never leaves the guest. That cures a port that Windows does not hold, and a firewall that does not know loopback0. ${price}`,
  mechanism: 'One ip rule on .20, before the others.',
  closeness,
  sources: [
    'Measured in the lab (case G1)',
    'MicrosoftDocs/WSL, troubleshooting.md, line 363: changes of this kind are not supported',
  ],
  apply: ops('backend', 'ip rule add pref 0 to 127.0.0.0/8 lookup local'),
  undo: ops('backend', 'ip rule del pref 0 to 127.0.0.0/8 lookup local'),
};

export const fixLocalRoute: Remedy = {
  ...common,
  name: 'fix-local-route',
  title: 'A local route in table 127',
  about: `The one route of table 127, which leads 127.0.0.1 to Windows, is replaced by a local route on lo. The effect is that of the policy rule. ${price}`,
  mechanism: 'The route of table 127 on .20 is replaced.',
  closeness,
  sources: [
    'microsoft/WSL issue #14063: the command, and the report that it helped at once',
    'Measured in the lab (case G2)',
    'MicrosoftDocs/WSL, troubleshooting.md, line 363: changes of this kind are not supported',
  ],
  apply: ops('backend', 'ip route replace local 127.0.0.1/32 dev lo table 127'),
  undo: ops(
    'backend',
    `ip route replace 127.0.0.1/32 via ${gateway} dev loopback0 proto kernel src 127.0.0.1 onlink table 127`,
  ),
};
