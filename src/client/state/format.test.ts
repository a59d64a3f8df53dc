import { describe, expect, it } from 'vitest';
import { ago, isOver } from './freshness.ts';
import { span, utc, duration } from '../../core/report/format.ts';
import { size } from '../../core/report/units.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

describe('times and sizes in words', () => {
  it.each([
    ['2026-11-22T12:00:30Z', 'just now'],
    ['2026-11-22T11:59:51Z', 'just now'],
    ['2026-11-22T11:59:30Z', '30 s ago'],
    ['2026-11-22T11:58:59Z', '1 min ago'],
    ['2026-11-22T09:30:00Z', '2 h ago'],
    ['2026-11-21T11:00:00Z', 'yesterday'],
    ['2026-11-12T11:00:00Z', '10 days ago'],
  ])('%s is %s', (iso, words) => expect(ago(iso, now)).toBe(words));

  it('tells absolute time in UTC, and leaves what is no time as it is', () => {
    expect(utc('2026-11-22T12:00:00.123+01:00')).toBe('2026-11-22 11:00:00 UTC');
    expect(utc('soon')).toBe('soon');
  });

  it('a day is over when it has ended in UTC', () => {
    expect(isOver('2026-11-22', Date.parse('2026-11-22T23:59:59Z'))).toBe(false);
    expect(isOver('2026-11-22', Date.parse('2026-11-23T00:00:00Z'))).toBe(true);
  });

  it('says a chosen time in its largest whole unit', () =>
    expect([40, 300, 90, 7200, 86_400].map(span)).toEqual(['40 s', '5 min', '90 s', '2 h', '1 day']));

  it('gives every number its unit', () => {
    expect([0.0001, 0.006258, 0.25, 0.9999, 1.24, 12.4, 59.7, 75].map(duration)).toEqual([
      ...['less than 1 ms', '6 ms', '250 ms', '1 s', '1.2 s', '12 s', '1 min 0 s', '1 min 15 s'],
    ]);
    const kib = 1024;
    expect([10, 2 * kib, 2.5 * kib, 48.2 * kib, 1023.9 * kib, 3 * kib * kib].map(size)).toEqual([
      ...['10 B', '2 KiB', '2.5 KiB', '48 KiB', '1 MiB', '3 MiB'],
    ]);
  });
});
