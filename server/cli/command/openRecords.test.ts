/** `vantage store`: what is kept and by whom, beside a server that holds the folder; and that one is kept, or let go, from the command line. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultRetention } from '../../config/config.ts';
import { firstDay, putRun, type TestFolder, testStore } from '../../store/testing.ts';
import { storeVerb } from '../store.ts';

let place: TestFolder;
let [kept, asked, other] = ['', '', ''];
beforeAll(async () => {
  place = testStore();
  [kept, asked, other] = await Promise.all([1, 2, 3].map((day) => putRun(place.store, { day }))).then(
    ([first = '', second = '', third = '']) => [first, second, third],
  );
  await place.store.keeping.keep(kept, { by: 'Ada', at: new Date(firstDay) }, defaultRetention);
  await place.store.keeping.noteAsked(asked, new Date());
});
afterAll(() => place.close());

const role = async (...args: readonly string[]): Promise<string> => {
  let said = '';
  const out = (text: string) => {
    said += text;
  };
  await storeVerb.run([...args, '--data', place.directory], {
    ...{ out, print: out, terminal: undefined, signal: new AbortController().signal, root: '/' },
  });
  return said;
};

it('says how much is there, what is kept by whom, and what goes last until when', async () => {
  const said = await role();
  expect(said).toMatch(/^3 runs with .* MiB\. The limits are 50000 runs, 365 days and 10240\.0 MiB\./);
  expect(said).toMatch(/1 runs with .*, of at most 25000 runs and 5120\.0 MiB/);
  expect(said).toMatch(new RegExp(`${kept}  run, .* by Ada since 2026-11-01 00:00:00 UTC  A check`));
  expect(said).toMatch(new RegExp(`${asked}  run, asked for .*; deleted last until 20`));
  expect(said).not.toContain(other);
});

it('keeps a record and lets it go, also beside the server, which sees it', async () => {
  expect(await role('keep', other)).toContain(`${other} is kept`);
  expect(await place.store.pinned(other)).toBe(true);
  expect(await role()).toMatch(new RegExp(`${other}  run, .*\\(vantage store\\)`));
  expect(await role('unkeep', other)).toContain('no longer kept');
  expect(await place.store.pinned(other)).toBe(false);
});

it.each([
  [['forget', 'X'], 'Expected one of keep, unkeep, check, backup, copy; found "forget"'],
  [['keep'], 'Expected the id of a run or a set'],
  [['keep', '01ARZ3NDEKTSV4RRFFQ69G5FAV'], 'cannot be kept'],
  [['unkeep', '01ARZ3NDEKTSV4RRFFQ69G5FAV'], 'There is no run or set'],
])('%j is a sentence', async (args, message) => {
  await expect(role(...args)).rejects.toThrow(message);
});
