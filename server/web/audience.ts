/** Who reads a writeup now, who presents it, and telling all of them something. What is told is left to the callers. */
import type { Down, Presenting } from '../../src/core/protocol/down.ts';
import type { Answer } from '../fleet/conditions.ts';
import type { Readers } from './readers.ts';

export type Audience = {
  /** A page watches this writeup from now on. Returns its leaving; a reader whose last page leaves presents no longer. */
  join(writeup: string, reader: string, tell: (down: Down) => void): () => void;
  /** Names of those who read it, each once, at most a hundred. */
  here(writeup: string): readonly string[];
  presenting(writeup: string): Presenting | null;
  /** Shows `at` to all others, or ends it. Refused while somebody else presents. */
  present(writeup: string, reader: string, at: Presenting['at'] | null): Answer;
  tell(writeup: string, down: Down): void;
};

type Seat = { readonly reader: string; readonly tell: (down: Down) => void };
const namesShown = 100;
/** When many come at once, everybody is told once: to tell each of everyone would cost their number squared. */
const gatherMs = 250;

/** Calls back after so many milliseconds. */
export type Later = (ms: number, then: () => void) => void;
export const byTimer: Later = (ms, then) => void setTimeout(then, ms).unref();

export function createAudience(readers: Readers, later: Later): Audience {
  const rooms = new Map<string, Set<Seat>>();
  const presenters = new Map<string, { readonly reader: string; readonly at: Presenting['at'] }>();

  const seats = (writeup: string): ReadonlySet<Seat> => rooms.get(writeup) ?? new Set();
  const tell = (writeup: string, down: Down) => {
    for (const seat of seats(writeup)) seat.tell(down);
  };
  const here = (writeup: string) =>
    [...new Set([...seats(writeup)].map(({ reader }) => readers.nameOf(reader)))].slice(0, namesShown);
  const presenting = (writeup: string): Presenting | null => {
    const presenter = presenters.get(writeup);
    return presenter ? { by: readers.nameOf(presenter.reader), at: presenter.at } : null;
  };
  /** What was told last, so that nobody is told the same again. */
  const told = new Map<string, string>();
  const waiting = new Set<string>();
  const hereChanged = (writeup: string) => {
    if (waiting.has(writeup)) return;
    waiting.add(writeup);
    later(gatherMs, () => {
      waiting.delete(writeup);
      const names = here(writeup);
      const text = names.join('\n');
      if (told.get(writeup) === text) return;
      told.set(writeup, text);
      tell(writeup, { type: 'here', readers: [...names] });
    });
  };
  const changed = (writeup: string) => tell(writeup, { type: 'presenting', presenting: presenting(writeup) });

  return {
    join(writeup, reader, listen) {
      const seat = { reader, tell: listen };
      const room = rooms.get(writeup) ?? new Set();
      rooms.set(writeup, room);
      room.add(seat);
      hereChanged(writeup);
      return () => {
        room.delete(seat);
        if ([...room].some((other) => other.reader === reader)) return;
        hereChanged(writeup);
        if (presenters.get(writeup)?.reader !== reader) return;
        presenters.delete(writeup);
        changed(writeup);
      };
    },
    here,
    presenting,
    present(writeup, reader, at) {
      const presenter = presenters.get(writeup);
      if (presenter && presenter.reader !== reader)
        return {
          ok: false,
          say: `${readers.nameOf(presenter.reader)} presents this writeup now. Follow along, or present when they have ended.`,
        };
      if (at === null) presenters.delete(writeup);
      else presenters.set(writeup, { reader, at });
      changed(writeup);
      return { ok: true };
    },
    tell,
  };
}
