/** A lab is what its description says: one of a client, a router and a server, beside the lab of another writeup. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLab } from '../content/loadLab.ts';
import type { SourceFault } from '../content/yaml.ts';
import { defaultDirectory } from './directory.ts';
import { type Lab, LabError, startLab } from './lab.ts';
import { hostState } from './testing.ts';
import { startTestLab } from './testing-lab.ts';

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

const parent = mkdtempSync('/tmp/v2-');
const { XDG_RUNTIME_DIR: before } = process.env;
const host = hostState();
let first: Lab;
let second: Lab;

async function startSecond(): Promise<Lab> {
  const place = join(parent, 'content/routed/lab');
  mkdirSync(place, { recursive: true });
  for (const [file, content] of Object.entries(text)) writeFileSync(join(place, file), content);
  const faults: SourceFault[] = [];
  const lab = await loadLab(join(parent, 'content'), 'routed', (path) => path, faults);
  expect(faults).toEqual([]);
  if (lab === undefined) throw new Error('expected a lab, found none');
  return startLab({ lab, log: () => {} });
}

beforeAll(async () => {
  mkdirSync(join(parent, 'run'));
  process.env['XDG_RUNTIME_DIR'] = join(parent, 'run');
  [first, second] = await Promise.all([startTestLab({ log: () => {} }), startSecond()]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(parent, { recursive: true });
});

const web = 'curl -sS --max-time 3 http://10.2.0.2:8080/'.split(' ');

test('each is in a directory of its writeup, and says whose it is', async () => {
  expect(second.directory).toBe(defaultDirectory('routed'));
  expect(readdirSync(dirname(second.directory)).sort()).toEqual(['routed', 'wsl2-mirrored-networking']);
  expect([(await first.status()).name, (await second.status()).name]).toEqual([
    'wsl2-mirrored-networking',
    'routed',
  ]);
  expect(second.fleet.machines.map(({ role, user }) => `${user}@${role}`)).toEqual([
    'reader@client',
    'reader@router',
    'reader@server',
  ]);
  expect(hostState()).toEqual(host);
});

test('machines, users, routes and services are those of the description', async () => {
  expect((await second.exec('client', ['id', '-un'])).stdout).toBe('reader\n');
  expect((await second.exec('client', web)).stdout).toBe('hello');
  expect((await second.status()).services).toEqual({ web: { state: 'up', at: '0.0.0.0:8080' } });
  await expect(second.exec('backend', ['true'])).rejects.toThrow(
    'expected one of the machines client, router, server',
  );
  await expect(second.service('nginx', 'stop')).rejects.toThrow('expected a service (web), found "nginx"');
});

test('a condition of one changes nothing in the other', async () => {
  await second.setCondition('closed');
  expect((await second.exec('client', web)).exit).toBe(7);
  expect((await first.status()).condition).toBe('as-documented');
  await first.setCondition('healthy');
  expect((await second.status()).condition).toBe('closed');
  await expect(second.setCondition('healthy')).rejects.toThrow(
    'expected one of base, as-documented, closed, broken',
  );
});

test('a machine that is down is off its switch, and comes back with its service', async () => {
  await second.setCondition('as-documented');
  await second.machineDown('client');
  expect((await second.exec('router', 'ping -c 1 -W 1 10.1.0.2'.split(' '))).exit).toBe(1);
  await second.machineUp('client');
  await second.machineDown('server');
  expect((await second.status()).services['web']?.state).toBe('down');
  await second.machineUp('server');
  expect((await second.exec('client', web)).stdout).toBe('hello');
});

test('a service that does not start is a sentence, and the lab is in its base', async () => {
  await expect(second.setCondition('broken')).rejects.toThrow(
    /expected to put on broken, found: expected service web to listen on 0\.0\.0\.0:8080, but it ended: (.|\n)*nothing to say(.|\n)* The lab is back in its base/,
  );
  expect((await second.status()).condition).toBe('base');
  expect((await second.exec('client', web)).stdout).toBe('hello');
});

test('a lab whose service does not start leaves nothing behind', async () => {
  const other = join(parent, 'other');
  const described = await loadLab(join(parent, 'content'), 'routed', (path) => path, []);
  const service = described?.services['web'];
  if (described === undefined || service === undefined) throw new Error('expected a service, found none');
  const lab = { ...described, services: { web: { ...service, arguments: { say: '' } } } };
  const starting = startLab({ lab, directory: other, log: () => {} });
  await expect(starting).rejects.toThrow(LabError);
  await expect(starting).rejects.toThrow('nothing to say');
  expect(readdirSync(parent)).not.toContain('other');
  expect(hostState()).toEqual(host);
});
