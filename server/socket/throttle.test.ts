import { expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';

it('[T15] news is told at once, then the newest of what came meanwhile, once for each period, and each subject for itself', () => {
  const told: string[] = [];
  const timers: (() => void)[] = [];
  const throttle = createThrottle(100, (_, then) => timers.push(then));
  const pass = () => {
    for (const timer of timers.splice(0)) timer();
  };
  const tell = (subject: string, text: string) => throttle(subject, () => told.push(text));
  for (const text of ['a1', 'a2', 'a3']) tell('a', text);
  tell('b', 'b1');
  expect(told).toEqual(['a1', 'b1']);
  pass();
  expect(told).toEqual(['a1', 'b1', 'a3']);
  tell('a', 'a4');
  tell('b', 'b2');
  expect(told).toEqual(['a1', 'b1', 'a3', 'b2']);
  pass();
  expect(told.at(-1)).toBe('a4');
  pass();
  pass();
  // Nothing is kept, and no timer goes on, for what rests.
  expect(timers).toEqual([]);
  tell('a', 'a5');
  expect(told.at(-1)).toBe('a5');
});
