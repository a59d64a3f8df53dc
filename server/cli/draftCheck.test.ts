// The check that `vantage new check` makes of what a command printed is sound but for the words of its author.
import { expect, test } from 'vitest';
import { lint } from '../../src/core/check/lint.ts';
import { judgeSamples } from '../../src/core/judge/samples.ts';
import { loadContent } from '../content/load.ts';
import { masked } from './new.ts';
import { draftCheck } from './draftCheck.ts';

const ran = (stdout: string, exit = 0, stderr = '') => ({ exit, stdout, stderr, seconds: 0.1 });
const asked = { id: 'a-check', role: 'server', command: 'some-tool -n' };
test.each([
  ['one line', 'Linux\n', 'Linux\n', ['exit', 'lines'], 'Linux', 4],
  ['a number', '0\n', '0\n', ['exit', 'value'], '0', 5],
  [
    'lines with a port',
    'State Port\nLISTEN 0 8000\n',
    'State Port\nLISTEN 0 8000\n',
    ['exit', 'lines'],
    'exit 0',
    5,
  ],
  ['a number that changes', 'seq 17\nport 22\n', 'seq 18\nport 22\n', ['exit', 'lines'], 'exit 0', 5],
  ['another text each time', 'abc\n', 'xyz\n', ['exit'], 'exit 0', 3],
  ['nothing', '', '', ['exit'], 'exit 0', 3],
  ['braces and controls', '{"a":{x}} \u001b[1m\n', '{"a":{x}} \u001b[1m\n', ['exit', 'lines'], 'exit 0', 4],
])(
  '[C2] [C22] a check of %s accepts it and rejects its samples',
  (_, first, second, kinds, value, samples) => {
    const { check } = draftCheck(asked, 'the lab', ran(first), ran(second));
    expect(check.expect.map(({ kind }) => kind)).toEqual(kinds);
    expect(check.documented.value).toBe(value);
    expect(check.samples.map(({ verdict }) => verdict === 'agrees')).toEqual([
      true,
      ...Array(samples - 1).fill(false),
    ]);
    expect(judgeSamples(check)).toEqual([]);
    expect(lint(check).map(({ path }) => path.join('.'))).toEqual([
      'claim',
      'otherwise.agrees.means',
      'otherwise.differs.means',
    ]);
  },
);
test('[C2] says which sample the check would accept, and leaves it out', () => {
  const { check, notes } = draftCheck(asked, 'the lab', ran('', 7, 'refused'), ran('', 7, 'refused'));
  expect(check.samples.map(({ name }) => name)).toEqual([
    'the lab',
    'permission denied',
    'the command is missing',
  ]);
  expect(notes.join('\n')).toMatch(/^Only the exit status.*\nThe sample "an empty answer" is left out/);
});

test('[C2] what is written has no secret of the operator, whichever check it is for', async () => {
  const writeups = await loadContent(`${import.meta.dirname}/../../content`);
  const sets = new Map([['backend', new Map([['password', 'horse-battery-9']])]]);
  const step = ran('it is horse-battery-9\n', 1, 'aG9yc2UtYmF0dGVyeS05\n');
  const shown = masked(step, writeups, { kind: 'of-operator', sets });
  expect(shown).toMatchObject({
    exit: 1,
    stdout: 'it is ‹backend password›\n',
    stderr: '‹backend password›\n',
  });
});
