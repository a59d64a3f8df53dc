import { describe, expect, it } from 'vitest';
import type { Check } from './check.ts';
import { checkSchema } from './check.ts';
import { lint } from './lint.ts';
import { judgeSamples } from '../judge/samples.ts';
import { capture } from '../testing.ts';

const faults = (change: Partial<Check>) =>
  lint({ ...capture, ...change }).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a check', () => {
  it('[C2] that is sound has no faults, and its samples come out as stated', () => {
    expect(lint(capture)).toEqual([]);
    expect(judgeSamples(capture)).toEqual([]);
  });
  it('[C1] that claims nothing happened needs a control on the same step', () => {
    expect(faults({ controls: [] })).toEqual([
      expect.stringContaining('expect.0: this claims that nothing happened'),
    ]);
    expect(
      faults({
        controls: [],
        expect: [{ kind: 'absent', step: 'capture', stream: 'stdout', text: 'SYN' }],
      })[0],
    ).toContain('add a control on the same step');
    expect(
      faults({
        controls: [
          { holds: { kind: 'exit', step: 'stimulus', is: { eq: 7 } }, missing: 'The stimulus did not run.' },
        ],
      }),
    ).toHaveLength(1);
  });
  it('[C2] is refused when a sample that must not agree does, and the fault says why', () => {
    const samples = capture.samples.map((sample) =>
      sample.name === 'seen' ? { ...sample, verdict: 'agrees' as const } : sample,
    );
    expect(judgeSamples({ ...capture, samples })[0]?.message).toContain(
      'sample "seen" must be judged agrees, and is judged differs: `packets` is 0, found 1',
    );
  });
  it('[C2] with samples that are like each other in a circle is judged, and not for ever', () => {
    const samples = capture.samples.map((sample, at, all) => ({
      ...sample,
      like: all[(at + 1) % all.length]?.name,
    }));
    expect(Array.isArray(judgeSamples({ ...capture, samples }))).toBe(true);
  });
  it('[C2] with samples that all agree is refused', () =>
    expect(faults({ samples: capture.samples.slice(0, 1) })).toContain(
      'samples: give at least two samples that must not agree',
    ));
  it('[C21] that reads the wording of a tool needs samples of three releases, and any other check none', () => {
    const [, ...two] = capture.samples;
    const samples = [...two, { ...two[0], name: 'none', verdict: 'agrees' as const }] as Check['samples'];
    const steps = capture.steps.map(({ wording: _, ...step }) => step as Check['steps'][number]);
    const asked = (change: Partial<Check>) => faults(change).filter((one) => one.includes('releases'));
    expect(asked({ samples })).toEqual([
      'samples: step "capture" reads the wording of a tool: expected samples of 3 releases, with `release`, found 2',
    ]);
    expect(asked({ samples, steps })).toEqual([]);
  });
  it('[C6] whose agreeing sample shows something other than documented is refused', () => {
    const documented = { ...capture.documented, value: 'no packet' };
    expect(judgeSamples({ ...capture, documented })[0]?.message).toBe(
      'sample "none" must show "no packet" as observed, and shows "0 packets"',
    );
  });
  it('[C11] with an outcome that no sample comes to is refused, also one behind another that always holds first', () => {
    const [seen] = capture.outcomes;
    if (!seen) throw new Error('expected an outcome');
    const many = { ...seen, when: [{ kind: 'value' as const, value: 'packets', is: { gt: 9 } }] };
    const fault = (index: number) => ({
      path: ['outcomes', index],
      message: expect.stringContaining('no sample comes to the outcome "{packets} packets": add one'),
    });
    expect(judgeSamples({ ...capture, outcomes: [many, seen] })).toEqual([fault(0)]);
    expect(judgeSamples({ ...capture, outcomes: [seen, many] })).toEqual([fault(1)]);
  });
  it('[C3] with an expression that matches nothing at all is refused', () => {
    expect(
      faults({ expect: [{ kind: 'lines', step: 'capture', stream: 'stdout', lines: [{ regex: '.*' }] }] })[0],
    ).toContain('also matches an empty line');
    expect(
      faults({ expect: [{ kind: 'lines', step: 'capture', stream: 'stdout', lines: [{ regex: '(' }] }] })[0],
    ).toContain('not an RE2 expression');
    expect(
      faults({ expect: [{ kind: 'lines', step: 'capture', stream: 'stdout', lines: [{ rest: true }] }] })[0],
    ).toContain('match anything');
  });
  it('[C17] with an expression of counts within counts is refused, and the fault says what to do', () => {
    const regex = '(a{1,30}){1,30}b';
    expect(
      faults({ expect: [{ kind: 'lines', step: 'capture', stream: 'stdout', lines: [{ regex }] }] })[0],
    ).toMatch(/^expect\.0\.lines\.0\.regex: .* instructions of at most 400: take a count out of the other$/);
  });
  it('[C4] that names a step or value that is not there is refused, and told which there are', () => {
    expect(faults({ expect: [{ kind: 'exit', step: 'captur', is: { eq: 0 } }] })).toEqual([
      'expect.0.step: expected the id of a step (capture, stimulus), found "captur"; nearest: capture',
    ]);
    expect(faults({ expect: [{ kind: 'value', value: 'packts', is: { eq: 3 } }] })[0]).toContain(
      'expected a named value (packets, canaries, dropped), found "packts"',
    );
  });
  it('[C4] that uses a secret before it is extracted is refused', () => {
    const steps = capture.steps.map((step) =>
      step.id === 'stimulus' ? { ...step, input: 'Bearer {token}' } : step,
    );
    expect(faults({ steps })[0]).toContain('{token} was not extracted by an earlier step');
  });
  it('[C4] that names no value in what it says is refused, in every text of every outcome', () => {
    const [outcome] = capture.outcomes;
    if (!outcome) throw new Error('expected an outcome');
    expect(faults({ outcomes: [{ ...outcome, means: 'The queue was {queu} long.' }] })).toEqual([
      'outcomes.0.means: {queu} in "The queue was {queu} long." is not a named value (packets, canaries, dropped)',
    ]);
    expect(faults({ outcomes: [{ ...outcome, observed: '{packts}' }] })[0]).toContain('outcomes.0.observed:');
    const { agrees, differs, inconclusive } = capture.otherwise;
    expect(
      faults({ otherwise: { agrees: { ...agrees, means: 'Seen: {x}.' }, differs, inconclusive } }),
    ).toEqual([expect.stringContaining('otherwise.agrees.means: {x}')]);
    expect(faults({ otherwise: { agrees, differs: { ...differs, observed: '{x}' }, inconclusive } })).toEqual(
      [expect.stringContaining('otherwise.differs.observed: {x}')],
    );
  });
  it('[C4] that names a value where nothing was concluded is refused', () => {
    const inconclusive = { means: 'It is not known; {packets} were seen.' };
    expect(faults({ otherwise: { ...capture.otherwise, inconclusive } })).toEqual([
      'otherwise.inconclusive.means: {packets} cannot be filled in here: where nothing was concluded, no value is known',
    ]);
  });
  it('[C7] with a step that runs in the background has the effect capture', () => {
    expect(faults({ effect: 'send' })).toEqual([
      expect.stringContaining('effect: a check with a step that runs in the background'),
    ]);
  });
  it('[C7] with a step that runs in the background has a step after it', () => {
    const [background, ...others] = capture.steps;
    if (!background) throw new Error('expected a step');
    expect(faults({ steps: [...others, background] })).toEqual([
      'steps.1: a step that runs in the background needs a step after it',
    ]);
  });
  it('[C12] with two steps of one id is refused', () => {
    const steps = capture.steps.flatMap((step) => (step.id === 'stimulus' ? [step, step] : [step]));
    expect(faults({ steps })).toEqual([
      'steps.2.id: two steps are called "stimulus": give each a name of its own',
    ]);
  });
  it('[C12] with two samples of one name is refused', () =>
    expect(faults({ samples: [...capture.samples, ...capture.samples.slice(0, 1)] })).toEqual([
      'samples.3.name: two samples are called "none": give each a name of its own',
    ]));
  it('[C12] with two outcomes of one id is refused', () => {
    const outcomes = capture.outcomes.flatMap((one) => [
      { ...one, id: 'seen' },
      { ...one, id: 'seen' },
    ]);
    expect(faults({ outcomes })).toContain(
      'outcomes.1.id: two outcomes are called "seen": give each a name of its own',
    );
  });
  it('[C4] with a sample like one that is not there is refused', () => {
    const samples = capture.samples.map((sample) => (sample.like ? { ...sample, like: 'nome' } : sample));
    expect(faults({ samples })).toEqual([
      'samples.2.like: expected the name of a sample (none, permission denied, seen), found "nome"; nearest: none',
    ]);
  });
  it('[C5] with a curl that a proxy could fool is refused', () => {
    const steps = capture.steps.map((step) =>
      step.id === 'stimulus' ? { ...step, command: 'curl https://127.0.0.1:8443/' } : step,
    );
    expect(faults({ steps })[0]).toContain('curl needs --noproxy and --max-time');
  });
  it('[C5] with a tcpdump that has no time limit or no filter is refused', () => {
    const steps = (command: string) =>
      capture.steps.map((step) => (step.id === 'capture' ? { ...step, command } : step));
    for (const command of ['tcpdump -i lo port 8443', 'timeout 9 tcpdump -i lo -nn'])
      expect(faults({ steps: steps(command) })).toEqual([
        expect.stringContaining('steps.0.command: tcpdump needs timeout and a filter'),
      ]);
    expect(faults({ steps: steps('timeout 9 tcpdump -i lo port 8443') })).toEqual([]);
  });
  it('[C5] whose subject is the proxy variables may leave out --noproxy, and --max-time never', () => {
    const steps = (command: string) =>
      capture.steps.map((step) =>
        step.id === 'stimulus' ? { ...step, command, proxy: 'as-set-on-the-machine' as const } : step,
      );
    expect(faults({ steps: steps('curl --max-time 5 https://127.0.0.1:8443/') })).toEqual([]);
    expect(faults({ steps: steps('curl https://127.0.0.1:8443/') })[0]).toContain(
      'curl needs --noproxy and --max-time',
    );
  });
  it('[C28] may print much where nothing of it is judged, and only then', () => {
    const steps = (id: string) =>
      capture.steps.map((step) => (step.id === id ? { ...step, limits: { seconds: 9, bytes: 5e6 } } : step));
    expect(faults({ steps: steps('stimulus') })).toEqual([]);
    expect(faults({ steps: steps('capture') })).toEqual([
      'steps.0.limits.bytes: expected at most 4194304 where output is judged, found 5000000: let the command print less',
    ]);
  });
  it('[C13] is refused with an unknown field, a command of two lines or a limit out of range', () => {
    const problems = (change: object) =>
      checkSchema.safeParse({ ...capture, ...change }).error?.issues.map(({ path }) => path.join('.'));
    const [first] = capture.steps;
    expect(problems({ comand: 'x' })).toEqual(['']);
    expect(problems({ steps: [{ ...first, command: 'a\nb' }] })).toEqual(['steps.0.command']);
    expect(problems({ steps: [{ ...first, limits: { seconds: 0, bytes: 2048 } }] })).toEqual([
      'steps.0.limits.seconds',
    ]);
    expect(
      problems({ steps: [{ ...first, limits: { seconds: Number.POSITIVE_INFINITY, bytes: 2048 } }] }),
    ).toEqual(['steps.0.limits.seconds']);
    const shells = (shell: string) =>
      checkSchema.safeParse({ ...capture, steps: [{ ...first, shell }] }).error?.issues[0]?.message ??
      'sound';
    expect(shells('sh')).toBe('sound');
    expect(shells('powershell')).toContain('powershell is not supported yet');
    expect(shells('fish')).toContain('write sh, or leave it out');
    expect(problems({ expect: [{ kind: 'exit', step: 'capture', is: { eq: 1, ne: 2 } }] })).toEqual([
      'expect.0.is',
    ]);
  });
});
