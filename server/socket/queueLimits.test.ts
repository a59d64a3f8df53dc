import { describe, expect, it } from 'vitest';
import { createQueueWatch } from './queueLimits.ts';

const limits = { socketBytes: 100, socketMs: 1000, personBytes: 300, allBytes: 1000 };
const socket = (name: string) => ({ name });
type Named = ReturnType<typeof socket>;
const queue = (one: Named, person: string, bytes: number) => ({ socket: one, person, bytes });
const watch = () => {
  const look = createQueueWatch<Named>(limits);
  return (queues: readonly ReturnType<typeof queue>[], now: number) =>
    look(queues, now).map(({ socket: { name }, message }) => `${name}: ${message.split(':')[0]}`);
};

describe('[T15] what waits', () => {
  it('may be more than the limit of a socket for a time, begun anew whenever it was less', () => {
    const look = watch();
    const one = socket('one');
    expect(look([queue(one, '', 101)], 0)).toEqual([]);
    expect(look([queue(one, '', 5000 / 50)], 900)).toEqual([]);
    expect(look([queue(one, '', 101)], 1000)).toEqual([]);
    expect(look([queue(one, '', 101)], 1999)).toEqual([]);
    expect(look([queue(one, '', 101)], 2000)).toEqual(['one: more than 0 KiB waited for 1 s']);
  });
  it.each([
    [
      'one person: the largest go until the rest is within it',
      [
        ['ada', 80],
        ['ada', 90],
        ['ada', 100],
        ['ada', 70],
        ['bob', 100],
      ],
      ['2'],
    ],
    [
      'as much as may for one person',
      [
        ['ada', 100],
        ['ada', 100],
        ['ada', 100],
      ],
      [],
    ],
    [
      'whoever sits at this machine, who is nobody in particular',
      Array.from({ length: 10 }, () => ['', 100]),
      [],
    ],
    [
      'everybody: the largest of all goes',
      [...Array.from({ length: 10 }, (_, n) => [`p${n}`, 99]), ['ada', 100]],
      ['10'],
    ],
  ] as [string, [string, number][], string[]][])('is limited together for %s', (_, queues, gone) => {
    const look = watch();
    const ended = look(
      queues.map(([person, bytes], at) => queue(socket(String(at)), person, bytes)),
      0,
    );
    expect(ended.map((one) => one.split(':')[0])).toEqual(gone);
  });
});
