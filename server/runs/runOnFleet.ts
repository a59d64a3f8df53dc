/** Runs a check on a fleet: once, or once for each machine of the role that it takes every machine of. */
import { membersOf, stepOnMember, stepsOfRun } from '../../src/core/check/members.ts';
import type { Check } from '../../src/core/check/check.ts';
import { type JudgedMember, judgeTogether } from '../../src/core/judge/judgeTogether.ts';
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';
import { type Fleet, machineOf } from '../fleet/fleet.ts';
import type { RunCheckOptions } from './options.ts';
import { runCheck } from './runCheck.ts';

/** What the header of a run says of its steps and machines. */
export function stepsOnFleet(check: Check, { machines }: Fleet) {
  const names = membersOf(check, machines);
  return {
    steps: stepsOfRun(check, names),
    ...(check.every === undefined || names.length === 0
      ? {}
      : { members: { role: check.every, machines: [...names] } }),
  };
}

/** As `runCheck`. The members run one after the other, each as if it were alone, so that one that fails keeps no other from its result. */
export async function runOnFleet(
  options: Omit<RunCheckOptions, 'machineOf'>,
  fleet: Fleet,
): Promise<Judgement> {
  const { check, emit, transport } = options;
  const members = membersOf(check, fleet.machines);
  const machineFor = (role: string) => machineOf(fleet, role);
  if (members.length === 0) return runCheck({ ...options, machineOf: machineFor });
  const each: JudgedMember[] = [];
  for (const [index, machine] of members.entries()) {
    const next = members[index + 1];
    if (next !== undefined) transport.prepare(next);
    const judgement = await runCheck({
      ...options,
      machineOf: (role) =>
        role === check.every ? fleet.machines.find(({ name }) => name === machine) : machineFor(role),
      emit: (body) => emit(onMember(body, machine)),
    });
    each.push({ machine, judgement });
  }
  return judgeTogether(each, check.every ?? '');
}

function onMember(body: RunEvent | Output, machine: string): RunEvent | Output {
  if (!('step' in body)) return body;
  const step = stepOnMember(body.step, machine);
  return body.kind === 'step-note'
    ? { ...body, step, message: `${machine}: ${body.message}` }
    : { ...body, step };
}
