import { describe, expect, it } from 'vitest';
import { createSession } from './session.ts';
import { RUN, welcome, welcomed, world } from './testing.ts';

describe('what a page asks for, and its answer', () => {
  it('a request is answered by the server, and a lost connection refuses what is open', async () => {
    const w = world();
    const session = createSession('w', w.own);
    const ask = { type: 'present', at: null } as const;
    expect((await session.request(ask)).how).toBe('refused');
    w.connect();
    w.send(welcome);
    const [shown, lost] = [session.request(ask), session.request(ask)];
    w.send({ type: 'done', key: 'click-002' });
    w.dialled.at(-1)?.closed(1006, '');
    expect(await shown).toEqual({ how: 'done' });
    expect((await lost).how).toBe('refused');
  });

  it('a cancel that is refused says so, also one that comes before the server took the run on', async () => {
    const { w, session } = welcomed();
    const taken = session.run(['route']);
    expect(await session.cancel('route')).toMatchObject({
      how: 'refused',
      message: expect.stringContaining('not taken this on yet'),
    });
    w.send({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    expect(await taken).toEqual({ how: 'done' });
    const refused = session.cancel('route');
    expect(w.sent.at(-1)).toEqual({ type: 'cancel', run: RUN });
    w.send({ type: 'refused', key: RUN, message: 'You may not.' });
    expect(await refused).toEqual({ how: 'refused', message: 'You may not.' });
  });

  it('an errand whose checks may not be cancelled says so when it is given up', async () => {
    const { w, session } = welcomed();
    session.begin({ owner: 'panel', steps: [{ do: 'take', checks: ['route'] }] });
    w.send({
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
    w.send({ type: 'refused', key: RUN, message: 'You may not.' });
    await failed;
    expect(session.state.doing).toMatchObject({ labTask: { owner: 'panel' }, message: 'You may not.' });
  });
});
