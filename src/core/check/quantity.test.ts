import { describe, expect, it } from 'vitest';
import { judgePaste } from '../paste/judgePaste.ts';
import { judge } from '../judge/judge.ts';
import { checkOf, complete, onceStep } from '../testing.ts';
import { type Check, checkSchema } from './check.ts';
import { compares } from './compareValue.ts';
import { lint } from './lint.ts';

/** Its step prints one amount, which is compared. */
const check = (is: object, value: object = { as: 'duration' }, command = 'ping'): Check =>
  checkOf('amount', [onceStep('once', command, { why: 'x x x x x' })], {
    values: { took: { from: 'regex', step: 'once', stream: 'stdout', regex: 'took (.*)', ...value } },
    expect: [{ kind: 'value', value: 'took', is }],
    otherwise: {
      agrees: { observed: '{took}', means: 'It is as documented.' },
      differs: { observed: '{took}', means: 'It is otherwise.' },
      inconclusive: { means: 'Nothing is known.' },
    },
  });
const judged = (printed: string, ...of: Parameters<typeof check>) => {
  const { verdict, observed } = judge(
    check(...of),
    new Map([['once', complete({ stdout: `took ${printed}\n` })]]),
  );
  return `${verdict}: ${observed}`;
};
const tenPercent = { about: '1.5 s', within: '10 %' };

describe('an amount with a unit', () => {
  it.each([
    ['1480 ms', tenPercent, {}, 'agrees: 1480 ms'],
    ['1.65s', tenPercent, {}, 'agrees: 1.65s'],
    ['1.66 s', tenPercent, {}, 'differs: 1.66 s'],
    ['1480', tenPercent, { unit: 'ms' }, 'agrees: 1480 ms'],
    ['2 s', tenPercent, { unit: 'ms' }, 'differs: 2 s'],
    ['1480', tenPercent, {}, 'inconclusive: not known: unparsable'],
    ['1480 KiB', tenPercent, {}, 'inconclusive: not known: unparsable'],
    ['900 µs', { between: ['0.5 ms', '1 ms'] }, {}, 'agrees: 900 µs'],
    ['2 min', { le: '119 s' }, {}, 'differs: 2 min'],
    ['1024 KiB', { about: '1 MiB', within: '0 %' }, { as: 'size' }, 'agrees: 1024 KiB'],
    ['1 MB', { ge: '1 MiB' }, { as: 'size' }, 'differs: 1 MB'],
    ['64K', { ge: '1 B' }, { as: 'size' }, 'inconclusive: not known: unparsable'],
    ['', { ge: '1 B' }, { as: 'size' }, 'inconclusive: not known: unparsable'],
  ])('[M12] %s against %j is %s', (printed, is, value, result) =>
    expect(judged(printed, is, { as: 'duration', ...value })).toBe(result),
  );
  it('[M13] a percentage includes its borders', () => {
    for (const value of [0.9, 1, 1.1]) expect(compares(value, { about: 1, within: '10 %' })).toBe(true);
    for (const value of [0.899, 1.101, 0]) expect(compares(value, { about: 1, within: '10 %' })).toBe(false);
    expect(compares(-1.1, { about: -1, within: '10 %' })).toBe(true);
  });
  it.each<[object, object, string]>([
    [{ about: 1.5, within: '10 %' }, {}, 'write 1.5 with its unit: this is a duration'],
    [{ about: '0 s', within: '10 %' }, {}, 'a percentage of 0 is 0: write `within` as a number'],
    [
      { eq: '1.5 s' },
      {},
      'a duration is compared with about and within, between, lt, le, gt or ge, found eq',
    ],
    [{ lt: '64 KiB' }, {}, 'expected a duration, found 64 KiB, which is a size'],
    [
      { lt: '2 s' },
      { as: 'float' },
      '2 s has a unit, and what it is compared with has none: read the value `as: duration`',
    ],
    [tenPercent, { unit: 'KiB' }, 'expected size, of which KiB is a unit, found duration'],
  ])('[C26] %j, read with %j, is refused', (is, value, message) =>
    expect(lint(check(is, { as: 'duration', ...value })).map((one) => one.message)).toContain(message),
  );
  it('[C26] a unit that there is not is refused by name, and a sound comparison has no fault', () => {
    const wrong = { kind: 'time', step: 'once', is: { lt: '2 sec' } };
    const { error } = checkSchema.safeParse({ ...check(tenPercent), expect: [wrong] });
    expect(error?.issues[0]?.path).toEqual(['expect', 0, 'is', 'lt']);
    expect(JSON.stringify(error?.issues)).toContain('write a number and its unit, for example `1.5 s`');
    expect(lint(check(tenPercent)).filter(({ path }) => path[0] === 'expect')).toEqual([]);
  });
  it('[M11] the time of a step is compared in any unit', () => {
    const timed = {
      ...check(tenPercent),
      expect: [{ kind: 'time' as const, step: 'once', is: { lt: '800 ms' } }],
    };
    const verdict = (seconds: number) => judge(timed, new Map([['once', complete({ seconds })]])).verdict;
    expect([verdict(0.79), verdict(0.81)]).toEqual(['agrees', 'differs']);
  });
  it('[Y3] a time that a paste does not show decides nothing, whatever it is compared with', () => {
    const command =
      "curl --noproxy '*' --insecure -sS -v -o /dev/null --max-time 5 -w '{\"seconds\":%{time_total}}\\n' https://192.0.2.20:9443/api/health";
    const value = {
      from: 'json',
      step: 'once',
      stream: 'stdout',
      path: 'seconds',
      as: 'duration',
      unit: 's',
    };
    const own = { ...check(tenPercent, undefined, command) };
    const timed = checkSchema.parse({ ...own, values: { took: value } });
    const text = `$ curl -vk https://192.0.2.20:9443/api/health
*   Trying 192.0.2.20:9443...
* Connected to 192.0.2.20 (192.0.2.20) port 9443
> GET /api/health HTTP/1.1
< HTTP/1.1 200 OK
* Connection #0 to host 192.0.2.20 left intact
$`;
    expect(judgePaste(text, [timed]).rows.map(({ judgement }) => judgement.verdict)).toEqual([
      'inconclusive',
    ]);
  });
});

describe('values of two machines', () => {
  const pair = (names: string[], more: object = {}): Check => {
    const value = (step: string) => ({ from: 'regex', step, stream: 'stdout', regex: 'mtu (.*)', as: 'int' });
    const steps = ['near', 'far'].map((id) =>
      onceStep(id, 'ip link', { role: `${id}-role`, why: 'It asks.' }),
    );
    return checkOf('pair', steps, {
      values: { a: value('near'), b: value('far'), c: value('near'), ...more },
      expect: [{ kind: 'same', values: names }],
    });
  };
  const found = (names: string[]) => {
    const print = (mtu: number) => complete({ stdout: `mtu ${mtu}\n` });
    return judge(
      pair(names),
      new Map([
        ['near', print(1500)],
        ['far', print(1400)],
      ]),
    ).findings;
  };
  it('[C44] are judged with the role of each, and those of one machine without', () => {
    expect(found(['a', 'b'])).toEqual([
      {
        ...{
          part: 'expectation',
          message: '`a` and `b` are the same',
          holds: false,
          observed: '1500 / 1400',
        },
        values: [
          { role: 'near-role', observed: '1500' },
          { role: 'far-role', observed: '1400' },
        ],
      },
    ]);
    expect(found(['a', 'c'])).toEqual([expect.not.objectContaining({ values: expect.anything() })]);
  });
  it.each([
    [['a', 'b', 'a'], {}, '"a" is compared with itself, which cannot fail: name another value'],
    [
      ['a', 'b'],
      { b: { from: 'regex', step: 'far', stream: 'stdout', regex: 'mtu (.*)', as: 'size' } },
      '"a" is a value without a unit, and "b" a size: read both as the same',
    ],
  ])('[C44] %j with %j is refused', (names, more, message) => {
    expect(lint(pair(names, more)).map((one) => one.message)).toContain(message);
  });
});
