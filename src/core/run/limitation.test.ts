import { describe, expect, it } from 'vitest';
import type { Judgement } from './judgement.ts';
import { type DecidingRun, isCurrent, limitationStatus } from './limitation.ts';

describe('the limitation', () => {
  const row = (
    check: string,
    limitation?: 'reproduces' | 'gone',
    source: 'lab' | 'live' = 'lab',
  ): DecidingRun => {
    const judgement: Judgement = { verdict: 'agrees', findings: [], observed: '', means: '', judge: 1 };
    return {
      check,
      endedAt: '2026-11-22',
      condition: '',
      source,
      judgement: limitation ? { ...judgement, limitation } : judgement,
    };
  };
  const status = (...rows: DecidingRun[]) => limitationStatus(['a', 'b'], rows).status;
  it('[L1] reproduces or is gone only when every deciding row says so', () => {
    expect(status(row('a', 'reproduces'), row('b', 'reproduces'))).toBe('reproduces');
    expect(status(row('a', 'gone'), row('b', 'gone'))).toBe('no longer reproduces');
    expect(status(row('a', 'gone'), row('b', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('b'))).toBe('unclear');
    expect(status(row('a', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('other', 'reproduces'))).toBe('unclear');
    expect(status()).toBe('unclear');
  });
  it('[L1] the newest run of each check counts, and the sentence names the checks as it is told to', () => {
    expect(status(row('a', 'gone'), row('a', 'reproduces'), row('b', 'gone'))).toBe('no longer reproduces');
    const { message } = limitationStatus(['a', 'b'], [row('a')], (check) => `“Row ${check}”`);
    expect(message).toBe('Not run yet: “Row b”.');
  });
  it('[L1] a run of an earlier version of its check does not count', () => {
    const hashes = new Map([['a', 'new']]);
    expect(isCurrent({ check: 'a', checkHash: 'new' }, hashes)).toBe(true);
    expect(isCurrent({ check: 'a', checkHash: 'old' }, hashes)).toBe(false);
    expect(isCurrent({ check: 'b', checkHash: 'new' }, hashes)).toBe(false);
  });
  it.each([
    ['up', 'up', 'reproduces', 'The service is up, so it is this limitation.'],
    ['up', 'up', undefined, 'The service is up.'],
    ['down', 'down', undefined, 'The service is down (here: x; there: x).'],
    ['up', 'down', undefined, 'The service is up on one side only (here: x; there: x).'],
    [undefined, undefined, 'gone', undefined],
  ] as const)(
    '[L3] with the service %s here and %s there, a limitation that is %s: %s',
    (here, there, sign, message) => {
      const shows = (check: string, service: 'up' | 'down' | undefined): DecidingRun => {
        const run = row(check);
        const judgement = { ...run.judgement, observed: 'x' };
        return { ...run, judgement: service === undefined ? judgement : { ...judgement, service } };
      };
      const runs = [row('a', sign), row('b', sign), shows('here', here), shows('there', there)];
      expect(limitationStatus(['a', 'b'], runs).service).toBe(message);
      const elsewhere = { ...shows('here', 'down'), source: 'live' } as const;
      expect(limitationStatus(['a', 'b'], [elsewhere, ...runs]).service).toBeUndefined();
    },
  );
  it('[L2] rows of different sources or conditions are never combined', () => {
    expect(status(row('a', 'reproduces'), row('b', 'reproduces', 'live'))).toBe('unclear');
    const elsewhere = { ...row('b', 'reproduces'), condition: 'healthy' };
    expect(limitationStatus(['a', 'b'], [row('a', 'reproduces'), elsewhere])).toMatchObject({
      status: 'unclear',
      message: 'The rows ran in different places or conditions of the lab: run them together.',
    });
  });
});
