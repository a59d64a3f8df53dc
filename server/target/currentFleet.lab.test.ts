/** A server that is given inventories: the fleet that readers see, notes for the operator, and faults in a sentence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { testPlace, until } from '../lab/testing.ts';
import { type CurrentFleet, type FleetChoice, openCurrentFleet } from './currentFleet.ts';
import type { RoleMap } from '../inventory/roles.ts';
import { withVariable } from '../inventory/testing.ts';
import { startTestLab, testLab } from '../lab/testing-lab.ts';

const place = testPlace();
let lab: Lab;
beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

async function opened(
  files: readonly string[],
  roles: readonly string[],
  map: RoleMap = new Map(),
): Promise<{
  readonly active: CurrentFleet;
  readonly log: readonly string[];
  readonly refused: readonly string[];
}> {
  const log: string[] = [];
  const refused: string[] = [];
  const choice: FleetChoice = { kind: 'inventory', files, map };
  const active = openCurrentFleet({
    every: new Set(),
    ...{ choice, roles, directory: mkdtempSync(`${place.parent}/s`), log: (line) => void log.push(line) },
    refused: (names, faults) => void refused.push(names.join(' '), ...faults),
    ...{ changed: () => {}, gates: { manager: '', backend: '', frontend: '' } },
    lab: testLab,
    credentials: { kind: 'documented' },
  });
  await until('a fleet or a reason', () => active.view().state !== 'starting');
  return { active, log, refused };
}
const inventory = (): string => join(lab.directory, 'inventory.yaml');

it('reaches the machines that play a role, and tells the operator of a role that nobody plays', async () => {
  const map: RoleMap = new Map([['server', { target: 'backend', from: '--roles' }]]);
  const { active, log } = await opened([inventory()], ['manager', 'server', 'nobody'], map);
  expect(active.view()).toMatchObject({
    ...{ state: 'ready', source: 'lab', name: 'inventory' },
    roles: [
      { role: 'manager', name: 'manager' },
      { role: 'server', name: 'backend' },
    ],
  });
  expect(log.join('\n')).toContain('No machine plays the role nobody');
  const channel = await active.open()?.transport.open('backend', new AbortController().signal);
  expect(channel?.identity.hostName).toBe('wsl20');
  channel?.close();
  await active.close();
});

it('reaches nobody when an inventory has a fault, and says where', async () => {
  const bad = join(place.parent, 'bad.yml');
  writeFileSync(bad, 'backend: { hosts: { backend: { ansible_host: "a b" } } }\n');
  const { active, refused } = await opened([inventory(), bad], ['backend']);
  const view = active.view();
  expect(view.state === 'none' && view.message).toContain(
    'The inventory has faults, so no machine can be reached:',
  );
  expect(refused[0]).toBe(`${inventory()} ${bad}`);
  expect(refused[1]).toMatch(/^\S+:\d+: expected/);
  // The group now has two machines, so nobody is asked at all.
  expect(active.open()).toBeUndefined();
  await active.close();
  rmSync(bad);
});

it('[T22] reaches nobody when there are no pinned keys, and says what to write', async () => {
  const bare = join(place.parent, 'bare.yml');
  writeFileSync(bare, withVariable('ansible_ssh_private_key_file', '/k'));
  const { active, refused } = await opened([bare], ['backend']);
  const view = active.view();
  expect(view.state === 'none' && view.message).toContain(
    `${place.parent}/known_hosts: expected the pinned host keys`,
  );
  expect(refused[1]).toContain('(ENOENT); write one line for each machine');
  expect(active.open()).toBeUndefined();
  await active.close();
  rmSync(bare);
});
