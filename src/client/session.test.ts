import { describe, expect, it } from 'vitest';
import type { Entry } from '../core/entry.ts';
import { encodeEntry, encodeMessage } from '../core/protocol/codec.ts';
import { createSession, meansOf, type SessionWorld } from './session.ts';
import { takenOf } from './state.ts';
import type { WireEvents } from './socket.ts';

const RUN = '01KAQZ00000000000000000001';
const STARTED = '2026-11-22T10:00:00.000Z';

/** A server's end of the wire, a clock that moves when told, and what was reported. */
function world(files: Record<string, unknown> = {}) {
  const dialled: WireEvents[] = [];
  const sent: unknown[] = [];
  const waiting: { ms: number; then: () => void }[] = [];
  const reported: unknown[] = [];
  let keys = 0;
  const own: SessionWorld = {
    dial: (_protocol, events) => {
      dialled.push(events);
      return { send: (text) => sent.push(JSON.parse(text)), close: () => undefined };
    },
    later: (ms, then) => {
      const entry = { ms, then };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
    chance: () => 0.5,
    get: (path) => Promise.resolve(files[path]),
    now: () => 1000,
    key: () => `click-00${++keys}`,
    reader: () => 'reader-1',
    wantsStillness: () => true,
    report: (error) => reported.push(error),
  };
  const say = (down: unknown) => dialled.at(-1)?.message(JSON.stringify(down));
  return { own, dialled, sent, waiting, reported, say, connect: () => dialled.at(-1)?.opened() };
}

const fleet = { state: 'ready', name: 'lab', provenance: 'lab', condition: '', vantages: [] };
const welcome = {
  type: 'welcome',
  boot: 'b',
  you: 'Reader 1',
  standing: { who: { via: 'local' }, rights: [] },
  fleet,
  latest: [],
  active: [],
  checkHashes: {},
  here: [],
  presenting: null,
  set: null,
  notices: [],
  later: 'unknown',
};
const header: Entry = {
  seq: 0,
  at: 0,
  body: {
    kind: 'header',
    run: RUN,
    writeup: 'w',
    check: 'route',
    checkHash: 'f',
    documented: 'd',
    steps: [{ id: 'ip', vantage: 'backend', command: 'ip route' }],
    fleet: 'lab',
    provenance: 'lab',
    condition: '',
    startedAt: STARTED,
    title: 'A check',
    commit: 'abc1234',
    by: 'Reader 1',
  },
};
const note = (seq: number): Entry => ({
  seq,
  at: seq,
  body: { kind: 'step-note', step: 'ip', say: `${seq}` },
});
const binary = (...entries: Entry[]) => encodeMessage(RUN, entries.map(encodeEntry)).slice().buffer;

/** A session whose server has welcomed it. */
function welcomed() {
  const w = world();
  const session = createSession('w', w.own);
  w.connect();
  w.say(welcome);
  return { w, session };
}

describe('a page and its server', () => {
  it('watches first, and follows a run from its first entry', () => {
    const { w, session } = welcomed();
    session.follow(RUN);
    const follow = { type: 'follow', run: RUN, from: 0, tail: 256 * 1024 };
    expect(w.sent).toEqual([{ type: 'watch', writeup: 'w', reader: 'reader-1' }, follow]);
  });

  it('a run that is first followed while a welcome is drawn is asked for once', () => {
    const w = world();
    const session = createSession('w', w.own);
    session.subscribe(() => {
      if (session.state.link.state === 'open') session.follow(RUN);
    });
    w.connect();
    w.say(welcome);
    expect(w.sent.filter((message) => JSON.stringify(message).includes('"follow"'))).toHaveLength(1);
  });

  it('after a loss goes on at the entry it had reached, without a gap or a double', () => {
    const { w, session } = welcomed();
    const { log } = session.follow(RUN);
    w.dialled.at(-1)?.message(binary(header, note(1)));
    w.dialled.at(-1)?.closed(1006, '');
    expect(session.state.link.state).toBe('waiting');
    w.waiting.shift()?.then();
    w.connect();
    w.say(welcome);
    expect(w.sent.at(-1)).toEqual({ type: 'follow', run: RUN, from: 2 });
    // A server that starts a little too early does no harm.
    w.dialled.at(-1)?.message(binary(note(1), note(2)));
    expect(log.view?.notes).toEqual(['1', '2']);
  });

  it('a click that got no answer is sent again with the same key, one that was answered is not', () => {
    const { w, session } = welcomed();
    session.run(['route']);
    w.dialled.at(-1)?.closed(1006, '');
    w.waiting.shift()?.then();
    w.connect();
    w.say(welcome);
    expect(w.sent.at(-1)).toEqual({ type: 'run', key: 'click-001', checks: ['route'] });
    w.say({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    const before = w.sent.length;
    w.dialled.at(-1)?.closed(1006, '');
    w.waiting.shift()?.then();
    w.connect();
    w.say(welcome);
    expect(w.sent.slice(before)).toEqual([{ type: 'watch', writeup: 'w', reader: 'reader-1' }]);
  });

  it('waits longer after each failure, up to a limit, and shortest again after a welcome', () => {
    const w = world();
    createSession('w', w.own);
    w.connect();
    const delays = Array.from({ length: 9 }, () => {
      w.dialled.at(-1)?.closed(1006, '');
      const next = w.waiting.shift();
      next?.then();
      return next?.ms;
    });
    expect(delays.slice(0, 3)).toEqual([188, 375, 750]);
    expect(delays.at(-1)).toBe(11250);
    w.connect();
    w.say(welcome);
    w.dialled.at(-1)?.closed(1006, '');
    expect(w.waiting[0]?.ms).toBe(188);
  });

  it('where there never was a server it gives up, until something changes for the reader', () => {
    const w = world();
    const session = createSession('w', w.own);
    for (let tries = 0; tries < 20; tries++) {
      w.dialled.at(-1)?.closed(1006, '');
      w.waiting.shift()?.then();
    }
    expect(w.dialled).toHaveLength(9);
    expect(session.state.link.state).toBe('absent');
    session.hurry();
    expect(w.dialled).toHaveLength(10);
  });

  it('does not come back after a close code from 4400 on, and says why', () => {
    const w = world();
    const session = createSession('w', w.own);
    w.connect();
    w.dialled.at(-1)?.closed(4429, 'too many messages');
    expect(w.waiting).toHaveLength(0);
    expect(session.state.link).toEqual({ state: 'ended', say: 'too many messages' });
  });

  it('a message it cannot read is reported, and the next one is still heard', () => {
    const w = world();
    const session = createSession('w', w.own);
    w.connect();
    for (const text of ['{', '{"type":"from the future"}', JSON.stringify(welcome)])
      w.dialled.at(-1)?.message(text);
    expect(w.reported).toHaveLength(2);
    expect(session.state.fleet?.state).toBe('ready');
  });

  it('follows a run once for several holders, and lets go with the last', () => {
    const { w, session } = welcomed();
    const one = session.follow(RUN);
    const two = session.follow(RUN);
    one.release();
    one.release();
    expect(w.sent.filter((m) => JSON.stringify(m).includes('unfollow'))).toEqual([]);
    two.release();
    expect(w.sent.at(-1)).toEqual({ type: 'unfollow', run: RUN });
    expect(w.sent.filter((m) => JSON.stringify(m).includes('"follow"'))).toHaveLength(1);
  });

  it('a request is answered by the server, and a lost connection refuses what is open', async () => {
    const w = world();
    const session = createSession('w', w.own);
    const ask = { type: 'present', at: null } as const;
    expect((await session.request(ask)).how).toBe('refused');
    w.connect();
    w.say(welcome);
    const [shown, lost] = [session.request(ask), session.request(ask)];
    w.say({ type: 'done', key: 'click-002' });
    w.dialled.at(-1)?.closed(1006, '');
    expect(await shown).toEqual({ how: 'done' });
    expect((await lost).how).toBe('refused');
  });

  it('a cancel that is refused says so, also one that comes before the server took the run on', async () => {
    const { w, session } = welcomed();
    const taken = session.run(['route']);
    expect(await session.cancel('route')).toMatchObject({
      how: 'refused',
      say: expect.stringContaining('not taken this on yet'),
    });
    w.say({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    expect(await taken).toEqual({ how: 'done' });
    const refused = session.cancel('route');
    expect(w.sent.at(-1)).toEqual({ type: 'cancel', run: RUN });
    w.say({ type: 'refused', key: RUN, say: 'You may not.' });
    expect(await refused).toEqual({ how: 'refused', say: 'You may not.' });
  });

  it('an errand whose checks may not be cancelled says so when it is given up', async () => {
    const { w, session } = welcomed();
    session.begin({ owner: 'panel', steps: [{ do: 'take', checks: ['route'] }] });
    w.say({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    const failed = new Promise<void>((resolve) => {
      session.subscribe(() => session.state.doing.at === 'failed' && resolve());
    });
    session.giveUp();
    expect(session.state.doing).toEqual({ at: 'rest' });
    w.say({ type: 'refused', key: RUN, say: 'You may not.' });
    await failed;
    expect(session.state.doing).toMatchObject({ errand: { owner: 'panel' }, say: 'You may not.' });
  });

  it('without a server plays the recording, says so, and never asks the wire', async () => {
    const judgement = { verdict: 'agrees', findings: [], observed: 'd', means: 'as documented', judge: 1 };
    const runs = [
      [
        header,
        { seq: 1, at: 5, body: { kind: 'output', step: 'ip', stream: 'stdout', base64: 'aGk=' } },
        { seq: 2, at: 6, body: { kind: 'judged', judgement } },
        { seq: 3, at: 7, body: { kind: 'closed', how: 'finished', endedAt: STARTED } },
      ],
    ];
    const w = world({ '/recordings/w.json': { recordedAt: STARTED, runs } });
    const session = createSession('w', w.own);
    const ready = new Promise<void>((resolve) => {
      session.subscribe(() => session.state.shelf.state === 'ready' && resolve());
    });
    w.dialled.at(-1)?.closed(1006, '');
    await ready;
    expect(meansOf(session.state, 'route')).toBe('recording');
    expect(meansOf(session.state, 'other')).toBe('nothing');
    session.run(['route', 'other']);
    const { last } = takenOf(session.state, 'route');
    expect(last?.provenance).toBe('recording');
    const { log } = session.follow(RUN);
    expect(log.view?.header.provenance).toBe('recording');
    expect(log.output('ip').chunks).toHaveLength(1);
    expect(w.sent).toEqual([]);
  });
});
