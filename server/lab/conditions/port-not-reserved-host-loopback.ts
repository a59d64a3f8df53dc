/** As `port-not-reserved`, with the setting that leads the guest's own address to Windows as well. */

import type { Cause } from './condition.ts';
import { hostAddressLoopback, sources } from './pieces.ts';

export const portNotReservedHostLoopback: Cause = {
  kind: 'cause',
  name: 'port-not-reserved-host-loopback',
  title: 'Windows does not hold the port, hostAddressLoopback=true',
  about:
    'With [experimental] hostAddressLoopback=true the guest’s own 172.16.168.20 is led to Windows like 127.0.0.1. Windows does not hold port 8443, so both are refused: 127.0.0.1 by way of loopback0, the own address by way of eth2. ' +
    'Of the states that mirrored mode itself can be in, this one agrees with most documented rows: all but the empty capture on "any".',
  mechanism:
    'Table 128 of the guest gets a route for its own address to Windows, with the neighbour on eth2 that WSL sets.',
  closeness:
    'The guest side is made by the same commands as in WSL. The Windows side, and the way of the LAN, are as in port-not-reserved.',
  sources: [sources.hostLoopback, sources.windowsDecides, sources.tracker],
  apply: hostAddressLoopback.on,
  undo: hostAddressLoopback.off,
  parts: [],
};
