// What the command says: exit status, progress, cancelling, and what counts as a change.
import type { EndedRun } from '../../../src/core/protocol/down.ts';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/core/vocabulary.ts';
import { changesOf, changeText, type Turn, type WatchedRow } from '../watch.ts';
import { exitStatusOf } from './exitStatus.ts';
import { createProgress, endedLine, progressLine } from './progress.ts';
import { cancelledText } from '../run.ts';

test.each<[readonly Verdict[], number]>([
  [['agrees', 'agrees'], 0],
  [['agrees', 'differs'], 1],
  [['differs', 'inconclusive', 'agrees'], 1],
  [['agrees', 'inconclusive'], 2],
  [[], 2],
])('%j ends with %d', (verdicts, exit) => {
  expect(exitStatusOf(verdicts)).toBe(exit);
});

const ended = (
  check: string,
  more: Partial<EndedRun['judgement']> = {},
  how: EndedRun['how'] = 'finished',
): EndedRun => ({
  ...{ state: 'ended', how, run: `run-of-${check}`, check, checkHash: 'h', source: 'lab', condition: '' },
  ...{ startedAt: '', by: '', endedAt: '', seconds: 0.4 },
  judgement: { verdict: 'agrees', findings: [], observed: 'refused', means: '', judge: 2, ...more },
});

describe('progress', () => {
  test('a row that ended is one line, whatever the machine said', () => {
    expect(endedLine(ended('a'))).toBe('= a: agrees: refused (400 ms)');
    expect(endedLine(ended('a', { verdict: 'differs', observed: 'x\n\u001b[2J\u202ey' }))).toBe(
      '≠ a: differs: x ⏎ ␛[2J‹U+202E›y (400 ms)',
    );
    const problem = { kind: 'unreachable' as const, message: 'Nobody answers.' };
    expect(endedLine(ended('a', { verdict: 'inconclusive', problem }))).toBe(
      '? a: inconclusive: Nobody answers. (400 ms)',
    );
    expect(endedLine(ended('a', { verdict: 'inconclusive' }, 'cancelled'))).toContain('? a: cancelled');
  });
  test('the moving line counts what is done, runs and waits', () => {
    const { how: _, endedAt: __, seconds: ___, judgement: ____, ...base } = ended('b');
    const states = [ended('a'), { ...base, state: 'running' as const }];
    expect(progressLine(states, 4, 3.7)).toBe('1 of 4 · 3 s · now: b · 2 wait');
  });
  test('in a pipe there are lines and nothing else; on a terminal the moving line fits it and goes away', () => {
    const lines: string[] = [];
    const plain = createProgress({ print: (line) => lines.push(line), terminal: undefined }, 1);
    plain.onSummary(ended('a'));
    plain.onSummary(ended('a'));
    plain.end();
    expect(lines).toEqual(['= a: agrees: refused (400 ms)']);
    const written: string[] = [];
    const terminal = { write: (text: string) => void written.push(text), columns: () => 24 };
    const moving = createProgress({ print: () => {}, terminal }, 1);
    moving.onSummary({ ...ended('a-check-with-a-very-long-name') });
    moving.end();
    const screen = written.join('');
    expect(screen.split('\r\u001b[K').every((part) => part.length < 24)).toBe(true);
    expect(screen.endsWith('\r\u001b[K')).toBe(true);
  });
});

test('"cancelled" is said only of what the machines confirmed', () => {
  const cancelled = (kind: 'cancelled' | 'lost') =>
    ended('a', { verdict: 'inconclusive', problem: { kind, message: '' } }, 'cancelled');
  expect(cancelledText([cancelled('cancelled')], 1)).toBe('Cancelled; the machines confirmed it.');
  expect(cancelledText([cancelled('lost')], 1)).toContain('for 1 of 1 checks no machine confirmed it (a)');
  expect(cancelledText([], 1)).toContain('for 1 of 1 checks no machine confirmed it');
});

describe('a change between two turns', () => {
  const row = (more: Partial<WatchedRow> = {}): WatchedRow => ({
    ...{ writeup: 'w', check: 'a', run: 'r', verdict: 'agrees', outcome: '1', problem: undefined },
    observed: 'refused',
    ...more,
  });
  const turn = (one: WatchedRow, status: Turn['statuses'][number]['status'] = 'reproduces'): Turn => ({
    rows: [one],
    statuses: [{ writeup: 'w', status, message: 'All of them.' }],
  });
  test('is another verdict, another outcome, another kind of problem, or another status', () => {
    const after = row({ verdict: 'differs', outcome: '2', observed: 'HTTP 200' });
    const changes = changesOf(turn(row()), turn(after, 'no longer reproduces'));
    expect(changes.map(changeText)).toEqual([
      'a: agrees (refused) → differs (HTTP 200)',
      'the limitation of w: reproduces → no longer reproduces. All of them.',
    ]);
    expect(changesOf(turn(row()), turn(row({ outcome: '2' })))).toHaveLength(1);
    expect(changesOf(turn(row({ problem: 'lost' })), turn(row({ problem: 'unreachable' })))).toHaveLength(1);
  });
  test('is not another time or number in the same outcome, nor a row that was not there before', () => {
    expect(changesOf(turn(row()), turn(row({ observed: 'refused after 3.02 s', run: 'q' })))).toEqual([]);
    expect(changesOf({ rows: [], statuses: [] }, turn(row()))).toEqual([]);
  });
});
