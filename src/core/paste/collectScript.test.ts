import { expect, it } from 'vitest';
import { capture as captureCheck, checkOf, onceStep } from '../testing.ts';
import { type CollectOptions, canCollect, collectScript, planCollect } from './collectScript.ts';

const two = checkOf('two', [
  onceStep('first', "echo 'a  b' \\n"),
  onceStep('second', 'uname', { role: 'manager' }),
]);
const secret = checkOf('secret', [
  onceStep('login', 'cat', {
    input: '{name}',
    credentials: { of: 'backend', documented: { name: 'ada', word: 'x' }, secret: ['word'] },
  }),
  onceStep('token', 'cat', { extracts: { token: 'token' } }),
  onceStep('use', 'cat', { input: '{token}' }),
]);
const elsewhere = {
  ...captureCheck,
  steps: captureCheck.steps.map((step) => (step.runs === 'background' ? { ...step, role: 'manager' } : step)),
};
const options = (more: Partial<CollectOptions>): CollectOptions => ({
  ...{ writeup: 'a-writeup', role: 'backend', checks: [two], capture: false, form: 'file', ...more },
});

it('[Y20] a script has the commands of its role, word for word and in their order, each with its time limit', () => {
  const checks = [two, captureCheck];
  const found = (more: Partial<CollectOptions>) => [
    ...collectScript(options({ checks, ...more })).matchAll(/^(\w+) (\S+) (\d+) <<'END'\n(.*)\nEND$/gm),
  ];
  const once = [['step', 'two/first', '10', two.steps[0]?.command]];
  expect(found({}).map((one) => one.slice(1))).toEqual(once);
  expect(found({ role: 'manager' }).map(([, , name]) => name)).toEqual(['two/second']);
  const [capturing, stimulus] = captureCheck.steps.map(({ command }) => command);
  expect(found({ capture: true }).map((one) => one.slice(1))).toEqual([
    ...once,
    ['begin', 'nothing-on-lo/capture', '10', capturing],
    ['step', 'nothing-on-lo/stimulus', '8', stimulus],
    ['finish', 'nothing-on-lo/capture', '10', ':'],
  ]);
});

it.each([
  ['two', two, true, [undefined]],
  [
    'credentials, an answer with a secret, a value of another step',
    secret,
    true,
    [/password/, /secret/, /another step/],
  ],
  ['a capture that nobody asked for', captureCheck, false, [/--capture/, /--capture/]],
  ['a capture', captureCheck, true, [undefined, undefined]],
  ['beside a step on another machine', elsewhere, true, [/another machine/]],
])('[Y20] what a script leaves out it says, with the reason: %s', (_, check, capture, reasons) => {
  const plan = planCollect(check, { role: 'backend', capture });
  expect(plan.map(({ leftOut }) => leftOut)).toEqual(
    reasons.map((reason) => (reason === undefined ? undefined : expect.stringMatching(reason))),
  );
  const script = collectScript(options({ checks: [check], capture }));
  for (const { step, leftOut } of plan)
    expect(script.includes(`leave_out ${check.id}/${step.id} '${leftOut}'`)).toBe(leftOut !== undefined);
});

it.each([
  [[two], 'backend', false, true],
  [[two], 'backend', true, false],
  [[two], 'frontend', false, false],
  [[secret], 'backend', false, false],
  [[captureCheck], 'backend', true, true],
  [[elsewhere], 'backend', true, false],
])('[Y20] there is a script only where it runs something', (checks, role, capture, expected) => {
  expect(canCollect({ checks, role, capture })).toBe(expected);
});
