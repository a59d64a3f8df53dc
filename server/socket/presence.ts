/** Who reads a writeup now, who presents it, and sending news to all of them. */
import { type Down, mostNamed, type Presenting } from '../../src/core/protocol/down.ts';
import { queue } from '../files/queue.ts';
import type { SharedReaders, Store } from '../store/contract.ts';
import type { Answer } from '../target/conditions.ts';
import { type Here, joinOtherReaders } from './otherReaders.ts';
import type { ReaderNames } from './readerNames.ts';
import { createThrottle, type Later, newsMs } from './throttle.ts';

export type Presence = ReturnType<typeof createPresence>;
type News = Extract<Down, { type: 'here' | 'presenting' | 'set' | 'notices' | 'overview' }>;

type Page = { readonly send: (message: Down) => void };
/** With the number of pages of each reader, so that joining and leaving cost the same with two thousand pages. */
type Audience = { readonly pages: Set<Page>; readonly readers: Map<string, number> };
/** Many who come at once are announced once. */
const debounceMs = 250;

/** One server, and nobody else to ask. */
const alone: Pick<SharedReaders, 'claim' | 'release'> = { claim: async () => true, async release() {} };

export type PresenceStore = Pick<Store, 'shared' | 'sets'>;

/** `store`: where other servers on it tell of their readers. */
export function createPresence(names: ReaderNames, later: Later, store?: PresenceStore) {
  const claims = store?.shared?.readers ?? alone;
  const inTurn = queue();
  const audiences = new Map<string, Audience>();
  const presenters = new Map<string, { readonly reader: string; readonly at: Presenting['at'] }>();
  const audienceOf = (writeup: string): Audience => {
    const audience = audiences.get(writeup) ?? { pages: new Set(), readers: new Map() };
    audiences.set(writeup, audience);
    return audience;
  };
  const throttle = createThrottle(newsMs, later);
  /** Sends news to all pages of a writeup, throttled by type: only the newest counts. */
  const send = (writeup: string, message: News): void =>
    throttle(`${writeup} ${subjectOf(message)}`, () => {
      for (const page of audienceOf(writeup).pages) page.send(message);
    });
  const readersHere = (writeup: string): readonly string[] => {
    const found = new Set<string>();
    for (const reader of audienceOf(writeup).readers.keys()) {
      found.add(names.nameOf(reader));
      if (found.size === mostNamed) break;
    }
    return [...found];
  };
  const presentingHere = (writeup: string): Presenting | null => {
    const presenter = presenters.get(writeup);
    return presenter ? { by: names.nameOf(presenter.reader), at: presenter.at } : null;
  };
  const here = (writeup: string): Here => ({
    readers: readersHere(writeup),
    presenting: presentingHere(writeup),
  });
  const others =
    store?.shared &&
    joinOtherReaders({
      shared: store.shared,
      set: store.sets.get,
      own: () => new Map([...audiences.keys()].map((writeup) => [writeup, here(writeup)])),
      changed(writeup) {
        onReadersChanged(writeup);
        sendPresenting(writeup);
      },
      setMade: (set) => send(set.writeup, { type: 'set', set }),
      again: () => presenters.forEach((_, writeup) => void claimAgain(writeup)),
    });
  const lastTold = new Map<string, string>();
  /** Of this server only: what others tell is not told on. */
  const tellOthers = (writeup: string) => {
    if (others === undefined) return;
    const now = here(writeup);
    const text = JSON.stringify(now);
    if (lastTold.get(writeup) === text) return;
    lastTold.set(writeup, text);
    others.tell(writeup, now);
  };
  const claimAgain = (writeup: string) =>
    inTurn(async () => {
      if (await claims.claim(writeup)) return;
      presenters.delete(writeup);
      onPresenterChanged(writeup);
    }).catch(() => {});
  /** Names of the readers, each once, at most `mostNamed`. */
  const readers = (writeup: string) =>
    [...new Set([...readersHere(writeup), ...(others?.readers(writeup) ?? [])])].slice(0, mostNamed);
  const presenting = (writeup: string): Presenting | null =>
    presentingHere(writeup) ?? others?.presenting(writeup) ?? null;
  const lastPresenting = new Map<string, string>();
  const sendPresenting = (writeup: string) => {
    const now = presenting(writeup);
    const text = JSON.stringify(now);
    if ((lastPresenting.get(writeup) ?? 'null') === text) return;
    lastPresenting.set(writeup, text);
    send(writeup, { type: 'presenting', presenting: now });
  };
  const onPresenterChanged = (writeup: string) => {
    sendPresenting(writeup);
    tellOthers(writeup);
  };
  const lastSent = new Map<string, string>();
  const waiting = new Set<string>();
  const onReadersChanged = (writeup: string) => {
    if (waiting.has(writeup)) return;
    waiting.add(writeup);
    later(debounceMs, () => {
      waiting.delete(writeup);
      tellOthers(writeup);
      const present = readers(writeup);
      const text = present.join('\n');
      if (lastSent.get(writeup) === text) return;
      lastSent.set(writeup, text);
      send(writeup, { type: 'here', readers: present });
    });
  };

  return {
    /** Adds a page. Returns its leaving; when a reader's last page leaves, the reader no longer presents. */
    join(writeup: string, reader: string, sendTo: (message: Down) => void): () => void {
      const page = { send: sendTo };
      const audience = audienceOf(writeup);
      audience.pages.add(page);
      audience.readers.set(reader, (audience.readers.get(reader) ?? 0) + 1);
      onReadersChanged(writeup);
      return () => {
        if (!audience.pages.delete(page)) return;
        const left = (audience.readers.get(reader) ?? 1) - 1;
        if (left > 0) return void audience.readers.set(reader, left);
        audience.readers.delete(reader);
        onReadersChanged(writeup);
        if (presenters.get(writeup)?.reader !== reader) return;
        presenters.delete(writeup);
        onPresenterChanged(writeup);
        // A session that was lost has released it already.
        void inTurn(() => claims.release(writeup)).catch(() => {});
      };
    },
    readers,
    presenting,
    /** Shows `at` to all others; null ends it. Refused while somebody else presents, at whichever server. */
    present(writeup: string, reader: string, at: Presenting['at'] | null): Promise<Answer> {
      const refused = (by: string): Answer => ({
        ok: false,
        message: `${by} presents this writeup now. Follow along, or present when they have ended.`,
      });
      return inTurn(async () => {
        const presenter = presenters.get(writeup);
        if (presenter && presenter.reader !== reader) return refused(names.nameOf(presenter.reader));
        if (at === null) {
          presenters.delete(writeup);
          onPresenterChanged(writeup);
          if (presenter) await claims.release(writeup);
          return { ok: true };
        }
        if (!(await claims.claim(writeup)))
          return refused(others?.presenting(writeup)?.by ?? 'Somebody else');
        if (!audienceOf(writeup).readers.has(reader)) {
          // They left meanwhile.
          await claims.release(writeup);
          return { ok: true };
        }
        presenters.set(writeup, { reader, at });
        onPresenterChanged(writeup);
        return { ok: true };
      });
    },
    /** To all pages of a writeup; of a set, also at other servers. */
    send(writeup: string, message: News) {
      send(writeup, message);
      if (message.type === 'set') others?.tellSet(message.set);
    },
    close: () => others?.close(),
  };
}

/** Sets of different people are different news. */
const subjectOf = (message: News): string =>
  message.type === 'set' ? `set ${message.set.by}` : message.type;
