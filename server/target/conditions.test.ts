import { afterEach, expect, it, vi } from 'vitest';
import { createConditions } from './conditions.ts';
import { graceMs } from './lease.ts';

afterEach(() => void vi.useRealTimers());

const cause = { name: 'narrow', title: 'Narrow', kind: 'cause' } as const;

it.each([
  ['a while after the page of its holder has closed, the lab goes back', false, ['narrow', 'base']],
  ['but not once the server has ended: the lab may be another’s by then', true, ['narrow']],
])('%s', async (_, closes, expected) => {
  vi.useFakeTimers();
  const set: string[] = [];
  const conditions = createConditions({
    lab: () => ({ condition: 'base', setCondition: async (name) => void set.push(name) }),
    conditions: [{ ...cause, for: [], models: '', commands: [], source: '' } as never],
    alone: (work) => work(),
    nameOf: (reader) => reader,
    changed: () => {},
    now: () => Date.now(),
    date: () => new Date(),
  });
  expect(await conditions.apply('ada', 'narrow')).toEqual({ ok: true });
  if (closes) conditions.close();
  conditions.onReaderLeft('ada');
  await vi.advanceTimersByTimeAsync(graceMs + 1000);
  expect(set).toEqual(expected);
});
