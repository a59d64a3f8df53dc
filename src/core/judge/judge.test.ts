import { describe, expect, it } from 'vitest';
import type { Check } from '../check/check.ts';
import { missingCommand, problemOfEnd, type StepResult } from './evidence.ts';
import { judge } from './judge.ts';
import { capture, complete } from '../testing.ts';

const canary = '1 IP 127.0.0.1.1 > 127.0.0.2.8443: UDP, length 41\n';
const lost = { kind: 'lost' as const, message: 'The connection ended.' };
const good = {
  capture: complete({ stdout: canary, stderr: '0 packets dropped by kernel\n' }),
  stimulus: complete({ exit: 7 }),
};
const judged = (changes: Record<string, StepResult | undefined>, check: Check = capture) =>
  judge(
    check,
    new Map(
      Object.entries({ ...good, ...changes }).flatMap(([id, result]) => (result ? [[id, result]] : [])),
    ),
  );

describe('the judge', () => {
  it('[J7] agrees when all controls and expectations hold', () => {
    expect(judged({})).toMatchObject({
      verdict: 'agrees',
      observed: '0 packets',
      means: 'Nothing was seen on lo.',
    });
  });
  it('[J7] [J8] differs when a packet was seen, and the outcome says what that means', () => {
    const seen = complete({
      stdout: `${canary}2 IP a > b: Flags [S]\n`,
      stderr: '0 packets dropped by kernel\n',
    });
    expect(judged({ capture: seen })).toMatchObject({
      verdict: 'differs',
      outcome: '1',
      observed: '1 packets',
      means: 'The attempt was seen on lo.',
    });
  });
  it('[J5] "permission denied" is inconclusive, although it shows no packet', () => {
    const result = judged({
      capture: complete({ exit: 1, stderr: 'tcpdump: lo: You do not have permission\n' }),
    });
    expect(result.verdict).toBe('inconclusive');
    expect(result.problem).toMatchObject({
      kind: 'control-failed',
      message: expect.stringContaining('The capture did not end well'),
    });
  });
  it('[J5] empty output is inconclusive: nobody saw the canary', () => {
    expect(
      judged({ capture: complete({ stderr: '0 packets dropped by kernel\n' }) }).problem?.message,
    ).toContain('The canary was not seen');
  });
  it('[J5] a drop in the kernel is inconclusive', () => {
    expect(
      judged({ capture: complete({ stdout: canary, stderr: '3 packets dropped by kernel\n' }) }).problem
        ?.message,
    ).toContain('The kernel dropped packets');
  });
  it('[J5] a summary that is missing is not read as 0 drops', () => {
    expect(judged({ capture: complete({ stdout: canary, stderr: '' }) }).verdict).toBe('inconclusive');
  });
  it('[J4] a missing command is told as such, whatever the pipe returned', () => {
    expect(
      judged({ stimulus: complete({ exit: 0, stderr: 'sh: 1: curl: not found\n' }) }).problem,
    ).toMatchObject({ kind: 'missing-command', step: 'stimulus' });
  });
  it('[J2] a failed step is the problem, and a step never reached is blocked', () => {
    const problem = { kind: 'unreachable' as const, message: 'no route' };
    expect(judged({ capture: { how: 'problem', problem } }).problem).toEqual(problem);
    expect(judged({ stimulus: undefined }).problem).toMatchObject({ kind: 'blocked', step: 'stimulus' });
  });
  it('[J11] a capture that was ended because the step beside it failed does not hide why', () => {
    const cancelled = { kind: 'cancelled' as const, step: 'capture', message: 'ended' };
    const cause = { kind: 'unreachable' as const, step: 'stimulus', message: 'no route' };
    const results = {
      capture: { how: 'problem' as const, problem: cancelled },
      stimulus: { how: 'problem' as const, problem: cause },
    };
    expect(judged(results).problem).toEqual(cause);
    expect(judged({ capture: results.capture }).problem).toEqual(cancelled);
    // Otherwise the first in the order of the steps counts, a missing command too.
    const missing = complete({ exit: 127, stderr: 'sh: 1: tcpdump: not found\n' });
    expect(judged({ ...results, capture: missing }).problem).toMatchObject({
      kind: 'missing-command',
      step: 'capture',
    });
  });
  it('[J3] a truncated observation is never judged to agree', () => {
    const end = { bytes: 1, sha256: '' };
    for (const how of ['truncated', 'overtime', 'cancelled'] as const) {
      const problem = problemOfEnd(
        'capture',
        { how, exit: 0, stdout: end, stderr: end },
        { seconds: 1, bytes: 1 },
      );
      if (!problem) throw new Error('expected a problem');
      expect(judged({ capture: { how: 'problem', problem } })).toMatchObject({
        verdict: 'inconclusive',
        problem: { kind: how === 'overtime' ? 'timed-out' : how },
      });
    }
  });
  it('[J6] an unreadable answer is inconclusive, unless something else plainly differs', () => {
    const check: Check = {
      ...capture,
      controls: [],
      expect: [
        { kind: 'value', value: 'dropped', is: { eq: 0 } },
        { kind: 'exit', step: 'stimulus', is: { eq: 7 } },
      ],
    };
    const odd = complete({ stdout: 'whatever' });
    expect(judged({ capture: odd }, check)).toMatchObject({
      verdict: 'inconclusive',
      problem: { kind: 'unparsable' },
    });
    expect(judged({ capture: odd, stimulus: complete({ exit: 0 }) }, check).verdict).toBe('differs');
  });
  it('[J1] a step that did not end is the problem before any control, and a control before what cannot be read', () => {
    const unseen = complete({ stdout: '', stderr: '' });
    expect(judged({ capture: unseen, stimulus: { how: 'problem', problem: lost } }).problem).toEqual(lost);
    const expectUnreadable: Check = {
      ...capture,
      controls: [
        { holds: { kind: 'exit', step: 'stimulus', is: { eq: 0 } }, missing: 'The stimulus did not work.' },
      ],
      expect: [{ kind: 'value', value: 'dropped', is: { eq: 0 } }],
    };
    expect(judged({ capture: unseen }, expectUnreadable).problem).toMatchObject({
      kind: 'control-failed',
      message: expect.stringContaining('The stimulus did not work.'),
    });
    expect(
      judged({ capture: unseen, stimulus: complete({ exit: 0 }) }, expectUnreadable).problem,
    ).toMatchObject({ kind: 'unparsable' });
  });
  it('[J1] a control before an expectation that is plainly not met', () => {
    const seen = complete({ stdout: '2 IP a > b: Flags [S]\n', stderr: '0 packets dropped by kernel\n' });
    expect(judged({ capture: seen })).toMatchObject({
      verdict: 'inconclusive',
      problem: { kind: 'control-failed' },
    });
  });
  it('[J8] the first of two outcomes that both hold explains the row, also one that agrees', () => {
    const when: Check['outcomes'][number]['when'] = [{ kind: 'exit', step: 'stimulus', is: { eq: 7 } }];
    const never: typeof when = [{ kind: 'exit', step: 'stimulus', is: { eq: 8 } }];
    const check: Check = {
      ...capture,
      outcomes: [
        { when: never, observed: 'none', means: 'It does not hold.' },
        { when: [...when, ...never], observed: 'half', means: 'Half of it holds.' },
        { when, observed: 'first: {packets}', means: 'The first of {packets}.', limitation: 'reproduces' },
        { when, observed: 'second', means: 'The second.', limitation: 'gone' },
      ],
    };
    expect(judged({}, check)).toMatchObject({
      ...{ verdict: 'agrees', outcome: '3', observed: 'first: 0', means: 'The first of 0.' },
      limitation: 'reproduces',
    });
  });
  it('[J8] where no outcome holds, the text for its verdict explains the row', () => {
    const check: Check = { ...capture, outcomes: [] };
    const { agrees, differs } = capture.otherwise;
    expect(judged({}, check)).toMatchObject({ outcome: 'otherwise', means: agrees.means });
    const seen = complete({
      stdout: `${canary}2 IP a > b: Flags [S]\n`,
      stderr: '0 packets dropped by kernel\n',
    });
    expect(judged({ capture: seen }, check)).toMatchObject({ outcome: 'otherwise', means: differs.means });
    expect(judged({ capture: complete({}) }, check)).toMatchObject({
      means: capture.otherwise.inconclusive.means,
    });
  });
  it('[M2] what was judged is as it came, escapes and line ends included', () => {
    const stdout = '\u001b[31m1 x\u001b[0m IP a > b: UDP, length 41  \r\n';
    const raw = Object.freeze({ exit: 0, stdout, stderr: '0 packets dropped by kernel\r\n', seconds: 1 });
    expect(judged({ capture: { how: 'complete', step: raw } }).verdict).toBe('agrees');
    expect(raw).toEqual({ exit: 0, stdout, stderr: '0 packets dropped by kernel\r\n', seconds: 1 });
  });
  it('[J9] says the same of the same', () => expect(judged({})).toEqual(judged({})));
});

describe('missing commands', () => {
  it.each([
    ['sh: 1: ss: not found', 'ss'],
    ['bash: line 1: ss: command not found', 'ss'],
    ['sudo: /usr/bin/tcpdump: command not found', 'tcpdump'],
    ["/usr/bin/timeout: failed to run command '/usr/bin/tcpdump': No such file or directory", 'tcpdump'],
  ])('[J4] are read from "%s"', (stderr, name) =>
    expect(missingCommand(`${stderr}\n`, ['ss', 'tcpdump'])).toBe(name),
  );
  it('[J4] a page that was not found is no missing command', () =>
    expect(
      missingCommand('curl: (22) The requested URL returned error: 404 not found\n', ['curl']),
    ).toBeUndefined());
});
