/** A small, sound check for tests, and ways to vary it. */
import { type Check, checkSchema } from './check/check.ts';
import type { CompleteStep, StepResult } from './judge/evidence.ts';

export const capture: Check = checkSchema.parse({
  id: 'nothing-on-lo',
  title: 'Nothing on lo',
  claim: 'No packet of the attempt is seen on lo.',
  documented: { check: '`tcpdump -i lo port 8443`', result: '**0 packets**', value: '0 packets' },
  effect: 'capture',
  steps: [
    {
      runs: 'background',
      id: 'capture',
      role: 'backend',
      command: 'sudo -n /usr/bin/timeout -k 1 9 /usr/bin/tcpdump -i lo -nn -l port 8443',
      why: 'Sees whatever passes lo while the attempt is made.',
      wording: 'tcpdump says what it dropped in its summary only.',
      needs: ['sudo', 'timeout', 'tcpdump'],
      limits: { seconds: 10, bytes: 65536 },
      ready: { stream: 'stderr', regex: 'listening on lo.*', seconds: 3 },
    },
    {
      runs: 'foreground',
      id: 'stimulus',
      role: 'backend',
      command: "curl --noproxy '*' --max-time 5 https://127.0.0.1:8443/",
      why: 'The attempt that the capture watches for.',
      needs: ['curl'],
      limits: { seconds: 8, bytes: 65536 },
    },
  ],
  values: {
    packets: { from: 'count', step: 'capture', stream: 'stdout', regex: '.* IP .*: Flags .*' },
    canaries: { from: 'count', step: 'capture', stream: 'stdout', regex: '.* UDP, length 41' },
    dropped: {
      from: 'regex',
      step: 'capture',
      stream: 'stderr',
      regex: '(\\d+) packets? dropped by kernel',
      as: 'int',
    },
  },
  controls: [
    { holds: { kind: 'exit', step: 'capture', is: { eq: 0 } }, missing: 'The capture did not end well.' },
    { holds: { kind: 'value', value: 'dropped', is: { eq: 0 } }, missing: 'The kernel dropped packets.' },
    {
      holds: { kind: 'value', value: 'canaries', is: { ge: 1 } },
      missing: 'The canary was not seen.',
    },
    {
      holds: { kind: 'exit', step: 'stimulus', is: { oneOf: [0, 7, 28] } },
      missing: 'The stimulus did not run.',
    },
  ],
  expect: [{ kind: 'value', value: 'packets', is: { eq: 0 } }],
  outcomes: [
    {
      when: [{ kind: 'value', value: 'packets', is: { gt: 0 } }],
      observed: '{packets} packets',
      means: 'The attempt was seen on lo.',
    },
  ],
  otherwise: {
    agrees: { observed: '{packets} packets', means: 'Nothing was seen on lo.' },
    differs: { observed: '{packets} packets', means: 'It came out otherwise.' },
    inconclusive: { means: 'Nothing can be said.' },
  },
  samples: [
    {
      name: 'none',
      release: 'tcpdump 4.99.0',
      verdict: 'agrees',
      steps: {
        capture: { stdout: 'x lo IP a > b: UDP, length 41\n', stderr: '0 packets dropped by kernel\n' },
        stimulus: { exit: 7 },
      },
    },
    {
      name: 'permission denied',
      release: 'tcpdump 4.99.3',
      verdict: 'inconclusive',
      steps: { capture: { exit: 1, stderr: 'tcpdump: permission denied\n' }, stimulus: { exit: 7 } },
    },
    {
      name: 'seen',
      release: 'tcpdump 4.99.6',
      verdict: 'differs',
      like: 'none',
      steps: { capture: { stdout: 'x lo IP a > b: UDP, length 41\n1 IP a > b: Flags [S]\n' } },
    },
  ],
});

/** A step that ended completely. */
export function complete(step: Partial<CompleteStep>): StepResult {
  return { how: 'complete', step: { exit: 0, stdout: '', stderr: '', seconds: 0.1, ...step } };
}

/** A step that runs once on the backend, with room to change anything. */
export const onceStep = (id: string, command: string, more: object = {}): object => ({
  ...{
    runs: 'foreground',
    id,
    role: 'backend',
    command,
    needs: ['sh'],
    limits: { seconds: 10, bytes: 65_536 },
  },
  ...more,
});

/** A check that is of no writeup: it agrees when the first of its steps ends with 0. */
export function checkOf(id: string, steps: readonly object[], more: object = {}): Check {
  const [first] = steps;
  return checkSchema.parse({
    ...{ id, title: 'A check', claim: 'Something holds here.', effect: 'read', steps, outcomes: [] },
    documented: { check: 'x', result: 'x', value: 'x' },
    expect: [{ kind: 'exit', step: first && 'id' in first ? first.id : '', is: { eq: 0 } }],
    otherwise: {
      agrees: { observed: 'x', means: 'It is as documented.' },
      differs: { observed: 'y', means: 'It is otherwise.' },
      inconclusive: { means: 'Nothing is known.' },
    },
    samples: [1, 2, 3].map((n) => ({ name: `sample ${n}`, verdict: 'agrees', steps: {} })),
    ...more,
  });
}

/** The same numbers everywhere, from a seed: a linear congruential generator (Numerical Recipes). */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
