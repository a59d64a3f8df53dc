import { describe, expect, it } from 'vitest';
import { changesOf, shortened, type Strip, type StripCell, stripRow } from './historyStrip.ts';

const cell = (day: number, verdict: StripCell['verdict'] = 'agrees', observed = '0'): StripCell => ({
  run: `R${day}`,
  verdict,
  observed,
  startedAt: new Date(Date.UTC(2026, 9, 1 + day)).toISOString(),
});
const many = (from: number, to: number, verdict: StripCell['verdict'] = 'agrees') =>
  Array.from({ length: to - from }, (_, index) => cell(from + index, verdict));
const strip = (cells: readonly StripCell[]): Strip => ({
  ...{ writeup: 'w', check: 'c', title: 'A <check>', source: 'lab', condition: 'as-documented', cells },
});
const sentence = (cells: readonly StripCell[]): string =>
  /<p class="strip-say">([\s\S]*?)<\/p>/
    .exec(stripRow(strip(cells)).markup)?.[1]
    ?.replace(/<[^>]*>|\s+/g, ' ')
    .replace(/ +/g, ' ')
    .trim() ?? '';

describe('a check over time', () => {
  it('[K5] changed where the verdict or the value became another', () => {
    const cells = [cell(0), cell(1, 'agrees', '00'), cell(2, 'differs', '7'), cell(3, 'differs', '7')];
    expect(changesOf(cells)).toEqual([
      { cell: cells[1], from: cells[0], what: 'value' },
      { cell: cells[2], from: cells[1], what: 'verdict' },
    ]);
  });
  it('[K5] did not change where it was inconclusive, but may have behind that', () => {
    const same = [cell(0), cell(1, 'inconclusive', 'not known'), cell(2)];
    expect(changesOf(same)).toEqual([]);
    const other = [cell(0), cell(1, 'inconclusive', 'not known'), cell(2, 'differs')];
    expect(changesOf(other)).toEqual([{ cell: other[2], from: other[0], what: 'verdict' }]);
  });
  it('[K5] says in words since when, and what became what', () => {
    expect(sentence([cell(0), cell(1)])).toBe('agrees since 1 Oct 2026');
    expect(sentence([cell(0, 'inconclusive')])).toBe('1 record, none with a result');
    expect(sentence([cell(0), cell(1, 'differs')])).toBe('agrees → differs, 2 Oct 2026');
    expect(sentence([cell(0), cell(1, 'differs'), cell(2), cell(3, 'differs')])).toBe(
      'agrees → differs, 4 Oct 2026 · 3 changes',
    );
    expect(sentence([cell(0), cell(1, 'agrees', '1')])).toBe('agrees; “0” → “1”, 2 Oct 2026');
  });
  it('[K6] has a bar at each change, the newest first, and says what it was before', () => {
    const cells = [cell(0), cell(1, 'differs'), cell(2), cell(3, 'differs')];
    const { markup } = stripRow(strip(cells));
    expect(markup.match(/data-change="verdict"/g)).toHaveLength(3);
    expect([...markup.matchAll(/\/runs\/(R\d)" title/g)].map(([, run]) => run)).toEqual([
      'R3',
      'R2',
      'R1',
      'R0',
    ]);
    expect(markup).toContain('(verdict changed: it was agrees)');
    expect(markup).toContain('A &lt;check&gt;');
    expect(markup).not.toContain('<check>');
  });
  it('[E12] of recordings never has the colour of a verdict', () => {
    expect(stripRow({ ...strip([cell(0)]), source: 'recording' }).markup).not.toContain(
      'data-verdict="agrees"',
    );
  });
  it('[K6] is shortened where nothing changed, and shows every change however long ago', () => {
    const cells = [...many(0, 3), ...many(3, 6, 'differs'), ...many(6, 150)];
    const drawn = shortened(cells);
    expect(drawn.length).toBeLessThanOrEqual(40);
    for (const { cell: changed } of changesOf(cells)) expect(drawn).toContain(changed);
    const left = drawn.reduce((sum, one) => sum + ('left' in one ? one.left : 1), 0);
    expect(left).toBe(cells.length);
    expect(drawn.at(-1)).toBe(cells.at(-1));
    expect(shortened(many(0, 24))).toHaveLength(24);
    expect(
      shortened(Array.from({ length: 100 }, (_, day) => cell(day, day % 2 ? 'agrees' : 'differs'))),
    ).toHaveLength(24);
  });
});
