/** The lab's fleet says the same in objects and in files. */

import { expect, test } from 'vitest';
import { parse } from 'yaml';
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
