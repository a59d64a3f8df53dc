import { describe, expect, it } from 'vitest';
import { changeOf, type Side, countChanges } from './runChange.ts';

const side = (own: Partial<Side>): Side => ({
  verdict: 'agrees',
  observed: '200',
  outcome: '{code}',
  limitation: undefined,
  ...own,
});
const refused = side({ observed: 'refused', outcome: 'refused', limitation: 'reproduces' });
const reached = side({ verdict: 'differs', observed: '200', outcome: '200', limitation: 'gone' });

describe('a row before and after', () => {
  it('[H1] the limitation going is better, though the row then differs from the page', () => {
    expect(changeOf(refused, reached, true)).toBe('better');
    expect(changeOf(reached, refused, true)).toBe('worse');
  });

  it('[H1] a documented request that is no longer answered as documented is worse', () => {
    const dead = side({ verdict: 'differs', observed: 'refused', outcome: 'refused' });
    expect(changeOf(side({}), dead, true)).toBe('worse');
    expect(changeOf(dead, side({}), true)).toBe('better');
  });

  it('[H1] of a row that documents no answer, the change is said and not weighed', () => {
    const other = side({ verdict: 'differs', observed: 'lo', outcome: 'lo' });
    expect(changeOf(side({}), other, false)).toBe('changed');
  });

  it('[H2] values that vary from run to run are no change, another outcome is', () => {
    expect(changeOf(side({ observed: '3 ms' }), side({ observed: '4 ms' }), true)).toBe('same');
    const [a, b] = [{ observed: 'a' }, { observed: 'b' }];
    expect(changeOf(side({ ...a, outcome: undefined }), side({ ...b, outcome: undefined }), false)).toBe(
      'changed',
    );
    expect(changeOf(side({ ...a, outcome: 'x' }), side({ ...b, outcome: 'y' }), false)).toBe('changed');
  });

  it('[H3] what is missing or inconclusive is never the same, better or worse', () => {
    expect(changeOf(undefined, reached, true)).toBe('unknown');
    expect(changeOf(refused, side({ verdict: 'inconclusive' }), true)).toBe('unknown');
  });

  it('[H4] counts what got worse first', () => {
    expect(countChanges(['same', 'better', 'worse', 'worse', 'same'])).toBe(
      '2 rows get worse, 1 row gets better, 2 rows stay the same',
    );
  });
});
