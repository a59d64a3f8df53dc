/** The scripts of every role, run on the machines of the lab: what they print comes to the same rows as a real run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectScript, planCollect } from '../../src/core/paste/collectScript.ts';
import { judgePaste } from '../../src/core/paste/judgePaste.ts';
import { machineOf } from '../fleet/fleet.ts';
import { type LabFixture, runOnce, startLabFixture } from '../runs/testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
});
afterAll(() => setup.close());

const writeup = 'wsl2-mirrored-networking';

it.each([
  ['as-documented', ['backend', 'manager', 'frontend'], true],
  ['healthy', ['backend'], false],
])('in %s on %j, with captures: %s', async (condition, roles, capture) => {
  await setup.lab.setCondition(condition);
  const found = setup.writeups.find(({ id }) => id === writeup);
  const checks = [...(found?.checks.values() ?? [])].flatMap(({ check }) =>
    check.steps.every(({ role }) => roles.includes(role)) ? [check] : [],
  );
  let text = '';
  // One after the other: what one machine sends is in the capture of another.
  for (const role of roles) {
    const script = collectScript({ ...{ writeup, role, checks, capture }, form: 'file' });
    const machine = machineOf(setup.fleet, role)?.name ?? role;
    const { stdout, stderr } = await setup.lab.exec(machine, ['sh', '-c', script]);
    expect(stderr).toBe('');
    text += stdout;
  }
  const { reading, rows } = judgePaste(text, checks);
  expect(reading).toMatchObject({ replaced: [], ignored: [] });
  const complete = checks.filter((check) =>
    roles.every((role) =>
      planCollect(check, { role, capture }).every(({ leftOut }) => leftOut === undefined),
    ),
  );
  expect(complete.length).toBeGreaterThan(6);
  for (const check of checks) {
    const row = rows.find((one) => one.check === check.id);
    if (!complete.includes(check)) {
      expect(row).toMatchObject({ judgement: { verdict: 'inconclusive' } });
      expect(row?.asks.length).toBeGreaterThan(0);
      continue;
    }
    const { judgement } = await runOnce(setup, check);
    expect([check.id, row?.judgement.verdict, row?.judgement.outcome, row?.asks]).toEqual([
      ...[check.id, judgement.verdict, judgement.outcome, []],
    ]);
  }
});
