/** Option 2 of the writeup: nginx takes 8443, and passes on to the backend in one of two ways. */

import type { Remedy } from './condition.ts';
import { holdPort, mirroredCauses, sources } from './pieces.ts';

const port = holdPort(8443);
const socket = '/run/standin/backend.sock';

const common = {
  kind: 'remedy',
  for: mirroredCauses,
  closeness:
    'nginx is Debian’s own. That Windows then holds 8443 follows from the source and was not seen on a real machine; as-documented stays as it is whatever Windows holds. The backend is a stand-in, and has one process and not four workers.',
  // nginx binds and listens in one go, so the reservation does not lapse.
  apply: port.hold,
  undo: port.letGo,
} as const;

export const fixNginxLoopback: Remedy = {
  ...common,
  name: 'fix-nginx-loopback',
  title: 'Option 2: nginx, upstream 127.0.0.1:8001',
  about:
    'nginx takes 8443 with TLS and passes requests on to the backend on 127.0.0.1:8001. nginx listens at once, so Windows holds 8443; but the hop from nginx to 127.0.0.1:8001 is itself a local client of mirrored mode and meets the same refusal. ' +
    'Whoever asks, from the LAN too, gets 502.',
  mechanism:
    'A real nginx on 0.0.0.0:8443, the stand-in backend without TLS on 127.0.0.1:8001. Windows holds 8443 and not 8001.',
  sources: [
    sources.windowsDecides,
    sources.tracker,
    'The repository that the writeup comes from, commit 0994e98d: traffic from nginx to 127.0.0.1:8001 goes through loopback0',
  ],
  parts: [
    { kind: 'backend', listen: { at: 'port', address: '127.0.0.1', port: 8001, tls: false } },
    { kind: 'nginx', upstream: 'http://127.0.0.1:8001' },
  ],
};

export const fixNginxSocket: Remedy = {
  ...common,
  name: 'fix-nginx-socket',
  title: 'Option 2, improved: nginx, upstream Unix socket',
  about:
    'nginx takes 8443 with TLS and passes requests on over a Unix socket. nginx listens at once, so Windows holds 8443, and the hop to the backend touches no network at all: 127.0.0.1, the own address and the LAN all get 200, where a port that Windows does not hold was the cause.',
  mechanism: `A real nginx on 0.0.0.0:8443, the stand-in backend without TLS on ${socket}. Windows holds 8443.`,
  sources: [sources.windowsDecides, sources.tracker],
  parts: [
    { kind: 'backend', listen: { at: 'socket', path: socket } },
    { kind: 'nginx', upstream: `http://unix:${socket}:` },
  ],
};
