/** The lab's fleet says the same in objects and in files. */

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { LabMachine } from './description/description.ts';
import { roleFaults } from './description/labFaults.ts';
import { fleetOf, inventory, knownHosts } from './fleet.ts';
import { testLab } from './testing-lab.ts';

const fleet = fleetOf(
  '/run/l',
  testLab.machines.map((machine) => ({
    lab: testLab,
    machine,
    machineId: `id-of-${machine.name}`,
    gate: undefined,
  })),
);

test('three machines, each with its role, its socket and its identity', () => {
  expect(fleet).toMatchObject({ name: 'lab', source: 'lab', knownHosts: '/run/l/known_hosts' });
  expect(fleet.machines[1]).toEqual({
    name: 'backend',
    role: 'backend',
    address: '172.16.168.20',
    port: 22,
    user: 'autobot',
    keyFile: '/run/l/id_ed25519',
    socket: '/run/l/ssh-backend.sock',
    machineId: 'id-of-backend',
  });
});

test('the inventory is YAML that Ansible reads: groups of one under all/children', () => {
  const read: unknown = parse(inventory(fleet));
  expect(read).toMatchObject({
    all: {
      children: {
        manager: {
          hosts: { manager: { ansible_host: '172.16.168.19', ansible_port: 22, ansible_user: 'autobot' } },
        },
        backend: {
          hosts: {
            backend: { vantage_socket: '/run/l/ssh-backend.sock', vantage_machine_id: 'id-of-backend' },
          },
        },
        frontend: { hosts: { frontend: { ansible_ssh_private_key_file: '/run/l/id_ed25519' } } },
      },
    },
  });
});

test('host keys are pinned under names', () => {
  expect(knownHosts([['manager', 'ssh-ed25519 KEY']])).toBe('manager ssh-ed25519 KEY\n');
});

describe('several machines of one role', () => {
  const managers = (count: number): LabMachine[] =>
    Array.from({ length: count }, (_, at) => ({
      ...{ name: `m-${at + 1}`, role: 'manager', hostName: `m-${at + 1}`, address: '10.0.0.1', setup: [] },
    }));
  const machines = [...testLab.machines.slice(1), ...managers(2)];
  const lab = { ...testLab, machines };
  test('are one group of the inventory', () => {
    const own = fleetOf(
      '/run/l',
      machines.map((machine) => ({ lab, machine, machineId: machine.name, gate: undefined })),
    );
    expect(own.machines.map(({ name, role }) => [name, role])).toContainEqual(['m-2', 'manager']);
    const groups = parse(inventory(own)) as { all: { children: { manager: { hosts: object } } } };
    expect(Object.keys(groups.all.children.manager.hosts)).toEqual(['m-1', 'm-2']);
  });
  test('[C32] are a fault unless a check takes every one, and when they are too many', () => {
    expect(roleFaults(lab, new Set(['manager']))).toEqual([]);
    expect(roleFaults(lab, new Set())).toEqual([
      {
        path: ['machines', 3, 'role'],
        message:
          'expected one machine with the role manager, found m-1, m-2; let one play it, or let a check take every one: `every: manager`',
      },
    ]);
    expect(roleFaults({ ...lab, machines: managers(21) }, new Set(['manager']))).toEqual([
      {
        path: ['machines', 20, 'role'],
        message: 'expected at most 20 machines with the role manager, found 21; a check takes no more',
      },
    ]);
  });
});
