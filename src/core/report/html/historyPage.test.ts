import { describe, expect, it } from 'vitest';
import { historyAddress, readHistoryForm } from './historyForm.ts';
import { historyBody, type HistoryPage } from './historyPage.ts';

const read = (fields: Record<string, string>) => readHistoryForm((field) => fields[field]);
const page = (more: Partial<HistoryPage> = {}): HistoryPage => ({
  form: {},
  choices: { writeups: [{ id: 'w', title: 'W' }], checks: [], roles: [], conditions: [] },
  ...{ faults: [], found: 0, kept: 0, running: [], strips: [], items: [], isLater: false, next: '' },
  now: new Date('2026-11-22T00:05:00Z'),
  ...more,
});

describe('the filter of the history', () => {
  it('[K1] is nothing where nothing was typed', () => {
    expect(read({})).toEqual({ form: {}, wish: {}, faults: [] });
    expect(read({ verdict: ' ', other: 'x' })).toMatchObject({ wish: {}, faults: [] });
  });
  it('[K2] means the last day whole, and a moment to the second', () => {
    expect(read({ since: '2026-11-22', until: '2026-11-22' })).toMatchObject({
      wish: { since: '2026-11-22T00:00:00.000Z', until: '2026-11-23T00:00:00.000Z' },
    });
    expect(read({ until: '2026-11-22T10:30' })).toMatchObject({
      wish: { until: '2026-11-22T10:30:00.000Z' },
    });
  });
  it('[K1] accepts conditions with a remedy', () => {
    expect(read({ condition: 'port-not-reserved+fix-nginx' })).toMatchObject({ faults: [] });
    expect(read({ condition: 'a+b+c' }).wish).toBeUndefined();
  });
  it('[K1] names every fault, and keeps what was typed', () => {
    const found = read({ verdict: '<b>', since: '22.11.2026', role: '%' });
    expect(found).toMatchObject({
      wish: undefined,
      form: { verdict: '<b>', since: '22.11.2026', role: '%' },
    });
    expect(found.faults).toHaveLength(3);
  });
  it('[K1] comes out of its address as it went in', () => {
    const form = { condition: 'a+b', since: '2026-11-22' };
    const query = new URLSearchParams(historyAddress(form).split('?')[1]);
    expect(readHistoryForm((field) => query.get(field)).form).toEqual(form);
    expect(historyAddress({})).toBe('/runs/');
    expect(historyAddress({}, 'X')).toBe('/runs/?before=X');
  });
});

describe('the page of the history', () => {
  it('[K3] never treats what was typed as markup', () => {
    const hostile = '"><script>';
    const { markup } = historyBody(
      page({ form: { verdict: hostile, since: hostile }, faults: [`found “${hostile}”`], kept: 1 }),
    );
    expect(markup).not.toContain('<script>');
    expect(markup).toContain('&quot;&gt;&lt;script&gt;');
  });
  it('[K4] tells an empty store from a filter that leaves nothing', () => {
    expect(historyBody(page()).markup).toContain('No record yet');
    expect(historyBody(page({ kept: 1234 })).markup).toMatch(/No record matches[\s\S]*1,234 are kept/);
  });
  it('[K4] leads to the strips of other conditions of the lab, and shows them when they are asked for', () => {
    const strip = {
      ...{
        writeup: 'w',
        check: 'c',
        title: 'T',
        source: 'lab' as const,
        condition: 'healthy',
        cells: [],
      },
    };
    const all = { found: 1, kept: 1, strips: [strip] };
    const { markup } = historyBody(page(all));
    expect(markup).toMatch(
      /In other conditions of the lab:[\s\S]*\/runs\/\?condition=healthy[\s\S]*\(1 check\)/,
    );
    expect(markup).not.toContain('strip-cells');
    const asked = historyBody(page({ ...all, form: { condition: 'healthy' } })).markup;
    expect(asked).toContain('strip-cells');
    expect(asked).not.toContain('In other conditions');
  });
  it('[K4] says which rows of a set are no longer kept', () => {
    const set = {
      set: 'S',
      writeup: 'w',
      title: '',
      note: '',
      by: '',
      startedAt: '2026-11-22T00:00:00Z',
      pinned: true,
    };
    const { markup } = historyBody(
      page({
        ...{ found: 1, kept: 1 },
        items: [
          {
            kind: 'set',
            set: { ...set, members: [{ check: 'c', run: 'R' }] },
            members: [{ title: 'c', summary: undefined }],
          },
        ],
      }),
    );
    expect(markup).toContain('no longer kept');
    expect(markup).toContain('pinned');
  });
});
