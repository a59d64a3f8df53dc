import { describe, expect, it } from 'vitest';
import { judge } from '../judge/judge.ts';
import {
  cellOfJudgement,
  incompleteness,
  type PredictedCell,
  type Predictions,
  predictionsSchema,
  cellWords,
  tableDifferences,
} from './prediction.ts';
import { capture, complete } from '../testing.ts';

const agrees: PredictedCell = { verdict: 'agrees', outcome: 'otherwise' };
const differs: PredictedCell = { verdict: 'differs', outcome: '1' };
const unknown: PredictedCell = { verdict: 'inconclusive', outcome: '', problem: 'control-failed' };
const table = (cells: Record<string, PredictedCell>): Predictions => ({ conditions: { healthy: cells } });

describe('a predicted cell', () => {
  it('[P2] is the same for two runs that come out the same way with other values', () => {
    const run = (packets: number) =>
      cellOfJudgement(
        judge(
          capture,
          new Map([
            [
              'capture',
              complete({
                stdout: `x lo IP a > b: UDP, length 41\n${'1 IP a > b: Flags [S]\n'.repeat(packets)}`,
                stderr: '0 packets dropped by kernel\n',
              }),
            ],
            ['stimulus', complete({ exit: 7 })],
          ]),
        ),
      );
    expect(run(2)).toEqual(differs);
    expect(run(3)).toEqual(run(2));
    expect(run(0)).toEqual(agrees);
  });
  it('[P3] of an inconclusive run names the kind of its problem, and no outcome', () => {
    expect(cellOfJudgement(judge(capture, new Map()))).toEqual({
      verdict: 'inconclusive',
      outcome: '',
      problem: 'blocked',
    });
    expect(cellWords(unknown)).toBe('inconclusive: control-failed');
  });
  it.each([
    { verdict: 'agrees', outcome: '' },
    { verdict: 'agrees', outcome: 'x', problem: 'lost' },
    { verdict: 'inconclusive', outcome: 'x', problem: 'lost' },
    { verdict: 'inconclusive', outcome: '', problem: 'bad-luck' },
    { verdict: 'maybe', outcome: 'x' },
  ])('[P3] %j is refused', (cell) => {
    expect(predictionsSchema.safeParse({ conditions: { healthy: { a: cell } } }).success).toBe(false);
    expect(predictionsSchema.safeParse(table({ a: agrees, b: unknown })).success).toBe(true);
  });
});

describe('two tables', () => {
  it('[P2] differ in each cell that is not the same, in the verdict or the outcome or by being there', () => {
    expect(tableDifferences(table({ a: agrees, b: unknown }), table({ a: agrees, b: unknown }))).toEqual([]);
    expect(tableDifferences(table({ a: agrees, b: unknown }), table({ a: differs, c: agrees }))).toEqual([
      'healthy, a: expected agrees: otherwise; found differs: 1',
      'healthy, b: expected inconclusive: control-failed; found nothing',
      'healthy, c: expected nothing; found agrees: otherwise',
    ]);
    expect(tableDifferences(table({ a: agrees }), table({ a: { ...agrees, outcome: '2' } }))).toHaveLength(1);
  });
});

describe('a table', () => {
  it('[P1] that lacks a condition or a check, or has one that is not there, is told so', () => {
    expect(incompleteness(table({ a: agrees }), ['healthy'], ['a'])).toEqual([]);
    expect(incompleteness(table({ a: agrees, x: agrees }), ['healthy', 'sunny'], ['a', 'b'])).toEqual([
      'conditions: no prediction for sunny',
      'healthy: no prediction for b',
      'healthy: x does not exist',
    ]);
  });
});
