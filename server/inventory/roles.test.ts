/** A role finds exactly one machine, or a sentence says who could play it. */
import { describe, expect, it } from 'vitest';
import { readRoleFlags } from './roles.ts';
import type { Inventory } from './inventory.ts';
import { readFiles } from './testing.ts';

const login = 'vars: { ansible_user: autobot, ansible_ssh_private_key_file: /k }';
const hosts = `all:
  ${login}
  children:
    wsl: { hosts: { vm20: { ansible_host: 10.0.0.20 }, vm30: { ansible_host: 10.0.0.30 } } }
    browsers: { hosts: { vm21: { ansible_host: 10.0.0.21 } } }
    backend: { hosts: { vm40: { ansible_host: 10.0.0.40 } } }
    manager: { hosts: { vm19: { ansible_host: 10.0.0.19 }, vm18: { ansible_host: 10.0.0.18 } } }
`;
const flags = (...given: string[]) => {
  const read = readRoleFlags(given);
  if ('fault' in read) throw new Error(read.fault);
  return read.map;
};
const take = (
  roles: readonly string[],
  given: readonly string[] = [],
  file = '',
  text = hosts,
  every?: ReadonlySet<string>,
): Inventory =>
  readFiles({ '/i/hosts.yml': text, ...(file === '' ? {} : { '/i/vantage.yaml': file }) }, roles, {
    map: flags(...given),
    ...(every && { every }),
  });
const parts = (read: Inventory) =>
  read.ok && Object.fromEntries(read.fleet.machines.map(({ role, name }) => [role, name]));

describe('a role is played by', () => {
  it('the host that --roles names, also by a group of one', () => {
    expect(parts(take(['backend'], ['backend=vm20']))).toEqual({ backend: 'vm20' });
    expect(parts(take(['frontend'], ['frontend=browsers']))).toEqual({ frontend: 'vm21' });
  });

  it('the host that vantage.yaml beside the inventory names; a flag goes before it', () => {
    const file = 'roles:\n  backend: vm30\n  frontend: browsers\n';
    expect(parts(take(['backend', 'frontend'], [], file))).toEqual({ backend: 'vm30', frontend: 'vm21' });
    expect(parts(take(['backend', 'frontend'], ['backend=vm20'], file))).toEqual({
      backend: 'vm20',
      frontend: 'vm21',
    });
  });

  it('the host with that vantage_role, before a group of that name', () => {
    const text = hosts.replace('10.0.0.30', '10.0.0.30, vantage_role: backend');
    expect(parts(take(['backend'], [], '', text))).toEqual({ backend: 'vm30' });
  });

  it('the one host of the group of that name, or the host of that name', () => {
    expect(parts(take(['backend'], [], ''))).toEqual({ backend: 'vm40' });
    expect(parts(take(['vm20'], [], ''))).toEqual({ vm20: 'vm20' });
  });
});

describe('a role of which a check takes every machine', () => {
  const every = new Set(['manager', 'frontend']);
  const playing = (read: Inventory) => read.ok && read.fleet.machines.map(({ role, name }) => [role, name]);
  const both = [
    ['manager', 'vm19'],
    ['manager', 'vm18'],
  ];
  const many = `all: { ${login}, children: { manager: { hosts: { ${Array.from({ length: 21 }, (_, at) => `m${at}: {}`).join(', ')} } } } }`;
  it('[C32] is played by all that fit, in the order of the inventory', () => {
    const read = take(['manager'], [], '', hosts, every);
    expect(playing(read)).toEqual(both);
    expect(read.ok && read.notes).toEqual([
      'The role manager is played by vm19, vm18; a check without `every: manager` asks the first of them.',
    ]);
    expect(playing(take(['frontend'], ['frontend=manager'], '', hosts, every))).toEqual(
      both.map(([, name]) => ['frontend', name]),
    );
    const text = hosts.replaceAll(/(10.0.0.[23]0)/g, '$1, vantage_role: manager');
    expect(playing(take(['manager'], [], '', text, every))).toEqual([
      ['manager', 'vm20'],
      ['manager', 'vm30'],
    ]);
  });
  it('[C32] is played by nobody where too many fit', () => {
    const sentence = 'A check takes at most 20 machines of a role, found 21';
    const read = take(['manager'], [], '', many, every);
    expect(read.ok || read.problems[0]).toContain(`m5 and 15 more. ${sentence}, so its steps cannot run.`);
    const mapped = take(['frontend'], ['frontend=manager'], '', many, every);
    expect(mapped.ok || mapped.problems[0]).toContain(sentence);
  });
  it('[C32] needs each machine reachable by ssh: one that is not is a fault at its line', () => {
    const text = hosts.replace('10.0.0.18', '10.0.0.18, ansible_connection: winrm');
    const read = take(['manager'], [], '', text, every);
    expect(read.ok || read.problems[0]).toMatch(/^\/i\/hosts.yml:7: expected .*, found "winrm"/);
  });
});

describe('a role without its one machine', () => {
  it('is a note with candidates, and the other roles can be played', () => {
    const read = take(['backend', 'manager', 'frontend']);
    expect(parts(read)).toEqual({ backend: 'vm40' });
    expect(read.ok && read.unplayed).toEqual([
      'Several machines fit the role manager: vm19, vm18. One has to play it, or a check of the writeups has to take every one (`every: manager`), so its steps cannot run. Write `vantage_role: manager` at one host of the inventory, `manager: HOST` below `roles:` in vantage.yaml beside it, or `--roles manager=HOST`.',
      'No machine plays the role frontend, so its steps cannot run. The inventory has vm20, vm30, vm21, vm40, vm19, vm18. Write `vantage_role: frontend` at one host of the inventory, `frontend: HOST` below `roles:` in vantage.yaml beside it, or `--roles frontend=HOST`.',
    ]);
  });

  it('is a fault when nobody plays any', () => {
    const read = take(['frontend']);
    expect(read.ok || read.problems[0]).toMatch(/^No machine plays the role frontend/);
  });

  it('a vantage_role that no writeup asks for is named', () => {
    const text = hosts.replace('10.0.0.20', '10.0.0.20, vantage_role: bakend');
    const read = take(['backend'], [], '', text);
    expect(read.ok && read.notes).toEqual([
      'The inventory gives the role "bakend", which no writeup asks for; the roles are backend.',
    ]);
  });
});

describe('a mapping that cannot be followed is a fault at its place', () => {
  it.each([
    [
      ['backend=vm99'],
      '',
      '--roles: expected backend to be a host or a group of the inventory, found "vm99", which is neither; write one of vm20, vm30,',
    ],
    [
      ['backend=wsl'],
      '',
      '--roles: expected backend to be one host, found the group "wsl" with 2; write one of vm20, vm30',
    ],
    [[], 'roles:\n  backend: wsl\n', '/i/vantage.yaml:2: expected backend to be one host'],
    [
      [],
      'roles:\n  bakend: vm20\n',
      '/i/vantage.yaml:2: expected a role of the writeups, found "bakend"; the roles are backend, manager',
    ],
    [
      ['backend=vm20', 'manager=vm20'],
      '',
      'expected a machine for manager, found vm20, which plays backend already',
    ],
    [[], 'role:\n  backend: vm20\n', '/i/vantage.yaml:1: expected `roles:` only, found "role"'],
    [
      [],
      'roles:\n  backend: [vm20]\n',
      '/i/vantage.yaml:2: expected a host or a group for backend, found a list',
    ],
    [[], 'roles:\n  Back End: vm20\n', '/i/vantage.yaml:2: expected a role of lower-case letters'],
  ] as const)('%s %s', (given, file, message) => {
    const read = take(['backend', 'manager'], given, file);
    expect(read.ok ? 'it was read' : read.problems.join('\n')).toContain(message);
  });

  it.each([
    ['backend', '--roles: expected role=host or role=group, found "backend"'],
    ['=vm20', 'found "=vm20"'],
    ['-x=vm20', 'found "-x=vm20"'],
    ['a=b,a=c', '--roles: expected a once, found it twice'],
  ])('--roles %s', (flag, message) => {
    const read = readRoleFlags([flag]);
    expect('fault' in read && read.fault).toContain(message);
  });
});
