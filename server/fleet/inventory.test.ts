/** What the inventory reader promises: the usual inventories are read, and the hostile ones are refused at their line. */
import { describe, expect, it } from 'vitest';
import { readInventory } from './inventory.ts';
import { FILE, problems, withVariable } from './testing.ts';

const good = `
all:
  vars:
    ansible_user: autobot
    ansible_ssh_private_key_file: keys/id_ed25519
  children:
    manager:
      hosts:
        vm19:
          ansible_host: 172.16.168.19
    apps:
      vars:
        ansible_port: 2222
        ansible_user: outer
      children:
        backend:
          vars: { ansible_user: inner }
          hosts:
            vm20:
              ansible_host: 172.16.168.20
              ansible_ssh_common_args: "-o ProxyJump=vm19 -o ConnectTimeout=5"
              vantage_machine_id: 0123456789abcdef0123456789abcdef
        frontend:
          hosts:
            vm21: { ansible_host: "fd00::21", vantage_role: browser, vantage_socket: run/vm21.sock }
`;

describe('an inventory that is fine', () => {
  it('of machines that are reached over a network is live; the lab is never called so, by whatever inventory', () => {
    const provenance = (text: string) => {
      const read = readInventory(text, FILE);
      return read.ok && read.fleet.provenance;
    };
    expect(provenance(withVariable('ansible_port', '22'))).toBe('live');
    expect(provenance(withVariable('vantage_socket', '/run/lab/ssh-backend.sock'))).toBe('lab');
  });
  it('becomes a fleet, with variables of the innermost group before those of outer ones', () => {
    const read = readInventory(good, FILE);
    expect(read).toEqual({
      ok: true,
      fleet: {
        name: 'inventory',
        provenance: 'lab',
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
            jump: 'vm19',
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

  it('takes the file of pinned keys from all.vars', () => {
    const read = readInventory(good.replace('vars:\n', 'vars:\n    vantage_known_hosts: pins/hosts\n'), FILE);
    expect(read.ok && read.fleet.knownHosts).toBe('/srv/fleet/pins/hosts');
  });

  it('expands ~/ and leaves foreign variables alone', () => {
    const read = readInventory(
      withVariable(
        'ansible_ssh_private_key_file',
        '~/.ssh/id\n      packages: [a, b]\n      motd: "{{ x }}"',
      ),
      FILE,
    );
    expect(read.ok && read.fleet.machines[0]?.keyFile).toMatch(/^\/.*\/\.ssh\/id$/);
  });

  it('takes the name of a machine as its address when there is no other', () => {
    const read = readInventory(good.replace('ansible_host: 172.16.168.19', 'x: y'), FILE);
    expect(read.ok && read.fleet.machines[0]?.address).toBe('vm19');
  });
});

describe('what is not plain or not complete is refused with what to write', () => {
  it.each([
    [
      'a template',
      withVariable('ansible_host', '"{{ ip }}"'),
      ':4: expected ansible_host as a plain value, found a Jinja template',
    ],
    [
      'no user',
      good.replace(/ {4}ansible_user: autobot\n/, ''),
      ':8: expected ansible_user for vm19, found none; write for example `ansible_user: autobot`',
    ],
    ['a password', withVariable('ansible_password', 'x'), ':7: expected no ansible_password'],
    ['an old name', withVariable('ansible_ssh_host', '10.0.0.1'), 'write ansible_host'],
    [
      'no group',
      'all:\n  hosts:\n    vm19: {ansible_host: 10.0.0.1, ansible_user: a, ansible_ssh_private_key_file: k}\n',
      ':3: expected one innermost group around vm19',
    ],
    [
      'two groups',
      `${good}    other:\n      children:\n        more: { hosts: { vm20: } }\n`,
      'several: backend, more',
    ],
    [
      'a jump machine that is not there',
      good.replace('ProxyJump=vm19', 'ProxyJump=vm99'),
      'expected the jump machine vm99',
    ],
    ['a circle of jumps', good.replace('ProxyJump=vm19', 'ProxyJump=vm20'), 'a circle through vm20'],
    [
      'one address twice',
      good.replace(
        'fd00::21", vantage_role: browser, vantage_socket: run/vm21.sock',
        '172.16.168.20", ansible_ssh_common_args: "-J vm19"',
      ),
      'a place of its own for vm21',
    ],
    [
      'a host as a list',
      'backend:\n  hosts:\n    - vm20\n',
      ':3: expected the hosts of the group backend as names with a colon, found a list',
    ],
    [
      'a variable beside the hosts',
      'backend:\n  ansible_user: x\n',
      ':2: expected `hosts`, `children` or `vars`',
    ],
    [
      'a group within itself',
      'a:\n  children:\n    b:\n      children:\n        a:\n',
      ':5: expected groups that do not contain themselves',
    ],
    [
      'a machine twice',
      good.replace('vm21:', 'vm20:').replace('fd00::21', '10.0.0.1'),
      'ansible_host of the machine vm20 once',
    ],
    [
      'a key twice',
      good.replace('    manager:', '    apps:'),
      ':11: expected YAML, found Map keys must be unique',
    ],
    ['an alias', 'a: &x\n  vars: {b: c}\nd: *x\n', ':2: expected YAML without anchors'],
    ['a merge key', 'a:\n  vars:\n    <<: {b: c}\n', 'the merge key <<'],
    ['a tag', withVariable('x', '!!js/function "y"'), 'expected YAML'],
    ['two documents', `${good}---\n${good}`, 'expected YAML'],
    ['a tab', 'a:\n\thosts:\n', ':2: expected YAML'],
    ['a byte that is not UTF-8', 'a:\n  \ufffd: b\n', ':2: expected text in UTF-8'],
    ['an empty file', '', ':1: expected at most|expected at least one machine'],
    ['a list', '- a\n', ':1: expected the inventory as names with a colon'],
    ['10 MB', `#${'x'.repeat(10_000_000)}`, 'expected at most 1048576 bytes'],
    ['billion laughs', `a: &a [x,x]\n${'b: &b [*a,*a]\n'}c: [*b,*b]\n`, 'without anchors'],
  ])('%s', (_, text, say) => {
    const found = problems(text).join('\n');
    expect(
      say.split('|').some((one) => found.includes(one)),
      found,
    ).toBe(true);
  });

  it('reports every problem, in the order of the lines', () => {
    const text = good.replace('172.16.168.19', '1.2.3').replace('2222', '0').replace('fd00::21', 'x y');
    const lines = problems(text).map((problem) => Number(/:(\d+):/.exec(problem)?.[1]));
    expect([...new Set(lines)]).toEqual([10, 13, 25]);
  });
});
