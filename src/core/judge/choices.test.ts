import { describe, expect, it } from 'vitest';
import { checkSchema } from '../check/check.ts';
import { choiceThatCame, choicesOf } from './choices.ts';
import { capture, checkOf } from '../testing.ts';
import { judge } from './judge.ts';
import { resultsOf } from './samples.ts';

const exits = (name: string, exit: number) => ({
  name,
  verdict: exit === 0 ? 'agrees' : 'differs',
  steps: { try: { exit } },
});
const outcome = (exit: number, observed: string, more: object = {}) => ({
  when: [{ kind: 'exit', step: 'try', is: { eq: exit } }],
  observed,
  means: `It means: ${observed}.`,
  ...more,
});
/** Agrees with 0, and has four other results, the last of which ends the limitation. */
const many = checkOf(
  'many',
  [
    {
      ...{ runs: 'foreground', id: 'try', role: 'backend', command: 'true', needs: ['sh'] },
      limits: { seconds: 1, bytes: 1024 },
    },
  ],
  {
    outcomes: [
      outcome(0, 'x', { limitation: 'reproduces' }),
      outcome(1, 'not found'),
      outcome(2, 'not found again'),
      outcome(3, 'no answer'),
      outcome(4, 'answered', { limitation: 'gone' }),
    ],
    samples: [0, 9, 1, 2, 3, 4].map((exit) => exits(`exit ${exit}`, exit)),
  },
);
const judgementOf = (name: string) => {
  const sample = many.samples.find((one) => one.name === name);
  if (sample === undefined) throw new Error(`expected a sample "${name}"`);
  return judge(many, resultsOf(many, sample));
};

describe('predict, then run', () => {
  it('[O1] offers the documented result and two others with a meaning, each once', () => {
    for (const check of [many, capture]) {
      const choices = choicesOf(check);
      expect(choices).toHaveLength(3);
      expect(new Set(choices.map(({ observed }) => observed)).size).toBe(3);
      expect(choices.filter(({ verdict }) => verdict === 'agrees').map(({ observed }) => observed)).toEqual([
        check.documented.value,
      ]);
      for (const { means } of choices) expect(means).toMatch(/^\w.*\.$/);
    }
  });

  it('[O2] takes first what ends the limitation, then what is least like it, and what nobody explained only at last', () => {
    const others = choicesOf(many).filter(({ verdict }) => verdict !== 'agrees');
    expect(others.map(({ observed }) => observed)).toEqual(['answered', 'not found']);
    const [first] = many.samples;
    const few = checkSchema.parse({
      ...many,
      outcomes: many.outcomes.slice(0, 1),
      samples: [first, exits('a', 8), exits('b', 9)],
    });
    expect(choicesOf(few).map(({ observed }) => observed)).toEqual(
      expect.arrayContaining(['x', 'y', 'It cannot be decided']),
    );
  });

  it('[O3] keeps its order, and the documented result is not always first', () => {
    const places = ['manx', 'many', 'manz'].map((id) =>
      choicesOf({ ...many, id }).findIndex(({ verdict }) => verdict === 'agrees'),
    );
    expect(places.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(choicesOf(many)).toEqual(choicesOf(many));
  });

  it('[O4] a run came to the choice of its verdict and outcome, or to none', () => {
    const choices = choicesOf(many);
    const came = (name: string) => choiceThatCame(choices, judgementOf(name))?.observed;
    expect(['exit 0', 'exit 4', 'exit 1', 'exit 2', 'exit 9'].map(came)).toEqual([
      'x',
      'answered',
      'not found',
      undefined,
      undefined,
    ]);
  });
});
