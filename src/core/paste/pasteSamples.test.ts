import { describe, expect, it } from 'vitest';
import type { Check } from '../check/check.ts';
import { lint } from '../check/lint.ts';
import { judgePasteSamples } from './pasteSamples.ts';
import { checks } from './testing.ts';

describe('the pastes of a check', () => {
  const [, , , port] = checks;
  const of = (verdict: 'agrees' | 'differs', pasted: Check['pasted'] = []): Check => ({
    ...(port as Check),
    pasted,
    pastes: [{ name: 'try', verdict, text: '$ try-port 127.0.0.1 9443\nopen' }],
  });
  const tried = [
    { step: 'port', command: 'try-port 127.0.0.1 9443', why: 'It tries the same.' },
    { step: 'port', line: 'open', exit: '0', why: 'It says so.' },
  ];
  it('[C20] come to their rows with what the check knows of its output', () => {
    expect(judgePasteSamples(of('agrees', tried))).toEqual([]);
    expect(judgePasteSamples(of('differs', tried))[0]?.message).toContain('paste "try" must be differs');
    expect(judgePasteSamples(of('agrees'))[0]?.message).toContain('it is not found in it');
  });
  it('[C20] need every entry, and an entry is sound', () => {
    const idle = { step: 'port', line: 'closed', exit: '1', why: 'It says so.' };
    expect(judgePasteSamples(of('agrees', [...tried, idle]))).toEqual([
      { path: ['pasted', 2], message: expect.stringContaining('no paste comes to another row without this') },
    ]);
    const wrong = lint(of('agrees', [{ ...idle, step: 'prot', line: '.*' }])).map(({ path }) =>
      path.join('.'),
    );
    expect(wrong).toEqual(expect.arrayContaining(['pasted.0.step', 'pasted.0.line']));
  });
});
