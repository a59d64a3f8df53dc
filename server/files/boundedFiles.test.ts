/** What the reader takes from a real disk, and what it leaves alone: nothing that could hang it, and no key that others may read. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { realDisk } from './boundedFiles.ts';
import type { Machine } from '../fleet/fleet.ts';
import { fleetTransport } from '../target/fleetTransport.ts';
import { readInventories } from '../inventory/inventory.ts';
import { keyFault } from '../inventory/keyFile.ts';
import { withVariable } from '../inventory/testing.ts';

const place = mkdtempSync('/tmp/vantage-disk-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const put = (name: string, content: string | Uint8Array, mode = 0o644): string => {
  const file = join(place, name);
  writeFileSync(file, content, { mode });
  return file;
};
const made = (name: string, make: (path: string) => unknown): string => {
  make(join(place, name));
  return join(place, name);
};
const want = { roles: ['backend'], map: new Map() };
const said = (...names: string[]): string => {
  const read = readInventories(names, want);
  return read.ok ? 'it was read' : read.problems.join('\n');
};

describe('an inventory on a real disk', () => {
  it('is read with what stands beside it, as file and as folder', () => {
    const folder = join(place, 'i');
    mkdirSync(join(folder, 'group_vars'), { recursive: true });
    const file = put('i/hosts.yml', withVariable('ansible_user', '""').replace('ansible_user: ""', 'x: y'));
    put('i/group_vars/all.yml', 'ansible_user: beside\n');
    for (const name of [file, folder]) {
      const read = readInventories([name], want);
      expect(read.ok && read.fleet.machines[0]?.user, name).toBe('beside');
    }
  });

  it.each([
    ['a file that is not there', () => join(place, 'none.yml'), 'found no regular file'],
    ['a pipe', () => made('pipe', (path) => execFileSync('mkfifo', [path])), 'found no regular file'],
    ['a device', () => '/dev/zero', 'found no regular file'],
    ['a link in a circle', () => made('round', (path) => symlinkSync(path, path)), 'found no regular file'],
    ['an empty folder', () => made('empty', mkdirSync), 'expected at least one host, found none'],
    [
      'bytes that are not UTF-8',
      () => put('bytes.yml', Uint8Array.from([0x61, 0xff, 0x0a])),
      'found bytes that are not UTF-8',
    ],
    ['a NUL', () => put('nul.yml', 'a:\n  \0b:\n'), 'found a NUL in line 2'],
    ['2 MB', () => put('large.yml', '#'.repeat(2_000_000)), 'found 2000000 bytes'],
    [
      'a program',
      () => put('script', '#!/bin/sh\ntouch MARK\n', 0o755),
      'a program, and no inventory is run here; write what `ansible-inventory -i script --list` prints',
    ],
    [
      'TOML',
      () => put('hosts.toml', '[all]\n'),
      'found TOML; write what `ansible-inventory -i hosts.toml --list` prints',
    ],
  ])('%s is refused in a sentence', (_, name, message) => {
    expect(said(name())).toContain(message);
  });

  it('may begin with a byte order mark, and end its lines with CR LF', () => {
    expect(said(put('bom.yml', `\ufeff${withVariable('x', 'y').replaceAll('\n', '\r\n')}`))).toBe(
      'it was read',
    );
    const ini =
      '[backend]\r\nvm20 ansible_host=10.0.0.1 ansible_user=autobot ansible_ssh_private_key_file=/k\r\n';
    expect(said(put('crlf', ini))).toBe('it was read');
  });

  it('a folder that is none of ours is only looked at', () => {
    expect(realDisk.list(join(place, 'none'))).toEqual([]);
    expect(realDisk.look(join(place, 'none'))).toBe('nothing');
  });
});

describe('the key of a machine', () => {
  const machine = (keyFile: string): Machine => ({
    ...{ name: 'vm20', role: 'backend', address: '10.0.0.1', port: 22, user: 'autobot', keyFile },
  });
  it('is fine when only its owner may use it', () => {
    expect(keyFault(machine(put('key', 'x', 0o600)))).toBeUndefined();
  });
  it('that nobody names is one of those that ssh tries by itself', () => {
    const folder = join(place, 'home');
    mkdirSync(folder, { recursive: true });
    const [unnamed, agent] = [machine(''), { ...machine(''), agent: '/run/agent' }];
    expect(keyFault(agent, folder)).toBeUndefined();
    expect(keyFault(unnamed, folder)?.message).toBe(
      `The inventory names no key for vm20, and none of ssh's default keys is in ${folder}.`,
    );
    put('home/id_ecdsa', 'x', 0o600);
    expect(keyFault(unnamed, folder)).toBeUndefined();
    chmodSync(join(folder, 'id_ecdsa'), 0o640);
    expect(keyFault(unnamed, folder)?.remedy).toBe(`chmod 600 '${folder}/id_ecdsa'`);
  });
  it.each([
    ['is not there', () => join(place, 'nokey'), /should be in .*nokey, but it cannot be read \(ENOENT\)/],
    ['is a folder', () => place, /should be a file/],
    [
      'may be read by others',
      () => put('open', 'x', 0o644),
      /can be used by others than its owner \(mode 644\)/,
    ],
  ])('that %s is named, with the command that corrects it', (_, file, message) => {
    const path = file();
    if (path.endsWith('open')) chmodSync(path, 0o644);
    const fault = keyFault(machine(path));
    expect(fault?.message).toMatch(message);
    expect(fault?.remedy).not.toBe('');
  });
});

it('this very machine is reached without ssh, beside the others', async () => {
  const here: Machine = {
    name: 'here',
    role: 'backend',
    address: 'localhost',
    port: 22,
    user: 'x',
    keyFile: '',
    local: true,
  };
  const fleet = { name: 'f', source: 'live', knownHosts: '/nowhere', machines: [here] } as const;
  const reach = fleetTransport(fleet, { directory: join(place, 's'), log: () => {} });
  const channel = await reach.open('here', new AbortController().signal);
  let heard = '';
  const order = { id: 'a/b', command: 'echo here', limits: { seconds: 10, bytes: 1000 } };
  const ended = await channel.run(order, (_, bytes) => {
    heard += Buffer.from(bytes).toString();
  });
  await reach.close();
  expect([ended.how, heard, channel.identity.hostKey]).toEqual(['complete', 'here\n', '']);
});
