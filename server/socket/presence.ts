/** Who reads a writeup now, who presents it, and sending news to all of them. */
import { type Down, mostNamed, type Presenting } from '../../src/core/protocol/down.ts';
import type { Answer } from '../target/conditions.ts';
import type { ReaderNames } from './readerNames.ts';
import { createThrottle, type Later, newsMs } from './throttle.ts';

export type Presence = ReturnType<typeof createPresence>;
type News = Extract<Down, { type: 'here' | 'presenting' | 'set' | 'notices' | 'overview' }>;

type Page = { readonly send: (message: Down) => void };
/** With the number of pages of each reader, so that joining and leaving cost the same with two thousand pages. */
type Audience = { readonly pages: Set<Page>; readonly readers: Map<string, number> };
/** Many who come at once are announced once. */
const debounceMs = 250;

export function createPresence(names: ReaderNames, later: Later) {
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
  /** Names of the readers, each once, at most `mostNamed`. */
  const readers = (writeup: string) => {
    const found = new Set<string>();
    for (const reader of audienceOf(writeup).readers.keys()) {
      found.add(names.nameOf(reader));
      if (found.size === mostNamed) break;
    }
    return [...found];
  };
  const presenting = (writeup: string): Presenting | null => {
    const presenter = presenters.get(writeup);
    return presenter ? { by: names.nameOf(presenter.reader), at: presenter.at } : null;
  };
  const sendPresenting = (writeup: string) =>
    send(writeup, { type: 'presenting', presenting: presenting(writeup) });
  const lastSent = new Map<string, string>();
  const waiting = new Set<string>();
  const onReadersChanged = (writeup: string) => {
    if (waiting.has(writeup)) return;
    waiting.add(writeup);
    later(debounceMs, () => {
      waiting.delete(writeup);
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
        sendPresenting(writeup);
      };
    },
    readers,
    presenting,
    /** Shows `at` to all others; null ends it. Refused while somebody else presents. */
    present(writeup: string, reader: string, at: Presenting['at'] | null): Answer {
      const presenter = presenters.get(writeup);
      if (presenter && presenter.reader !== reader)
        return {
          ok: false,
          message: `${names.nameOf(presenter.reader)} presents this writeup now. Follow along, or present when they have ended.`,
        };
      if (at === null) presenters.delete(writeup);
      else presenters.set(writeup, { reader, at });
      sendPresenting(writeup);
      return { ok: true };
    },
    send,
  };
}

/** Sets of different people are different news. */
const subjectOf = (message: News): string =>
  message.type === 'set' ? `set ${message.set.by}` : message.type;
