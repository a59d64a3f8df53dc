import { describe, expect, it } from 'vitest';
import type { RunSet, Summary } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';
import { createRequests, type Tracked } from './requests.ts';

const RUN = '01KAQZ00000000000000000001';
const at = { slide: 'route', view: 'check' } as const;
const set: RunSet = {
  set: RUN,
  writeup: 'w',
  title: 'Review',
  note: '',
  by: 'Reader 1',
  startedAt: '2026-11-22T10:00:00.000Z',
  pinned: true,
  members: [{ check: 'route', run: RUN }],
};

const ended: Summary = {
  ...{ state: 'ended', run: RUN, check: 'route', checkHash: 'f', source: 'lab', condition: '' },
  ...{ startedAt: '2026-11-22T10:00:00.000Z', by: 'Reader 1', how: 'cancelled', seconds: 1 },
  endedAt: '2026-11-22T10:00:01.000Z',
  judgement: { verdict: 'inconclusive', findings: [], observed: '', means: '', judge: 1 },
};

function wired(connected = true) {
  const sent: Up[] = [];
  const requests = createRequests((message) => connected && sent.push(message) > 0);
  const request = (message: Tracked, repeat?: 'repeat') =>
    new Promise((resolve) => requests.send(message, resolve, repeat));
  const cancel = () => request({ type: 'cancel', run: RUN });
  return { sent, requests, request, cancel };
}

describe('a request', () => {
  it('gets the answer with its own key: done, saved or refused', async () => {
    const { sent, requests, request } = wired();
    const shown = request({ type: 'present', key: 'click-001', at });
    const saved = request({ type: 'save', key: 'click-002', runs: [RUN], title: 'Review', note: '' });
    const second = request({ type: 'save', key: 'click-003', runs: [RUN], title: 'Again', note: '' });
    expect(sent).toEqual([
      { type: 'present', key: 'click-001', at },
      { type: 'save', key: 'click-002', runs: [RUN], title: 'Review', note: '' },
      { type: 'save', key: 'click-003', runs: [RUN], title: 'Again', note: '' },
    ]);
    requests.onReply({ type: 'refused', key: 'click-003', message: 'There is no such record.' });
    requests.onReply({ type: 'done', key: 'of-another' });
    requests.onReply({ type: 'saved', key: 'click-002', set });
    requests.onReply({ type: 'done', key: 'click-001' });
    expect(await shown).toEqual({ how: 'done' });
    expect(await saved).toEqual({ how: 'saved', set });
    expect(await second).toEqual({ how: 'refused', message: 'There is no such record.' });
  });
  it('that a lost connection leaves unanswered is refused with a sentence; an answer after that changes nothing', async () => {
    const { requests, request } = wired();
    const saved = request({ type: 'save', key: 'click-002', runs: [RUN], title: 'Review', note: '' });
    requests.onDisconnect();
    requests.onReply({ type: 'saved', key: 'click-002', set });
    expect(await saved).toEqual({
      how: 'refused',
      message: expect.stringContaining('may or may not have been done'),
    });
  });
  it('to end a run is refused by the name of the run, and done when the run has ended', async () => {
    const { sent, requests, cancel } = wired();
    const refused = cancel();
    const twice = cancel();
    expect(sent).toEqual([
      { type: 'cancel', run: RUN },
      { type: 'cancel', run: RUN },
    ]);
    requests.onReply({ type: 'refused', key: RUN, message: 'You may not.' });
    expect(await Promise.all([refused, twice])).toEqual(
      Array(2).fill({ how: 'refused', message: 'You may not.' }),
    );
    const done = cancel();
    requests.onReply({ type: 'summary', summary: ended });
    expect(await done).toEqual({ how: 'done' });
    const lost = cancel();
    requests.onDisconnect();
    expect(await lost).toMatchObject({ how: 'refused' });
  });
  it('a repeated one outlives a loss of connection, is sent again once, and ends when the server does not come back', async () => {
    const { sent, requests, request } = wired();
    const run = (key: string) => request({ type: 'run', key, checks: ['route'] }, 'repeat');
    const [taken, over] = [run('click-a'), run('click-b')];
    requests.onDisconnect();
    requests.resend();
    requests.resend();
    expect(sent).toHaveLength(4);
    requests.onReply({ type: 'accepted', key: 'click-a', runs: [], set: null });
    expect(await taken).toEqual({ how: 'done' });
    requests.close();
    expect(await over).toMatchObject({ how: 'refused' });
  });
  it('without a connection is refused at once', async () => {
    const { sent, request } = wired(false);
    expect(await request({ type: 'present', key: 'click-001', at: null })).toMatchObject({
      how: 'refused',
      message: expect.stringContaining('no connection'),
    });
    expect(sent).toEqual([]);
  });
});
