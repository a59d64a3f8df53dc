/** The machines of a check that takes every one of a role: which they are, and how its steps are called on each. Pure. */
import type { Check } from './check.ts';
import { fault, type Fault } from './fault.ts';

/** A run asks one after the other, and its row has a line for each. */
export const MOST_MEMBERS = 20;

type Checks = ReadonlyMap<string, { readonly check: Pick<Check, 'every'> }>;
/** The roles of which a check takes every machine: several may play one. */
export const everyRoleOf = (writeups: readonly { readonly checks: Checks }[]): ReadonlySet<string> =>
  new Set(writeups.flatMap(({ checks }) => [...checks.values()].flatMap(({ check }) => check.every ?? [])));

/** The names of the machines, in the order of the fleet; none where the check runs once, as any other: also where one machine plays the role. */
export function membersOf(
  { every }: Pick<Check, 'every'>,
  machines: readonly { readonly name: string; readonly role: string }[],
): readonly string[] {
  const names = machines.filter(({ role }) => role === every).map(({ name }) => name);
  return names.length > 1 ? names : [];
}

/** The id of a check's step in the run that it makes on one member: `curl@web-1`. Neither part has an `@`. */
export const stepOnMember = (step: string, member: string): string => `${step}@${member}`;

/** The steps of a run, as its header lists them: those of the check, once for each member. */
export function stepsOfRun({ steps }: Pick<Check, 'steps'>, members: readonly string[]) {
  const own = steps.map(({ id, role, command }) => ({ id, role, command }));
  if (members.length === 0) return own;
  return members.flatMap((member) => own.map((step) => ({ ...step, id: stepOnMember(step.id, member) })));
}

export function memberFaults({ every, steps }: Pick<Check, 'every' | 'steps'>): readonly Fault[] {
  const roles = [...new Set(steps.map(({ role }) => role))];
  if (every === undefined || roles.includes(every)) return [];
  const message = `expected a role on which a step runs (${roles.join(', ')}), found "${every}": write one of these, or leave \`every\` out`;
  return [fault(['every'], message)];
}
