import { describe, expect, it } from 'vitest';
import type { RunSet, Summary } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';
import { createRequests } from './requests.ts';

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
  const said: Up[] = [];
  let keys = 0;
  const requests = createRequests(
    () => `click-00${++keys}`,
    (message) => connected && said.push(message) > 0,
  );
  return { said, requests };
}

describe('a request', () => {
  it('gets the answer with its own key: done, frozen or refused', async () => {
    const { said, requests } = wired();
    const shown = requests.ask({ type: 'present', at });
    const frozen = requests.ask({ type: 'freeze', runs: [RUN], title: 'Review', note: '' });
    const second = requests.ask({ type: 'freeze', runs: [RUN], title: 'Again', note: '' });
    expect(said).toEqual([
      { type: 'present', key: 'click-001', at },
      { type: 'freeze', key: 'click-002', runs: [RUN], title: 'Review', note: '' },
      { type: 'freeze', key: 'click-003', runs: [RUN], title: 'Again', note: '' },
    ]);
    requests.heard({ type: 'refused', key: 'click-003', message: 'There is no such record.' });
    requests.heard({ type: 'done', key: 'of-another' });
    requests.heard({ type: 'frozen', key: 'click-002', set });
    requests.heard({ type: 'done', key: 'click-001' });
    expect(await shown).toEqual({ how: 'done' });
    expect(await frozen).toEqual({ how: 'frozen', set });
    expect(await second).toEqual({ how: 'refused', message: 'There is no such record.' });
  });
  it('that a lost connection leaves unanswered is refused with a sentence; an answer after that changes nothing', async () => {
    const { requests } = wired();
    const frozen = requests.ask({ type: 'freeze', runs: [RUN], title: 'Review', note: '' });
    requests.lost();
    requests.heard({ type: 'frozen', key: 'click-001', set });
    expect(await frozen).toEqual({
      how: 'refused',
      message: expect.stringContaining('it is not known whether this was done'),
    });
  });
  it('to end a run is refused by the name of the run, and done when the run has ended', async () => {
    const { said, requests } = wired();
    const refused = requests.cancel(RUN);
    const twice = requests.cancel(RUN);
    expect(said).toEqual([
      { type: 'cancel', run: RUN },
      { type: 'cancel', run: RUN },
    ]);
    requests.heard({ type: 'refused', key: RUN, message: 'You may not.' });
    expect(await Promise.all([refused, twice])).toEqual(
      Array(2).fill({ how: 'refused', message: 'You may not.' }),
    );
    const done = requests.cancel(RUN);
    requests.heard({ type: 'summary', summary: ended });
    expect(await done).toEqual({ how: 'done' });
    const lost = requests.cancel(RUN);
    requests.lost();
    expect(await lost).toMatchObject({ how: 'refused' });
  });
  it('a click outlives a loss of connection, because it is said again, and ends when the server does not come back', async () => {
    const { requests } = wired();
    const [taken, over] = [requests.click('click-a'), requests.click('click-b')];
    requests.lost();
    requests.heard({ type: 'accepted', key: 'click-a', runs: [], set: null });
    expect(await taken).toEqual({ how: 'done' });
    requests.over();
    expect(await over).toMatchObject({ how: 'refused' });
  });
  it('without a connection is refused at once', async () => {
    const { said, requests } = wired(false);
    expect(await requests.ask({ type: 'present', at: null })).toMatchObject({
      how: 'refused',
      message: expect.stringContaining('no connection'),
    });
    expect(said).toEqual([]);
  });
});
