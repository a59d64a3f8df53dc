/** A fault in a lab's description is one sentence with its file and line: what was expected, what was found, what to write. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadLab } from './loadLab.ts';
import type { SourceFault } from '../files/yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'vantage-lab-'));
const lab = join(place, 'w/lab');
let good: { readonly [file: string]: string } = {};

beforeAll(() => {
  cpSync(join(content, 'wsl2-mirrored-networking/lab'), lab, { recursive: true });
  const files = ['lab.yaml', 'conditions.yaml', 'packages.json'];
  good = Object.fromEntries(files.map((file) => [file, readFileSync(join(lab, file), 'utf8')]));
});
beforeEach(() => {
  for (const [file, text] of Object.entries(good)) writeFileSync(join(lab, file), text);
});
afterAll(() => rmSync(place, { recursive: true }));

async function load(): Promise<readonly SourceFault[]> {
  const faults: SourceFault[] = [];
  const found = await loadLab(place, 'w', (path) => path.slice(place.length + 1), faults);
  expect(found === undefined).toBe(faults.length > 0);
  return faults;
}

test('a writeup without a lab has none, and that is no fault', async () => {
  const faults: SourceFault[] = [];
  expect(await loadLab(place, 'another', (path) => path, faults)).toBeUndefined();
  expect(faults).toEqual([]);
});

/** File, what stands there, what is written instead, and the sentence. The line is that of the marker « in what is written. */
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'lab.yaml',
    'user: autobot',
    '«user: Auto Bot',
    'user: expected a login name like `docs`, found "Auto Bot"',
  ],
  ['lab.yaml', 'user: autobot', '«usr: autobot', 'expected one of the keys user, '],
  ['lab.yaml', 'user: autobot', 'user: [', 'not good YAML'],
  [
    'lab.yaml',
    '- name: frontend',
    '«- name: manager',
    'expected the name of a machine or namespace once, found "manager" a second time; write another one',
  ],
  ['lab.yaml', '- name: windows', '«- name: docs-server', 'found "docs-server" a second time'],
  [
    'lab.yaml',
    'address: 172.16.168.21',
    '«address: 172.16.168.19',
    'expected an address once, found "172.16.168.19" a second time',
  ],
  [
    'lab.yaml',
    'address: 172.16.168.21',
    '«address: 172.16.168.256',
    'expected an IPv4 address like 192.0.2.1, found "172.16.168.256"',
  ],
  ['lab.yaml', 'hostName: vm21', '«hostName: vm19', 'expected a host name once, found "vm19" a second time'],
  [
    'lab.yaml',
    'in: backend, interface: loopback0',
    '«in: backend, interface: eth2',
    'expected an interface of a namespace once, found "backend eth2" a second time',
  ],
  [
    'lab.yaml',
    'interface: winlo }',
    '«interface: winlo1234567890123 }',
    'expected an interface of at most 15 characters',
  ],
  [
    'lab.yaml',
    'interface: sw21, switch: br0',
    '«interface: sw21, switch: br1',
    'expected a switch in windows (br0), found "br1"',
  ],
  [
    'lab.yaml',
    '{ in: backend, interface: loopback0 }',
    '{ «in: bakend, interface: loopback0 }',
    'expected a machine or namespace (docs-server, manager, backend, frontend, windows), found "bakend"',
  ],
  [
    'lab.yaml',
    '[{ in: windows, interface: winlo }, { in: backend, interface: loopback0 }]',
    '«[{ in: windows, interface: winlo, switch: br0 }, { in: windows, interface: loop, switch: br0 }]',
    'expected one way between two switches, found that this link closes a cycle; remove it, or leave `switch` out at one end',
  ],
  [
    'lab.yaml',
    '- [{ in: windows, interface: sw21, switch: br0 }, { in: frontend, interface: eth0 }]',
    '',
    'expected a link to frontend, found none; write one, or nobody can reach it',
  ],
  [
    'lab.yaml',
    '{ in: manager, interface: eth0 }]',
    '{ in: manager, interface: eth0 }, { in: frontend, interface: x }]',
    'expected the two ends of a link',
  ],
  [
    'lab.yaml',
    'on: windows, program: portProxy.ts',
    '«on: window, program: portProxy.ts',
    'expected a machine or namespace (manager, backend, frontend, windows), found "window"',
  ],
  [
    'lab.yaml',
    'program: portProxy.ts',
    '«program: proxy.ts',
    'expected a program beside this file (backend.ts, nginx.ts, portProxy.ts, windowsHost.ts), found "proxy.ts"',
  ],
  [
    'lab.yaml',
    'needs: /usr/sbin/nginx',
    '«needs: /usr/sbin/caddy',
    'expected a program that packages.json lists (/usr/sbin/nginx), found "/usr/sbin/caddy"',
  ],
  [
    'lab.yaml',
    'listen: 172.16.168.20:8443, optional: true',
    '«listen: 0.0.0.0:7777',
    'expected a port of its own for port-proxy, found 0.0.0.0:7777, where windows-service listens (127.0.0.1:7777)',
  ],
  [
    'lab.yaml',
    'listen: 127.0.0.1:7777',
    '«listen: 7777',
    'expected an address and a port like 0.0.0.0:8080, or the path of a Unix socket, found 7777',
  ],
  [
    'conditions.yaml',
    'host-loopback, as-documented, port-not-reserved]',
    'host-loopback, «as-documentd, port-not-reserved]',
    'own-address-firewall), found "as-documentd"',
  ],
  [
    'conditions.yaml',
    'uses: [hold-8443]',
    'uses: [«hold-844]',
    'expected a name of `changes` (hold-8443, nat-mode), found "hold-844"',
  ],
  [
    'conditions.yaml',
    '- name: healthy',
    '- name: «port-not-reserved',
    'expected the name of a condition once, found "port-not-reserved" a second time',
  ],
  [
    'conditions.yaml',
    '- name: as-documented',
    '- name: documented',
    'expected a cause named as-documented, found none; write the state that the page documents',
  ],
  ['conditions.yaml', 'kind: base', 'kind: «basis', 'kind'],
  [
    'conditions.yaml',
    'moves: [backend]',
    'moves: [«windows]',
    'expected a machine of lab.yaml (manager, backend, frontend), found "windows"',
  ],
  [
    'conditions.yaml',
    'services:\n      backend: {',
    'services:\n      «bakend: {',
    'expected a service of lab.yaml (backend, nginx, windows-service, port-proxy), found "bakend"',
  ],
  [
    'conditions.yaml',
    'listen: 172.16.168.20:8443, shown',
    'listen: 172.16.168.20:8443, «show',
    'expected one of the keys listen, tls, off, arguments, shown; found "show"',
  ],
  [
    'conditions.yaml',
    'environment:\n      backend:',
    'environment:\n      windows:',
    'expected a machine of lab.yaml',
  ],
  [
    'conditions.yaml',
    '    undo:\n      - { on: backend, run: [nft delete table inet condition] }\n',
    '',
    'expected both `apply` and `undo`, found one of them; write how each is undone',
  ],
  [
    'conditions.yaml',
    'listen: 127.0.0.1:8001',
    'listen: 127.0.0.1:8443',
    'in as-documented+fix-nginx-loopback: expected a port of its own for nginx, found 0.0.0.0:8443, where backend listens (127.0.0.1:8443)',
  ],
  ['packages.json', '"nginx-light"', '«"nginx light"', 'expected a Debian package, found "nginx light"'],
];

test.each(cases)('%s with %j as %j is refused', async (file, from, to, sentence) => {
  const text = good[file] ?? '';
  expect(text).toContain(from);
  const wrong = text.replace(from, () => to);
  writeFileSync(join(lab, file), wrong.replace('«', ''));
  const faults = await load();
  const found = faults.find(({ message }) => message.includes(sentence));
  expect(found, faults.map(({ message }) => message).join('\n')).toBeDefined();
  expect(found?.file).toBe(`w/lab/${file}`);
  if (to.includes('«')) expect(found?.line).toBe(wrong.slice(0, wrong.indexOf('«')).split('\n').length);
});

test.each(['lab.yaml', 'conditions.yaml', 'packages.json'])(
  'a lab without %s is told to write it',
  async (file) => {
    rmSync(join(lab, file));
    expect((await load()).map(({ message }) => message)).toEqual([
      `expected ${file}, found none; write it, or remove the folder lab`,
    ]);
  },
);
