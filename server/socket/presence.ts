/** Who reads a writeup now, who presents it, and telling all of them something. What is told is left to the callers. */
import { type Down, mostNamed, type Presenting } from '../../src/core/protocol/down.ts';
import type { Answer } from '../target/conditions.ts';
import type { Readers } from './readerNames.ts';
import { createThrottle, type Later, newsMs } from './throttle.ts';

export type Presence = {
  /** A page watches this writeup from now on. Returns its leaving; a reader whose last page leaves presents no longer. */
  join(writeup: string, reader: string, tell: (down: Down) => void): () => void;
  /** Names of those who read it, each once, at most `mostNamed`. */
  here(writeup: string): readonly string[];
  presenting(writeup: string): Presenting | null;
  /** Shows `at` to all others, or ends it. Refused while somebody else presents. */
  present(writeup: string, reader: string, at: Presenting['at'] | null): Answer;
  /** Tells all of them, each at most ten times a second of the same: then only the newest counts. */
  tell(writeup: string, down: News): void;
};

/** What all who read a writeup are told. */
export type News = Extract<Down, { type: 'here' | 'presenting' | 'set' | 'notices' }>;

type Seat = { readonly reader: string; readonly tell: (down: Down) => void };
/** With how many pages each reader has, so that nothing here looks through all of two thousand when one comes or goes. */
type Room = { readonly seats: Set<Seat>; readonly pages: Map<string, number> };
/** When many come at once, everybody is told once: to tell each of everyone would cost their number squared. */
const gatherMs = 250;

export function createPresence(readers: Readers, later: Later): Presence {
  const rooms = new Map<string, Room>();
  const presenters = new Map<string, { readonly reader: string; readonly at: Presenting['at'] }>();

  const roomOf = (writeup: string): Room => {
    const room = rooms.get(writeup) ?? { seats: new Set(), pages: new Map() };
    rooms.set(writeup, room);
    return room;
  };
  const throttle = createThrottle(newsMs, later);
  const tell = (writeup: string, down: News) =>
    throttle(`${writeup} ${subjectOf(down)}`, () => {
      for (const seat of roomOf(writeup).seats) seat.tell(down);
    });
  const here = (writeup: string) => {
    const names = new Set<string>();
    for (const reader of roomOf(writeup).pages.keys()) {
      names.add(readers.nameOf(reader));
      if (names.size === mostNamed) break;
    }
    return [...names];
  };
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
      const { seats, pages } = roomOf(writeup);
      seats.add(seat);
      pages.set(reader, (pages.get(reader) ?? 0) + 1);
      hereChanged(writeup);
      return () => {
        if (!seats.delete(seat)) return;
        const left = (pages.get(reader) ?? 1) - 1;
        if (left > 0) return void pages.set(reader, left);
        pages.delete(reader);
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
          message: `${readers.nameOf(presenter.reader)} presents this writeup now. Follow along, or present when they have ended.`,
        };
      if (at === null) presenters.delete(writeup);
      else presenters.set(writeup, { reader, at });
      changed(writeup);
      return { ok: true };
    },
    tell,
  };
}

/** Sets of different people are different news. */
const subjectOf = (down: News): string => (down.type === 'set' ? `set ${down.set.by}` : down.type);
