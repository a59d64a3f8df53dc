import { expect, it } from 'vitest';
import { checkOf, onceStep } from '../testing.ts';
import { checkSchema } from './check.ts';
import { lint } from './lint.ts';
import { membersOf, stepsOfRun } from './members.ts';

const two = (more: object = {}) =>
  checkOf('two', [onceStep('first', 'true', { role: 'web' }), onceStep('other', 'date')], more);
const machines = [
  { name: 'db', role: 'backend' },
  { name: 'web-2', role: 'web' },
  { name: 'web-1', role: 'web' },
];

it.each([
  ['a role that no step uses', 'db', 'expected a role on which a step runs (web, backend), found "db"'],
  ['a role of a step', 'web', undefined],
])('[C32] %s in `every` is named, or accepted', (_, every, message) => {
  const found = lint(two({ every })).find(({ path }) => path[0] === 'every');
  if (message === undefined) expect(found).toBeUndefined();
  else expect(found?.message).toContain(message);
});

it('[C32] two roles in `every` are refused, with what to write', () => {
  const read = checkSchema.safeParse({ ...two(), every: ['web', 'backend'] });
  expect(read.error?.issues).toMatchObject([
    { path: ['every'], message: expect.stringContaining('expected one role, as in `every: web`') },
  ]);
});

it('[C32] the members are in the order of the fleet; one machine, or none, is a check as any other', () => {
  const check = two({ every: 'web' });
  expect(membersOf(check, machines)).toEqual(['web-2', 'web-1']);
  expect(membersOf(check, machines.slice(0, 2))).toEqual([]);
  expect(membersOf(check, [])).toEqual([]);
  expect(membersOf(two(), machines)).toEqual([]);
  expect(stepsOfRun(check, []).map(({ id }) => id)).toEqual(['first', 'other']);
  const steps = stepsOfRun(check, ['web-2', 'web-1']);
  expect(steps.map(({ id }) => id)).toEqual(['first@web-2', 'other@web-2', 'first@web-1', 'other@web-1']);
});
