import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;
const quiet = () => {};

describe('slots', () => {
  it('are given first come first served, and the place in the queue is told', async () => {
    const slots = createSlots(1);
    const release = await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    const places: number[] = [];
    const second = slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    const third = slots.acquire({ own: new Map([['a', 1]]) }, (place) => places.push(place), never);
    expect(places).toEqual([2]);
    release();
    (await second)();
    (await third)();
    expect(places).toEqual([2, 1]);
  });
  it('of several machines are taken all at once or not at all', async () => {
    const slots = createSlots(1);
    const a = await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    let both = false;
    const waiting = slots
      .acquire(
        {
          own: new Map([
            ['a', 1],
            ['b', 1],
          ]),
        },
        quiet,
        never,
      )
      .then((release) => {
        both = true;
        return release;
      });
    const later = slots.acquire({ own: new Map([['b', 1]]) }, quiet, never);
    await Promise.resolve();
    expect(both).toBe(false);
    a();
    (await waiting)();
    (await later)();
  });
  it('wanted beyond the capacity are cut to it', async () => {
    const slots = createSlots(1);
    (await slots.acquire({ own: new Map([['a', 5]]) }, quiet, never))();
  });
  it('released twice are given back once', async () => {
    const slots = createSlots(1);
    const release = await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    release();
    release();
    await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    let taken = false;
    void slots.acquire({ own: new Map([['a', 1]]) }, quiet, never).then(() => {
      taken = true;
    });
    await Promise.resolve();
    expect(taken).toBe(false);
  });
  it('waited for are left when the signal is aborted, and those behind move up', async () => {
    const slots = createSlots(1);
    const release = await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    const abort = new AbortController();
    const left = slots.acquire({ own: new Map([['a', 1]]) }, quiet, abort.signal);
    const behind = slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    abort.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    release();
    (await behind)();
  });
  it('[T13] tell a place only when it is another one, and all that changed meanwhile at once', async () => {
    let then = () => {};
    const slots = createSlots(1, (later) => {
      then = later;
    });
    const release = await slots.acquire({ own: new Map([['a', 1]]) }, quiet, never);
    const places: string[] = [];
    const giveUp = Array.from({ length: 5 }, () => new AbortController());
    const waiting = giveUp.map(({ signal }, index) =>
      slots
        .acquire({ own: new Map([['a', 1]]) }, (place) => places.push(`${index} at ${place}`), signal)
        .catch(() => quiet),
    );
    expect(places).toEqual(['0 at 1', '1 at 2', '2 at 3', '3 at 4', '4 at 5']);
    then();
    expect(places.splice(0)).toHaveLength(5);
    for (const index of [0, 1, 3]) giveUp[index]?.abort();
    expect(places).toEqual([]);
    then();
    expect(places).toEqual(['2 at 1', '4 at 2']);
    for (const one of giveUp) one.abort();
    release();
    await Promise.all(waiting);
  });
});
