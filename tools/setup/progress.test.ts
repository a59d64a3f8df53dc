// Quick work is silent; slow work shows that it goes on.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withProgress } from './print.mjs';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function out(isTTY: boolean) {
  const said: string[] = [];
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return { said, written, options: { say: (line: string) => said.push(line), stream } };
}

test('work of under half a second says nothing', async () => {
  const { said, written, options } = out(true);
  const work = withProgress('Building', () => new Promise((done) => setTimeout(() => done(7), 499)), options);
  await vi.advanceTimersByTimeAsync(499);
  expect(await work).toBe(7);
  expect([said, written]).toEqual([[], []]);
});

test('on a terminal one line moves on every second', async () => {
  const { said, written, options } = out(true);
  const work = withProgress('Building', () => new Promise<void>((done) => setTimeout(done, 2_600)), options);
  await vi.advanceTimersByTimeAsync(2_600);
  await work;
  const shown = written.map((text) => text.replace('\r\u001b[K', ''));
  expect(shown.slice(0, -1)).toHaveLength(3);
  expect(shown[0]).toMatch(/^Building … \d s$/);
  expect(said).toEqual(['Building: done after 3 s']);
});

test('in a pipe there are plain lines, and a failure is not called done', async () => {
  const { said, written, options } = out(false);
  const work = withProgress(
    'Building',
    () => new Promise((_, fail) => setTimeout(() => fail(new Error('no')), 1_000)),
    options,
  );
  const seen = expect(work).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(1_000);
  await seen;
  expect(said).toEqual(['Building …', 'Building: stopped after 1 s']);
  expect(written).toEqual([]);
});
