/** The condition in which nothing is wrong: the documented rows about refused connections must differ. */

import type { Cause } from './condition.ts';
import { holdPort, sources } from './pieces.ts';

const port = holdPort(8443);

export const healthy: Cause = {
  kind: 'cause',
  name: 'healthy',
  title: 'Mirrored mode, healthy',
  about:
    'Windows holds port 8443 for the guest, as it does when the guest binds it: a connection from .20 to its own 127.0.0.1:8443 leaves by loopback0, is sent back by Windows and is answered. ' +
    'This is what the source of WSL and its own tests require of mirrored mode. The limitation no longer reproduces.',
  mechanism:
    'The stand-in Windows host sends packets for 8443 back into the guest on the cable that they came by.',
  closeness:
    'The guest side is made by the same commands as in WSL. The Windows side is a stand-in made of nft rules.',
  sources: [
    sources.windowsDecides,
    'microsoft/WSL 2.6.3, test/windows/NetworkTests.cpp, lines 1998, 2049 and 2077: MirroredLoopbackExplicit and MirroredLoopbackLocal connect the guest to itself',
  ],
  apply: port.hold,
  undo: port.letGo,
  parts: [],
};
