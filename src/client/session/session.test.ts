import { describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../core/run/entry.ts';
import { concat, encodeMessage, encodeParts } from '../../core/protocol/codec.ts';
import { createSession } from './session.ts';
import { sourceFor } from './permission.ts';
import { RUN, STARTED, welcome, welcomed, world } from './testing.ts';
import { checkStateOf } from '../state/state.ts';

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
    steps: [{ id: 'ip', role: 'backend', command: 'ip route' }],
    fleet: 'lab',
    source: 'lab',
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
  body: { kind: 'step-note', step: 'ip', message: `${seq}` },
});
const binary = (...entries: Entry[]) => concat(encodeMessage(RUN, entries.map(encodeParts))).slice().buffer;

describe('a page and its server', () => {
  it('watches first, and follows a run from its first entry', () => {
    const { w, session } = welcomed();
    session.follow(RUN);
    const follow = { type: 'follow', run: RUN, from: 0, tail: 256 * 1024 };
    expect(w.sent).toEqual([{ type: 'watch', writeup: 'w', reader: 'reader-1' }, follow]);
  });

  it('follows all of a run that it has started itself, and the end of one that was there', () => {
    const { w, session } = welcomed();
    const other = RUN.replace(/^./, '7');
    const runs = [
      { check: 'route', run: RUN, joined: false },
      { check: 'ip', run: other, joined: true },
    ];
    w.send({ type: 'accepted', key: 'click-1', runs, set: null });
    for (const { run } of runs) session.follow(run);
    expect(w.sent.slice(1)).toEqual([
      { type: 'follow', run: RUN, from: 0 },
      { type: 'follow', run: other, from: 0, tail: 256 * 1024 },
    ]);
  });

  it('a run that is first followed while a welcome is drawn is asked for once', () => {
    const w = world();
    const session = createSession('w', w.own);
    session.subscribe(() => {
      if (session.state.link.state === 'open') session.follow(RUN);
    });
    w.connect();
    w.send(welcome);
    expect(w.sent.filter((message) => JSON.stringify(message).includes('"follow"'))).toHaveLength(1);
  });

  it('after a loss goes on at the entry it had reached, without a gap or a double', async () => {
    const { w, session } = welcomed();
    const { log } = session.follow(RUN);
    w.connections.at(-1)?.message(binary(header, note(1)));
    await vi.waitFor(() => expect(log.view?.next).toBe(2));
    w.connections.at(-1)?.closed(1006, '');
    expect(session.state.link.state).toBe('waiting');
    w.waiting.shift()?.then();
    w.connect();
    w.send(welcome);
    expect(w.sent.at(-1)).toEqual({ type: 'follow', run: RUN, from: 2 });
    // A server that starts a little too early does no harm.
    w.connections.at(-1)?.message(binary(note(1), note(2)));
    await vi.waitFor(() => expect(log.view?.notes).toEqual(['1', '2']));
  });

  it('a click that got no answer is sent again with the same key, one that was answered is not', () => {
    const { w, session } = welcomed();
    session.run(['route']);
    w.connections.at(-1)?.closed(1006, '');
    w.waiting.shift()?.then();
    w.connect();
    w.send(welcome);
    expect(w.sent.at(-1)).toEqual({ type: 'run', key: 'click-001', checks: ['route'] });
    w.send({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    const before = w.sent.length;
    w.connections.at(-1)?.closed(1006, '');
    w.waiting.shift()?.then();
    w.connect();
    w.send(welcome);
    expect(w.sent.slice(before)).toEqual([{ type: 'watch', writeup: 'w', reader: 'reader-1' }]);
  });

  it('waits longer after each failure, up to a limit, and shortest again after a welcome', () => {
    const w = world();
    createSession('w', w.own);
    w.connect();
    const delays = Array.from({ length: 9 }, () => {
      w.connections.at(-1)?.closed(1006, '');
      const next = w.waiting.shift();
      next?.then();
      return next?.ms;
    });
    expect(delays.slice(0, 3)).toEqual([188, 375, 750]);
    expect(delays.at(-1)).toBe(11250);
    w.connect();
    w.send(welcome);
    w.connections.at(-1)?.closed(1006, '');
    expect(w.waiting[0]?.ms).toBe(188);
  });

  it('where there never was a server it gives up, until something changes for the reader', () => {
    const w = world();
    const session = createSession('w', w.own);
    for (let tries = 0; tries < 20; tries++) {
      w.connections.at(-1)?.closed(1006, '');
      w.waiting.shift()?.then();
    }
    expect(w.connections).toHaveLength(9);
    expect(session.state.link.state).toBe('absent');
    session.reconnectNow();
    expect(w.connections).toHaveLength(10);
  });

  it('does not come back after a close code from 4400 on, and says why', () => {
    const w = world();
    const session = createSession('w', w.own);
    w.connect();
    w.connections.at(-1)?.closed(4429, 'too many messages');
    expect(w.waiting).toHaveLength(0);
    expect(session.state.link).toEqual({ state: 'ended', message: 'too many messages' });
  });

  it('a message it cannot read is reported, and the next one is still heard', () => {
    const w = world();
    const session = createSession('w', w.own);
    w.connect();
    for (const text of ['{', '{"type":"from the future"}', JSON.stringify(welcome)])
      w.connections.at(-1)?.message(text);
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
    const ended = { state: 'ended', run: RUN, check: 'route', source: 'recording', judgement };
    const overview = { runs: 1, pictures: {}, differences: {} };
    const w = world({
      '/recordings/w.json': JSON.stringify({ recordedAt: STARTED, last: [ended], overview }),
      '/recordings/w.runs.json': JSON.stringify(runs),
    });
    const session = createSession('w', w.own);
    const ready = new Promise<void>((resolve) => {
      session.subscribe(() => session.state.recordings.state === 'ready' && resolve());
    });
    w.connections.at(-1)?.closed(1006, '');
    await ready;
    expect(sourceFor(session.state, 'route')).toBe('recording');
    expect(sourceFor(session.state, 'other')).toBe('nothing');
    await session.run(['route', 'other']);
    const { last } = checkStateOf(session.state, 'route');
    expect(last?.source).toBe('recording');
    const { log } = session.follow(RUN);
    expect(log.view?.header.source).toBe('recording');
    expect(log.moments.filter(({ what }) => what === 'output')).toHaveLength(1);
    expect(w.sent).toEqual([]);
  });
});
