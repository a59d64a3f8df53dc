/** What the inventory reader promises: the usual inventories are read. What is refused is in `refused.test.ts`. */
import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { good, ROLES, readText, withVariable } from './testing.ts';

describe('an inventory that is fine', () => {
  it('of machines that are reached over a network is live; the lab is never called so, by whatever inventory', () => {
    const source = (text: string) => {
      const read = readText(text);
      return read.ok && read.fleet.source;
    };
    expect(source(withVariable('ansible_port', '22'))).toBe('live');
    expect(source(withVariable('vantage_socket', '/run/lab/ssh-backend.sock'))).toBe('lab');
  });

  it('becomes a fleet of the machines that play a role; all other hosts may be as they like', () => {
    expect(readText(good, ROLES)).toMatchObject({
      ok: true,
      notes: [],
      unplayed: [],
      fleet: {
        name: 'inventory',
        source: 'lab',
        knownHosts: '/srv/fleet/known_hosts',
        machines: [
          {
            name: 'vm19',
            role: 'manager',
            address: '172.16.168.19',
            port: 22,
            user: 'autobot',
            keyFile: '/srv/fleet/keys/id_ed25519',
          },
          {
            name: 'vm20',
            role: 'backend',
            address: '172.16.168.20',
            port: 2222,
            user: 'inner',
            keyFile: '/srv/fleet/keys/id_ed25519',
            jumps: ['vm19'],
            connectSeconds: 5,
            machineId: '0123456789abcdef0123456789abcdef',
          },
          {
            name: 'vm21',
            role: 'browser',
            address: 'fd00::21',
            port: 2222,
            user: 'outer',
            keyFile: '/srv/fleet/keys/id_ed25519',
            socket: '/srv/fleet/run/vm21.sock',
          },
        ],
      },
    });
  });

  it('keeps a machine that others are reached through, with no role when no writeup names it', () => {
    const read = readText(good, ['backend']);
    expect(read.ok && read.fleet.machines.map(({ name, role }) => [name, role])).toEqual([
      ['vm19', ''],
      ['vm20', 'backend'],
    ]);
  });

  it('takes the file of pinned keys from all.vars', () => {
    const read = readText(good.replace('vars:\n', 'vars:\n    vantage_known_hosts: pins/hosts\n'), ROLES);
    expect(read.ok && read.fleet.knownHosts).toBe('/srv/fleet/pins/hosts');
  });

  it('expands ~/ and leaves foreign variables alone, whatever they are', () => {
    const foreign =
      '~/.ssh/id\n      packages: [a, b]\n      motd: "{{ x }}"\n      secret: !vault |\n        $ANSIBLE_VAULT;1.1\n      odd: !!js/function "y"';
    const read = readText(withVariable('ansible_ssh_private_key_file', foreign));
    expect(read.ok && read.fleet.machines[0]?.keyFile).toMatch(/^\/.*\/\.ssh\/id$/);
  });

  it('takes the name of a machine as its address when there is no other', () => {
    const read = readText(good.replace('ansible_host: 172.16.168.19', 'x: y'), ROLES);
    expect(read.ok && read.fleet.machines[0]?.address).toBe('vm19');
  });

  it('of this very machine needs neither user nor key', () => {
    const read = readText('backend: { hosts: { here: { ansible_connection: local } } }');
    expect(read.ok && read.fleet.machines).toEqual([
      {
        name: 'here',
        role: 'backend',
        address: 'localhost',
        port: 22,
        user: userInfo().username,
        keyFile: '',
        local: true,
      },
    ]);
  });

  it('may use the older names, anchors, merge keys and !unsafe', () => {
    const text =
      'all:\n  vars: &base { ansible_ssh_user: autobot, ansible_private_key_file: !unsafe /k }\nbackend:\n  hosts:\n    VM20:\n      <<: *base\n      ansible_ssh_host: 10.0.0.1\n';
    const read = readText(text);
    expect(read.ok && read.fleet.machines[0]).toEqual({
      ...{ name: 'VM20', role: 'backend', address: '10.0.0.1', port: 22, user: 'autobot', keyFile: '/k' },
    });
  });

  it('says of an installed gate that it is there', () => {
    const read = readText(withVariable('vantage_gate', 'installed'));
    expect(read.ok && read.fleet.machines[0]?.gate).toBe(true);
  });
});
