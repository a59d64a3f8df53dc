/** The condition in which mirrored mode is as it comes and Windows does not hold the port for the guest. */

import type { Cause } from './condition.ts';
import { sources } from './pieces.ts';

export const portNotReserved: Cause = {
  kind: 'cause',
  name: 'port-not-reserved',
  title: 'Windows does not hold the port',
  about:
    'Mirrored mode sends the guest’s own TCP to 127.0.0.1 out by loopback0, and Windows decides what becomes of it. Here Windows does not hold port 8443 for the guest, so it refuses: ' +
    'the SYN and the refusal are both seen on loopback0. The own address stays on lo and works. One way into this state is a server that binds long before it listens: the reservation lapses after 60 s.',
  mechanism:
    'Nothing beyond the base: the rules and tables of mirrored mode in the guest, hostAddressLoopback=false, and 8443 is not among the ports that the stand-in Windows host sends back.',
  closeness:
    'The guest side is made by the same commands as in WSL. The Windows side is a stand-in. The LAN reaches the port here because the switch delivers by hardware address; on real Windows a port that is not held may be closed to the LAN too.',
  sources: [
    sources.windowsDecides,
    sources.tracker,
    'microsoft/WSL issue #12703; vllm-project/vllm issue #31124 and pull request #20275: bound long before listening, every connection refused',
  ],
  apply: [],
  undo: [],
  parts: [],
};
