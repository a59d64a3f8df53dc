/** Option 1 of the writeup: the backend binds its LAN address only. */

import { guestAddress } from '../network.ts';
import type { Remedy } from './condition.ts';
import { mirroredCauses, sources } from './pieces.ts';

export const fixBindEth2: Remedy = {
  kind: 'remedy',
  name: 'fix-bind-eth2',
  title: 'Option 1: bind to 172.16.168.20',
  for: mirroredCauses,
  about:
    'The backend listens on 172.16.168.20:8443 instead of 0.0.0.0:8443. For Windows nothing changes, because it holds a port and not an address. 127.0.0.1 stays refused, rightly now, for nothing listens there; ' +
    'the own address is answered where it was answered before.',
  mechanism: 'The stand-in backend is restarted with the address 172.16.168.20.',
  closeness:
    'A restart makes a new bind, which on real WSL asks Windows for the port anew; here Windows does not hold it all the same.',
  sources: [sources.perPort, sources.hostLoopback],
  apply: [],
  undo: [],
  parts: [{ kind: 'backend', listen: { at: 'port', address: guestAddress, port: 8443, tls: true } }],
};
