import { describe, expect, it } from 'vitest';
import { ago, duration, isOver, size, span, utc } from './format.ts';

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
    expect([duration(0.004), duration(1.25), duration(75)]).toEqual(['4 ms', '1.3 s', '1 min 15 s']);
    expect([size(10), size(2048), size(3 * 1024 * 1024)]).toEqual(['10 B', '2.0 KiB', '3.0 MiB']);
  });
});
