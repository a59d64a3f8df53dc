import { describe, expect, it } from 'vitest';
import type { Encoded } from '../../src/core/protocol/codec.ts';
import { createRecent, createTail } from './tail.ts';

const entry = (number: number, length = 10) => new Uint8Array(length).fill(number);
/** Frames of four more bytes each, as in a file; returns where the next one would begin. */
const fill = (tail: ReturnType<typeof createTail>, count: number, length?: number) => {
  let position = 0;
  for (let number = 0; number < count; number += 1) {
    const bytes = entry(number, length);
    tail.push([bytes], position, position + bytes.length + 4);
    position += bytes.length + 4;
  }
  return position;
};
const numbers = (entries: readonly Encoded[] | undefined) => entries?.map(([bytes]) => bytes[0]);

describe('the tail of a run', () => {
  it('gives the entries from a position on, as many as fit', () => {
    const tail = createTail();
    fill(tail, 5);
    const batch = tail.read(14, 30);
    expect(numbers(batch?.entries)).toEqual([1, 2]);
    expect(batch?.next).toBe(42);
    expect(numbers(tail.read(14, 1000)?.entries)).toEqual([1, 2, 3, 4]);
  });

  it('gives one entry that is larger than what was asked for', () => {
    const tail = createTail();
    fill(tail, 2, 100);
    expect(numbers(tail.read(0, 10)?.entries)).toEqual([0]);
  });

  it('knows nothing of the end, and nothing of a place inside of an entry', () => {
    const tail = createTail();
    const end = fill(tail, 3);
    expect(tail.read(end, 100)).toBeUndefined();
    expect(tail.read(15, 100)).toBeUndefined();
  });

  it('forgets the oldest, by size and by number', () => {
    const large = createTail();
    fill(large, 9, 1024 * 1024);
    expect(large.read(0, 1)).toBeUndefined();
    expect(numbers(large.read(8 * (1024 * 1024 + 4), 1)?.entries)).toEqual([8]);
    const many = createTail();
    const end = fill(many, 8000, 1);
    expect(many.read(0, 1)).toBeUndefined();
    expect(many.read(end - 5, 100)?.next).toBe(end);
  });
});

describe('what was read a moment ago', () => {
  const batch = (next: number) => ({ entries: [[Buffer.from([1])] as const], next });

  it('is the same object for everybody who asks for as much from the same place', () => {
    const recent = createRecent();
    const first = recent('a', 0, 64, () => batch(5));
    expect(recent('a', 0, 64, () => batch(9))).toBe(first);
    expect(recent('b', 0, 64, () => batch(9))).not.toBe(first);
    expect(recent('a', 0, 128, () => batch(9))).not.toBe(first);
  });

  it('never is nothing: the end of a file is looked at again', () => {
    const recent = createRecent();
    expect(recent('a', 7, 64, () => ({ entries: [], next: 7 })).next).toBe(7);
    expect(recent('a', 7, 64, () => batch(12)).next).toBe(12);
  });

  it('is forgotten when others came, and when it is large', () => {
    const recent = createRecent();
    const first = recent('a', 0, 64, () => batch(5));
    for (let place = 1; place <= 128; place += 1) recent('a', place, 64, () => batch(place + 1));
    expect(recent('a', 0, 64, () => batch(5))).not.toBe(first);
    const large = recent('b', 0, 64, () => batch(1024 * 1024));
    expect(recent('b', 0, 64, () => batch(1024 * 1024))).not.toBe(large);
  });
});
