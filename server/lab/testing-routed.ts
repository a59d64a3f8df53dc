/** A second lab for tests, with nothing in common with the first: a client, a router and a server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContentError } from '../content/load.ts';
import { loadLab } from '../content/loadLab.ts';
import type { SourceFault } from '../files/yaml.ts';
import type { LabDescription } from './description/description.ts';

const text = {
  'lab.yaml': `
user: reader
docsServer:
  address: 10.1.0.9
  setup:
    - ip addr add 10.1.0.9/24 dev eth0
    - ip link set eth0 up
    - ip route add 10.2.0.0/24 via 10.1.0.1
machines:
  - name: client
    hostName: client
    address: 10.1.0.2
    setup: [ip addr add 10.1.0.2/24 dev eth0, ip link set eth0 up, ip route add default via 10.1.0.1]
  - name: router
    hostName: router
    address: 10.1.0.1
    setup:
      - sysctl -qw net.ipv4.conf.all.forwarding=1
      - ip addr add 10.1.0.1/24 dev near
      - ip addr add 10.2.0.1/24 dev far
      - ip link set near up
      - ip link set far up
  - name: server
    hostName: server
    address: 10.2.0.2
    setup: [ip addr add 10.2.0.2/24 dev eth0, ip link set eth0 up, ip route add default via 10.2.0.1]
namespaces: [{ name: cupboard, setup: [] }]
switches: [{ name: br0, in: cupboard }]
links:
  - [{ in: cupboard, interface: p1, switch: br0 }, { in: client, interface: eth0 }]
  - [{ in: cupboard, interface: p2, switch: br0 }, { in: router, interface: near }]
  - [{ in: cupboard, interface: p3, switch: br0 }, { in: docs-server, interface: eth0 }]
  - [{ in: router, interface: far }, { in: server, interface: eth0 }]
services:
  web: { on: server, program: web.ts, listen: 0.0.0.0:8080, arguments: { say: hello } }
`,
  'conditions.yaml': `
conditions:
  - { kind: base, name: base, title: Base, ABOUT }
  - { kind: cause, name: as-documented, title: As documented, ABOUT }
  - kind: cause
    name: closed
    title: The router lets nothing through to the service
    ABOUT_LINES
    apply: [{ on: router, run: ["nft 'table ip shut { chain f { type filter hook forward priority 0; tcp dport 8080 reject; }; }'"] }]
    undo: [{ on: router, run: [nft delete table ip shut] }]
  - kind: cause
    name: broken
    title: A service that does not start
    ABOUT_LINES
    services: { web: { arguments: { say: '' }, shown: '# nothing to say' } }
`
    .replaceAll(
      'ABOUT_LINES',
      ['about', 'mechanism', 'closeness']
        .map((key) => `${key}: ${'x'.repeat(30)}\n    `)
        .join('')
        .concat('sources: [a]'),
    )
    .replaceAll(
      'ABOUT',
      `about: ${'x'.repeat(30)}, mechanism: ${'x'.repeat(30)}, closeness: ${'x'.repeat(30)}, sources: [a]`,
    ),
  'packages.json': '[]',
  'web.ts': `import { createServer } from 'node:http';
process.stdin.once('data', (line) => {
  const order = JSON.parse(String(line));
  if (order.arguments.say === '') throw new Error('nothing to say');
  createServer((_, response) => response.end(order.arguments.say)).listen(order, () => console.log('listening'));
}).on('end', () => process.exit(0));
`,
};

/** Writes it as the lab of a writeup in that folder, and reads it. */
export async function routedLab(content: string): Promise<LabDescription> {
  const place = join(content, 'routed/lab');
  mkdirSync(place, { recursive: true });
  for (const [file, words] of Object.entries(text)) writeFileSync(join(place, file), words);
  const faults: SourceFault[] = [];
  const lab = await loadLab(content, 'routed', (path) => path, faults);
  if (lab === undefined) throw new ContentError(faults);
  return lab;
}
