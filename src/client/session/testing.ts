/** A server's end of the wire for tests of sessions: what a page says is kept, what it hears is told to it. */
import { createSession, type SessionPlatform } from './session.ts';
import type { WireEvents } from './socket.ts';
// Loaded before a test, so that a session has them at once.
import './labTasks.ts';
import './recordedRuns.ts';
import './runMessage.ts';

export const RUN = '01KAQZ00000000000000000001';
export const STARTED = '2026-11-22T10:00:00.000Z';

/** A server's end of the wire, a clock that moves when told, and what was reported. */
export function world(files: Record<string, string> = {}) {
  const connections: WireEvents[] = [];
  const sent: unknown[] = [];
  const waiting: { ms: number; then: () => void }[] = [];
  const reported: unknown[] = [];
  let keys = 0;
  const own: SessionPlatform = {
    connect: (_protocol, events) => {
      connections.push(events);
      return { send: (text) => sent.push(JSON.parse(text)), close: () => undefined };
    },
    schedule: (ms, then) => {
      const entry = { ms, then };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
    chance: () => 0.5,
    get: (path) => Promise.resolve(files[path] === undefined ? undefined : JSON.parse(files[path])),
    now: () => 1000,
    key: () => `click-00${++keys}`,
    reader: () => 'reader-1',
    wantsStillness: () => true,
    report: (error) => reported.push(error),
  };
  const send = (down: unknown) => connections.at(-1)?.message(JSON.stringify(down));
  return { own, connections, sent, waiting, reported, send, connect: () => connections.at(-1)?.opened() };
}

const fleet = { state: 'ready', name: 'lab', source: 'lab', condition: '', roles: [] };
export const welcome = {
  type: 'welcome',
  boot: 'b',
  you: 'Reader 1',
  viewer: { who: { via: 'local' }, rights: [] },
  fleet,
  latest: [],
  active: [],
  checkHashes: {},
  here: [],
  presenting: null,
  set: null,
  notices: [],
  overview: { runs: 0, pictures: {}, differences: {} },
  later: 'unknown',
};
/** A session whose server has welcomed it. */
export function welcomed() {
  const w = world();
  const session = createSession('w', w.own);
  w.connect();
  w.send(welcome);
  return { w, session };
}
