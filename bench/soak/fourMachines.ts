/** More machines than the lab has: twenty runs at once and more, through the hub of the server, with local shells as machines. */
import { setTimeout as pause } from 'node:timers/promises';
import { testRunRegistry } from '../../server/runs/testing-registry.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { atLeast, atMost, type Figure } from './figures.ts';

const machines = ['one', 'two', 'three', 'four'];
const each = 8;

export async function fourMachines(): Promise<readonly Figure[]> {
  const checks = machines.flatMap((role) =>
    Array.from({ length: each }, (_, number) =>
      checkOf(`long-${role}-${number}`, [onceStep('s', 'echo begun; exec sleep 9', { role })]),
    ),
  );
  const { registry, run, ended, close } = testRunRegistry(checks, { machines });
  const runs = checks.map(({ id }) => run(id));
  const running = () => registry.active().filter(({ state }) => state === 'running');
  const deadline = performance.now() + 8000;
  while (running().length < 24 && performance.now() < deadline) await pause(20);
  const counts = machines.map(
    (name) => running().filter(({ check }) => check.startsWith(`long-${name}-`)).length,
  );
  for (const one of runs) registry.cancel(one);
  await Promise.all(runs.map(ended));
  await close();
  const all = counts.reduce((sum, count) => sum + count, 0);
  return [
    atLeast('Runs at once on four machines (local shells)', all, 20),
    atMost('… on one of them', Math.max(...counts), 6),
  ];
}
