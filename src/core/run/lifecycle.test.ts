// When a writeup says something about itself: SPEC.md, F1 to F8.
import { expect, test } from 'vitest';
import type { Judgement } from './judgement.ts';
import { type LifecycleFacts, noticesOf, type PlaceFacts, completeRuns } from './lifecycle.ts';
import type { DecidingRun } from './limitation.ts';
import type { Writeup } from '../check/writeup.ts';

const deciding = ['self-loopback', 'self-own-address'];
const lifecycle: NonNullable<Writeup['lifecycle']> = {
  owner: 'the platform team',
  firstSeen: '2026-01-05',
  upstream: [],
  reviewBy: '2026-11-24',
  lastReproduced: { on: '2026-10-01', versions: { kernel: '6.6.87.2', WSL: '2.6.3' } },
};
const writeup = { limitation: { message: 'It is refused.', checks: deciding }, lifecycle };

type Sign = 'gone' | 'reproduces' | 'none' | 'inconclusive';
let day = 30;
function row(check: string, sign: Sign): DecidingRun {
  day -= 1;
  const judgement: Judgement = {
    verdict: sign === 'inconclusive' ? 'inconclusive' : sign === 'reproduces' ? 'agrees' : 'differs',
    findings: [],
    observed: sign,
    means: '',
    judge: 2,
    ...(sign === 'gone' || sign === 'reproduces' ? { limitation: sign } : {}),
  };
  return {
    check,
    judgement,
    condition: '',
    endedAt: `2026-10-${String(Math.max(1, day)).padStart(2, '0')}T10:00:00.000Z`,
    source: 'live',
  };
}
/** Rows as the store gives them, newest first, from signs of both checks in turn. */
function taken(...signs: readonly (readonly [Sign, Sign])[]): DecidingRun[] {
  day = 30;
  return signs.flatMap(([one, other]) => [row('self-own-address', other), row('self-loopback', one)]);
}
const gone: readonly [Sign, Sign] = ['gone', 'gone'];

const place = (rows: readonly DecidingRun[], more: Partial<PlaceFacts> = {}): PlaceFacts => ({
  source: 'live',
  rows,
  seen: [],
  ...more,
});
const facts = (places: readonly PlaceFacts[], today = '2026-11-01'): LifecycleFacts => ({
  today,
  places,
  changeOf: (check) => `/change/${check}`,
});
const kinds = (...places: readonly PlaceFacts[]) => noticesOf(writeup, facts(places)).map(({ kind }) => kind);
const saw = (kernel: string, on = '2026-10-02T08:00:00.000Z') => ({ machine: 'vm20', kernel, on });

test('[F1] a review is due from the day after the date in the front matter, and its owner is named', () => {
  expect(noticesOf(writeup, facts([], '2026-11-24'))).toEqual([]);
  const [notice] = noticesOf(writeup, facts([], '2026-11-25'));
  expect(notice).toMatchObject({ kind: 'review-due' });
  expect(notice?.message).toContain('by 2026-11-24');
  expect(notice?.message).toContain('tell the platform team');
  expect(noticesOf({ limitation: writeup.limitation }, facts([], '2030-01-01'))).toEqual([]);
});

test('[F2] the limitation is reported gone after three complete runs in a row without it, not before', () => {
  expect(kinds(place(taken(gone, gone)))).toEqual([]);
  expect(kinds(place(taken(gone, gone, gone)))).toEqual(['no-longer-reproduces']);
  expect(kinds(place(taken(gone, ['gone', 'reproduces'], gone, gone)))).toEqual([]);
  expect(kinds(place(taken(['reproduces', 'reproduces'], gone, gone, gone)))).toEqual([]);
  expect(kinds(place(taken(gone, ['none', 'gone'], gone)))).toEqual([]);
  const [notice] = noticesOf(writeup, facts([place(taken(gone, gone, gone))]));
  expect(notice?.more).toBe('/change/self-loopback');
  expect(notice?.message).toContain('since 2026-10-24');
});

test('[F3] a run is complete when every deciding row has a result since the run before', () => {
  const one = row('self-loopback', 'gone');
  expect(completeRuns(deciding, [one, one, one, one], 3)).toEqual([]);
  const three = [one, one, one, row('self-own-address', 'gone'), one, row('self-own-address', 'gone')];
  expect(completeRuns(deciding, three, 3)).toHaveLength(2);
});

test('[F4] an inconclusive row neither counts nor breaks the series', () => {
  const unsure: readonly [Sign, Sign] = ['inconclusive', 'inconclusive'];
  expect(kinds(place(taken(gone, unsure, gone)))).toEqual([]);
  expect(kinds(place(taken(unsure, gone, unsure, gone, ['gone', 'inconclusive'], gone)))).toEqual([
    'no-longer-reproduces',
  ]);
});

test('[F5] runs in different places are never combined', () => {
  const [a, b] = [taken(gone, gone), taken(gone)];
  expect(kinds(place(a), place(b, { source: 'lab' }))).toEqual([]);
  const lab = noticesOf(writeup, facts([place(a), place(taken(gone, gone, gone), { source: 'lab' })]));
  expect(lab.map(({ message }) => message).join()).toContain('in the lab, in its documented condition');
});

test('[F6] a machine with another kernel than in a record before is named with both, until each row ran twice on the new one', () => {
  const before = saw('6.6', '2026-09-01T08:00:00.000Z');
  const [notice] = noticesOf(writeup, facts([place([], { source: 'lab', seen: [before, saw('6.12')] })]));
  expect(notice?.kind).toBe('versions-changed');
  expect(notice?.message).toContain('vm20 (lab) ran the kernel 6.12 at the last record (2026-10-02)');
  expect(notice?.message).toContain('and 6.6 at one before (2026-09-01)');
  const twice = [saw('6.6.87.2'), saw('6.6.87.2')];
  expect(kinds(place([], { seen: twice }))).toEqual([]);
  expect(kinds(place([], { seen: [...twice, before] }))).toEqual(['versions-changed']);
  expect(kinds(place([], { seen: [...twice, { ...before, machine: 'vm21' }], source: 'lab' }))).toEqual([]);
});

test('[F7] a real machine is compared with the kernel that the page was last right on; the lab is not', () => {
  const [notice] = noticesOf(writeup, facts([place([], { seen: [saw('6.12')] })]));
  expect(notice?.message).toContain('last found to be right on 6.6.87.2 (2026-10-01)');
  expect(kinds(place([], { seen: [saw('6.6.87.2')] }))).toEqual([]);
  expect(kinds(place([], { source: 'lab', seen: [saw('6.12')] }))).toEqual([]);
});

test('[F8] a writeup without a limitation never gets a notice that it is wrong', () => {
  expect(noticesOf({}, facts([place(taken(gone, gone, gone))]))).toEqual([]);
});
