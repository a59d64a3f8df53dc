import { describe, expect, it, vi } from 'vitest';
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
    w.connections.at(-1)?.closed(1006, '');
    expect(await shown).toEqual({ how: 'done' });
    expect((await lost).how).toBe('refused');
  });

  it('a cancel that is refused says so, also one that comes before the server accepts the run', async () => {
    const { w, session } = welcomed();
    const taken = session.run(['route']);
    expect(await session.cancel('route')).toMatchObject({
      how: 'refused',
      message: expect.stringContaining('not accepted this run yet'),
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

  it('a lab task whose checks may not be cancelled says so when it is abandoned', async () => {
    const { w, session } = welcomed();
    session.startTask({ owner: 'panel', steps: [{ do: 'run', checks: ['route'] }] });
    await vi.waitFor(() => expect(w.sent.at(-1)).toMatchObject({ type: 'run' }));
    w.send({
      type: 'accepted',
      key: 'click-001',
      runs: [{ check: 'route', run: RUN, joined: false }],
      set: null,
    });
    const failed = new Promise<void>((resolve) => {
      session.subscribe(() => session.state.labTask.at === 'failed' && resolve());
    });
    session.abandonTask();
    expect(session.state.labTask).toEqual({ at: 'idle' });
    w.send({ type: 'refused', key: RUN, message: 'You may not.' });
    await failed;
    expect(session.state.labTask).toMatchObject({ task: { owner: 'panel' }, message: 'You may not.' });
  });
});
