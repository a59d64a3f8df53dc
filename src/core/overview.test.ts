import { describe, expect, it } from 'vitest';
import { createOverview, newestRuns } from './overview.ts';
import type { Picture } from './pictures/picture.ts';
import { letterAttempts, letterChecks, letterPath } from './pictures/testing.ts';
import type { EndedRun } from './protocol/down.ts';
import type { Judgement } from './run/judgement.ts';

const overviewOf = createOverview({
  writeup: {
    limitation: { message: 'Letters come back.', checks: ['post'] },
    roles: [{ role: 'backend', short: 'box', address: '10.0.0.1', says: 'The box.' }],
  },
  checks: [...letterChecks.values()].map((check) => ({ check, hash: `hash-${check.id}` })),
  pictures: new Map<string, Picture>([
    ['letter', letterPath],
    ['letters', letterAttempts],
  ]),
});
const ended = (
  check: string,
  outcome: string,
  more: Partial<EndedRun> = {},
  judged: Partial<Judgement> = {},
) =>
  ({
    ...{ state: 'ended', how: 'finished', run: `${check}-${outcome}`, check, checkHash: `hash-${check}` },
    ...{ source: 'lab', condition: 'as-documented', startedAt: '', by: '', seconds: 1 },
    endedAt: '2026-11-30T10:00:00.000Z',
    judgement: {
      ...{ verdict: 'agrees', findings: [], observed: 'sent back', outcome, means: 'It is so.', judge: 2 },
      ...{ limitation: 'reproduces', ...judged },
    },
    ...more,
  }) satisfies EndedRun;
const attempts = (...runs: EndedRun[]) => {
  const view = overviewOf(runs).pictures['letters'];
  if (view?.kind !== 'attempts') throw new Error('expected the picture of attempts');
  return view;
};
const [returned, nothing] = [ended('post', '1'), ended('trace', '3')];

describe('the overview of a writeup', () => {
  it('[V1] draws an attempt that has not run as documented, and says so', () => {
    expect(overviewOf([])).toMatchObject({
      runs: 0,
      limitation: { word: 'Not run yet', why: 'One check decides.', conditions: [] },
    });
    expect(attempts()).toEqual({
      kind: 'attempts',
      attempts: [
        {
          ...{ check: 'post', at: 'documented', differs: false, line: 'stopped-sorted' },
          ...{
            sign: 'query',
            tone: 'bad',
            message: `documented: ${letterChecks.get('post')?.documented.value}`,
          },
        },
      ],
      texts: { box: 'not asked', stamp: 'open', way: 'open' },
      from: 'As documented: nothing has run yet.',
    });
    expect(overviewOf([]).pictures['letter']).toBeUndefined();
  });
  it('[V2] draws an attempt as its last run ended, with where and when in its title', () => {
    const {
      attempts: [attempt],
      from,
    } = attempts(returned, nothing);
    expect(attempt).toEqual({
      ...{ check: 'post', at: 'observed', differs: false, line: 'stopped-stuck', sign: 'cross', tone: 'bad' },
      ...{ source: 'lab', word: 'sent back' },
      title:
        'sent back · It never left. · lab, stand-in machines, condition as documented, 2026-11-30 10:00:00 UTC',
    });
    expect(from).toBe('From the last runs: lab, stand-in machines.');
  });
  it('[V2] draws what differs from the page before the documented line, and says what is documented', () => {
    const delivered = ended('post', '2', {}, { verdict: 'differs' });
    expect(attempts(delivered).attempts[0]).toMatchObject({
      ...{ differs: true, line: 'through-unknown', behind: 'stopped-sorted', word: 'taken in' },
      message: `differs: documented is “${letterChecks.get('post')?.documented.value}”`,
    });
  });
  it('[V2] has no ending for a run of another version of the check, which does not decide either', () => {
    const older = ended('post', '1', { checkHash: 'older' });
    expect(attempts(older).attempts[0]).toMatchObject({ word: 'came out otherwise' });
    expect(overviewOf([older]).limitation?.word).toBe('Not run yet');
  });
  it('[V3] says why an attempt is inconclusive', () => {
    const problem = { kind: 'unreachable', message: 'No answer.' } as const;
    const unclear = ended('post', '1', {}, { verdict: 'inconclusive', problem });
    const view = attempts(unclear);
    expect(view.attempts[0]).toMatchObject({ line: 'begun', word: 'inconclusive', message: 'No answer.' });
    expect(view.texts).toEqual({ box: 'not reached', stamp: 'open', way: 'not known' });
  });
  it('[V2] calls a recording a recording, in every word of it', () => {
    const recorded = { ...returned, source: 'recording' } as const;
    expect(attempts(recorded)).toMatchObject({
      attempts: [{ source: 'recording', word: 'recording: sent back' }],
      texts: { box: 'recorded' },
      from: 'From recordings.',
    });
    expect(overviewOf([recorded]).limitation).toMatchObject({
      ...{ word: 'Reproduces, says a recording', look: 'recording', source: 'recording' },
    });
  });
  it('[W1] has the segments of a path from the place of the newest run, and counts the others', () => {
    const elsewhere = ended('scan', '1', {
      source: 'live',
      condition: '',
      endedAt: '2026-11-29T10:00:00.000Z',
    });
    const view = overviewOf([nothing, elsewhere]).pictures['letter'];
    expect(view).toMatchObject({
      kind: 'path',
      segments: [
        {
          segment: 'box',
          state: 'ended',
          word: 'ended here',
          message: 'It never left the box.',
          checks: ['trace'],
        },
        { segment: 'sorting', state: 'not-passed' },
        { segment: 'door', state: 'not-passed' },
      ],
      source: 'lab',
    });
    expect(view?.from).toContain('1 older results from elsewhere are not used.');
  });
  it('[D1] tells word for word what a result has in common with the page, and nothing where it is the same', () => {
    const documented = letterChecks.get('post')?.documented.value ?? '';
    const other = ended('post', '1', {}, { observed: `${documented} twice` });
    expect(overviewOf([other, nothing]).differences['post']).toEqual({
      run: other.run,
      parts: [
        { text: documented, only: 'both' },
        { text: ' twice', only: 'observed' },
      ],
    });
    expect(overviewOf([ended('post', '1', {}, { observed: documented })]).differences).toEqual({});
    const problem = { kind: 'lost', message: 'It broke.' } as const;
    expect(overviewOf([ended('post', '1', {}, { verdict: 'inconclusive', problem })]).differences).toEqual(
      {},
    );
  });
  it('[L1] says whether the limitation reproduces, since when, and in which other conditions', () => {
    expect(overviewOf([ended('post', '1', { condition: 'no-stamps' })]).limitation).toEqual({
      ...{ word: 'Reproduces', sign: 'reproduces', look: 'reproduces', source: 'lab' },
      ...{ why: 'The deciding row shows it', since: returned.endedAt, conditions: ['no-stamps'] },
    });
  });
  it('[L1] takes the newest run of each check; one that was cancelled replaces none', () => {
    const [older, newer] = ['2026-11-28', '2026-11-29'].map((endedAt) => ended('post', '1', { endedAt }));
    const cancelled = ended('post', '1', { how: 'interrupted' });
    if (older === undefined || newer === undefined) throw new Error('expected two runs');
    expect(newestRuns([older, cancelled, newer])).toEqual([newer]);
    expect(newestRuns([cancelled])).toEqual([cancelled]);
    expect(newestRuns([older, nothing])).toEqual([nothing, older]);
  });
});
