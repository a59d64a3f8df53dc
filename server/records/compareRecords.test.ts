import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putRun, putSet } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from './records.testing.ts';

let server: RecordsServer;
const run: Record<string, string> = {};
beforeAll(async () => {
  server = await recordsServer();
  const { store } = server;
  const front = [{ id: 's', role: 'front', command: 'true' }];
  run.first = await putRun(store, { day: 0, observed: 'connection refused' });
  run.healthy = await putRun(store, { day: 1, observed: 'elsewhere', header: { condition: 'healthy' } });
  run.front = await putRun(store, {
    day: 2,
    observed: 'answered from the front',
    header: { check: 'd', steps: front },
  });
  run.later = await putRun(store, { day: 3, verdict: 'differs', observed: 'connection accepted' });
  run.lone = await putRun(store, { day: 4, header: { check: 'e' } });
  run.good = await putSet(store, 3, [run.first, run.front]);
  run.bad = await putSet(store, 5, [run.later, run.front]);
});
afterAll(() => server.close());

const compare = async (id: string | undefined, wish: string) => {
  const answer = await server.get(`/runs/${id}/compare?with=${wish}`);
  return { status: answer.status, text: await answer.text() };
};

describe('a record is compared with', () => {
  it('what is documented, word for word', async () => {
    const { status, text } = await compare(run.later, 'documented');
    expect(status).toBe(200);
    expect(text).toMatch(/<ins>[^<]*connection/);
    expect(text).toContain('compared with what is documented');
    expect((await server.get(`/runs/${run.later}/compare`)).status).toBe(200);
  });
  it('the last one before it that agreed, in the same place and condition', async () => {
    const { status, text } = await compare(run.later, 'agreed');
    expect(status).toBe(200);
    expect(text).toContain(`/runs/${run.first}`);
    expect(text).not.toContain(`/runs/${run.healthy}`);
    expect(text).toMatch(/<del>accepted<\/del>\s*<ins>refused<\/ins>/);
  });
  it('the same attempt from another role, named or not', async () => {
    for (const wish of ['front', 'role']) {
      const { status, text } = await compare(run.later, wish);
      expect([wish, status]).toEqual([wish, 200]);
      expect(text).toContain(`/runs/${run.front}`);
    }
    expect((await compare(run.front, 'backend')).text).toContain(`/runs/${run.later}`);
  });
  it('another record', async () => {
    expect((await compare(run.later, run.healthy ?? '')).text).toContain('healthy');
  });
  it('a set with the last set that agreed in every row', async () => {
    const { status, text } = await compare(run.bad, 'agreed');
    expect(status).toBe(200);
    expect(text).toContain(`/runs/${run.good}`);
    expect((await compare(run.good, 'agreed')).status).toBe(404);
  });
  it.each([
    ['first', 'agreed', 'No earlier record of this check agreed'],
    ['first', 'other', 'nobody can attempt it: It has no way there.'],
    ['first', 'nobody', 'no cell that makes the same attempt'],
    ['lone', 'role', 'no cell that makes the same attempt'],
    ['healthy', 'front', 'which has not run'],
    ['good', 'front', 'A set has rows of several machines'],
    ['first', '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'has no record'],
    ['first', '%3Cscript%3E', 'found <code>&lt;script&gt;</code>'],
  ])('nothing, and says why: %s with %s', async (which, wish, message) => {
    const { status, text } = await compare(run[which], wish);
    expect(status).toBe(404);
    expect(text.replace(/\s+/g, ' ')).toContain(message);
    expect(text).toContain(`/runs/${run[which]}`);
  });
});
