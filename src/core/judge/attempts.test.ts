import { describe, expect, it } from 'vitest';
import type { Check, Repeat } from '../check/check.ts';
import { lint } from '../check/lint.ts';
import { judgePaste } from '../paste/judgePaste.ts';
import { checkOf, onceStep } from '../testing.ts';
import { judge } from './judge.ts';
import { judgeSamples, resultsOf } from './samples.ts';

const attempt = (text: string): object =>
  text === 'cut' || text === 'lost'
    ? { how: text === 'cut' ? 'truncated' : text }
    : text === 'no curl'
      ? { exit: 127, stderr: 'sh: 1: sh: not found\n' }
      : { stdout: `${text}\n` };

/** It agrees when its step says `ready 1`. */
const check = (holds: Repeat['holds'], attempts: readonly string[] = ['ready 1'], step: object = {}): Check =>
  checkOf(
    'wait',
    [
      onceStep('probe', 'echo ready', {
        why: 'x x x x x',
        repeat: { holds, seconds: 10, every: 1 },
        ...step,
      }),
    ],
    {
      values: { ready: { from: 'regex', step: 'probe', stream: 'stdout', regex: 'ready (.*)', as: 'int' } },
      expect: [{ kind: 'value', value: 'ready', is: { eq: 1 } }],
      samples: [1, 2, 3].map((n) => ({
        ...{ name: `${n}`, verdict: 'agrees', steps: { probe: { attempts: attempts.map(attempt) } } },
      })),
    },
  );

const verdictOf = (holds: Repeat['holds'], attempts: readonly string[]) => {
  const own = check(holds, attempts);
  const [sample] = own.samples;
  const { verdict, problem } = judge(own, sample ? resultsOf(own, sample) : new Map());
  return problem ? `${verdict}, ${problem.kind}` : verdict;
};

describe('a repeated step', () => {
  it.each<[Repeat['holds'], string, string[]]>([
    ['eventually', 'agrees', ['ready 0', 'ready 1', 'ready 0']],
    ['eventually', 'agrees', ['what?', 'ready 1']],
    ['eventually', 'differs', ['ready 0', 'ready 2']],
    ['eventually', 'inconclusive, unparsable', ['ready 0', 'what?', 'ready 0']],
    ['consistently', 'agrees', ['ready 1', 'ready 1']],
    ['consistently', 'differs', ['ready 1', 'ready 0', 'ready 1']],
    ['consistently', 'differs', ['ready 1', 'ready 1', 'ready 0']],
    ['consistently', 'inconclusive, unparsable', ['ready 1', 'what?', 'ready 0']],
  ])('[J12] %s: %s after %j', (holds, verdict, attempts) => expect(verdictOf(holds, attempts)).toBe(verdict));
  it.each<[string, string[]]>([
    ['truncated', ['cut', 'ready 1']],
    ['lost', ['lost', 'ready 1']],
    ['missing-command', ['no curl', 'ready 1']],
  ])('[J13] %s ends it, whatever would have come: %j', (problem, attempts) => {
    expect(verdictOf('eventually', attempts)).toBe(`inconclusive, ${problem}`);
    expect(verdictOf('consistently', attempts)).toBe(`inconclusive, ${problem}`);
  });
  it('[J12] is judged together with the steps before it, and a control that fails makes an attempt unreadable', () => {
    const first = onceStep('first', 'echo 1', { why: 'x x x x x' });
    const [probe] = check('eventually').steps;
    const both = checkOf('wait', [first, probe ?? {}], {
      values: Object.fromEntries(
        ['first', 'probe'].map((step) => [
          step,
          { from: 'regex', step, stream: 'stdout', regex: 'ready (.*)', as: 'int' },
        ]),
      ),
      controls: [{ holds: { kind: 'exit', step: 'probe', is: { eq: 0 } }, missing: 'It did not run.' }],
      expect: [{ kind: 'same', values: ['first', 'probe'] }],
      samples: [{ exit: 0 }, { exit: 3 }, {}].map((one, n) => ({
        ...{ name: `${n}`, verdict: n === 1 ? 'inconclusive' : 'agrees' },
        steps: {
          first: { stdout: 'ready 7\n' },
          probe: {
            attempts: [{ stdout: 'ready 6\n', ...one }, { stdout: n === 1 ? 'ready 5\n' : 'ready 7\n' }],
          },
        },
        observed: n === 1 ? 'not known: control failed' : 'x',
      })),
    });
    expect(judgeSamples(both)).toEqual([]);
  });
  it('[C25] is refused without an expectation of its own, with one attempt or a secret, and attempts belong to it alone', () => {
    const messages = (one: Check) => lint(one).map(({ path, message }) => `${path.join('.')}: ${message}`);
    const own = (step: object) =>
      messages(check('eventually', undefined, step)).filter((one) => /repeat|attempts/.test(one));
    expect(own({})).toEqual([]);
    expect(own({ repeat: { holds: 'eventually', seconds: 5, every: 5 } })).toEqual([
      'steps.0.repeat.every: expected less than the 5 s of `seconds`, so that there is a second attempt, found 5',
    ]);
    expect(own({ extracts: { token: 'token' } })).toEqual([
      'steps.0.repeat: a step that extracts a secret runs once: repeat a step after it',
    ]);
    expect(own({ repeat: undefined })[0]).toBe(
      'samples.0.steps.probe.attempts: "probe" has no `repeat`, so it runs once: write its output without `attempts`',
    );
    const other = { ...check('eventually'), expect: [] };
    expect(messages(other)).toContain(
      'steps.0.repeat: nothing in `expect` says what "probe" is repeated for: add an expectation of its output',
    );
  });
  it.each<[Repeat['holds'], string, string]>([
    ['eventually', 'ready 1', 'agrees'],
    ['eventually', 'ready 0', 'inconclusive'],
    ['consistently', 'ready 1', 'inconclusive'],
    ['consistently', 'ready 0', 'differs'],
  ])('[Y10] pasted, one attempt shows what it can: %s, %s is %s', (holds, output, verdict) => {
    const text = `===== vantage collect 1: w backend =====
----- wait/probe -----
$ echo ready
out: ${output}
exit: 0   seconds: 0.01
===== end of vantage collect =====`;
    const [row] = judgePaste(text, [check(holds)]).rows;
    expect(row?.judgement.verdict).toBe(verdict);
    if (verdict === 'inconclusive') expect(row?.asks[0]?.message).toContain(`what has to hold ${holds}`);
  });
});
