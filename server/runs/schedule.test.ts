/** Run all starts its checks in an order in which nothing waits that need not. */
import { expect, it } from 'vitest';
import { loadContent } from '../content/load.ts';
import { fileURLToPath } from 'node:url';
import { neededSlots, slotsFor, startOrder } from './schedule.ts';

const content = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
const checks = [...(content.find(({ id }) => id === 'wsl2-mirrored-networking')?.checks.values() ?? [])].map(
  ({ check }) => check,
);
const machine = (name: string, role = name) => ({
  ...{ name, role, address: '127.0.0.1', port: 22, user: 'me', keyFile: '' },
});
const machines = ['manager', 'backend', 'frontend'].map((role) => machine(role));
const slotsOf = (id: string) => {
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`expected a check ${id}`);
  return Object.fromEntries(neededSlots(check, { machines }));
};

it('[C7] a capture has nothing beside it that sends, from any machine', () => {
  const all = Object.fromEntries(
    machines.map(({ name }) => [`sending from ${name}`, Number.POSITIVE_INFINITY]),
  );
  expect(slotsOf('tcpdump-lo')).toEqual({ backend: 1, ...all });
  expect(slotsOf('plain-curl')).toEqual({ backend: 1, 'sending from backend': 1 });
  expect(slotsOf('ss-listen')).toEqual({ backend: 1 });
});

it('[C32] a check takes a slot of every machine of its role, and any other one of the first', () => {
  const own = checks.find(({ id }) => id === 'ss-listen');
  if (!own) throw new Error('expected a check ss-listen');
  const fleet = { machines: ['b-1', 'b-2'].map((name) => machine(name, 'backend')) };
  expect([...neededSlots(own, fleet).keys()]).toEqual(['b-1']);
  expect([...neededSlots({ ...own, every: 'backend' }, fleet).keys()]).toEqual(['b-1', 'b-2']);
});

it('[C7] slots of real machines are those of all servers, by where the machines are; those of a lab are its own', () => {
  const check = checks.find(({ id }) => id === 'plain-curl');
  if (!check) throw new Error('expected a check plain-curl');
  const fleet = { name: '', knownHosts: '', machines: [{ ...machine('own name', 'backend'), port: 2222 }] };
  expect([...(slotsFor(check, { ...fleet, source: 'live' }).shared?.keys() ?? [])]).toEqual([
    '127.0.0.1:2222',
    'sending from 127.0.0.1:2222',
  ]);
  expect(slotsFor(check, { ...fleet, source: 'lab' }).shared).toBeUndefined();
});

it('captures start last, and the longest of the others first; equal ones as they were asked for', () => {
  const order = startOrder(checks).map((position) => checks[position]);
  const captures = order.map((check) => check?.effect === 'capture');
  expect(captures).toEqual([...captures].sort());
  const lengths = order
    .filter((check) => check?.effect !== 'capture')
    .map((check) => check?.steps.length ?? 0);
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  expect(new Set(order).size).toBe(checks.length);
  const [first] = checks;
  expect(startOrder(first ? [first, first] : [])).toEqual([0, 1]);
});
