import { expect, it } from 'vitest';
import type { Judgement } from '../run/judgement.ts';
import { judgeTogether } from './judgeTogether.ts';

const of = (verdict: Judgement['verdict'], observed: string, more: Partial<Judgement> = {}): Judgement => ({
  ...{ verdict, observed, means: `It is ${observed}.`, judge: 3 },
  findings: [{ part: 'expectation', message: 'exit of `a` is 7', holds: verdict === 'agrees', observed }],
  ...more,
});
const good = of('agrees', 'refused', { outcome: '1', limitation: 'reproduces', service: 'up' });
const open = of('differs', 'answered', { outcome: '2', limitation: 'gone', service: 'up' });
const lost = of('inconclusive', 'not known: lost', {
  problem: { kind: 'lost', step: 'a', message: 'Lost.' },
});
const together = (...all: Judgement[]) =>
  judgeTogether(
    all.map((judgement, at) => ({ machine: `web-${at + 1}`, judgement })),
    'web',
  );

it.each([
  ['agrees', 'refused', [good, good]],
  ['differs', 'web-2: answered', [good, open]],
  ['differs', 'answered', [open, open]],
  ['differs', 'web-1, web-3: answered', [open, lost, open]],
  ['inconclusive', 'web-2: not known: lost', [good, lost]],
  ['inconclusive', 'not known: lost', [lost, lost]],
  ['agrees', 'web-1: 3 ms; web-2: 4 ms', [of('agrees', '3 ms'), of('agrees', '4 ms')]],
] as const)('[J15] the worst of several machines is the row: %s, %s', (verdict, observed, all) => {
  expect(together(...all)).toMatchObject({ verdict, observed });
});

it('[J16] what all came to counts, and nothing that only some did', () => {
  expect(together(good, good)).toMatchObject({ outcome: '1', limitation: 'reproduces', service: 'up' });
  const mixed = together(good, open, lost);
  expect([mixed.outcome, mixed.limitation, mixed.service]).toEqual([undefined, undefined, undefined]);
  expect(together(good, open)).toMatchObject({ service: 'up', means: 'web-2: It is answered.' });
});

it('[J16] each machine has its line, its findings and its problem', () => {
  const row = together(good, lost);
  expect(row.members).toEqual([
    { name: 'web-1', verdict: 'agrees', observed: 'refused' },
    { name: 'web-2', verdict: 'inconclusive', observed: 'not known: lost', message: 'Lost.' },
  ]);
  expect(row.findings.map(({ message }) => message)).toEqual([
    'web-1: exit of `a` is 7',
    'web-2: exit of `a` is 7',
  ]);
  expect(row.problem).toEqual({ kind: 'lost', step: 'a@web-2', message: 'web-2: Lost.' });
});

it('[J16] values that were compared are named by the machine', () => {
  const values = ['web', 'db'].map((role) => ({ role, observed: '7' }));
  const finding = { part: 'expectation' as const, message: 'the same', holds: true, observed: '7', values };
  const compared = of('agrees', 'x', { findings: [finding] });
  const named = together(compared, compared).findings.map((one) => one.values?.map(({ role }) => role));
  expect(named).toEqual([
    ['web-1', 'db (web-1)'],
    ['web-2', 'db (web-2)'],
  ]);
});
