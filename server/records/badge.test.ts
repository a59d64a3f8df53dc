import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putRun } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from './records.testing.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { summaryOf, headerOf, entriesOf } from '../store/testing.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';

let server: RecordsServer;
beforeEach(async () => {
  server = await recordsServer();
});
afterEach(() => server.close());

/** A deciding row that shows the limitation, or that it is gone. */
async function decide(
  day: number,
  check: string,
  limitation: 'reproduces' | 'gone',
  header: Partial<RunHeader> = {},
) {
  const made = { day, header: { check, ...header } };
  const own = headerOf(made);
  const summary = summaryOf(own, made);
  const judged = { ...summary, judgement: { ...summary.judgement, limitation } };
  const log = server.store.create(own);
  for (const entry of entriesOf(own, judged, '')) log.append(encodeEntry(entry));
  await log.seal(judged);
}
const json = async (writeup = 'w') => {
  const answer = await server.get(`/badge/${writeup}.json`);
  return { status: answer.status, ...((await answer.json()) as { message: string; isError: boolean }) };
};

describe('the badge', () => {
  it('says unknown before anything ran, and for a writeup that is not there', async () => {
    expect(await json()).toMatchObject({
      status: 200,
      message: expect.stringContaining('unknown'),
      isError: true,
    });
    expect(await json('nowhere')).toMatchObject({
      status: 404,
      schemaVersion: 1,
      message: expect.stringContaining('unknown'),
    });
    const svg = await server.get('/badge/nowhere.svg');
    expect([svg.status, svg.headers.get('content-type')]).toEqual([404, 'image/svg+xml; charset=utf-8']);
    expect(await svg.text()).toMatch(/^<svg[\s\S]*unknown/);
  });
  it('says status, age and place from the newest records of the deciding rows', async () => {
    await decide(1, 'c', 'gone');
    await decide(18, 'c', 'reproduces');
    await decide(18.5, 'd', 'reproduces');
    expect(await json()).toMatchObject({ status: 200, message: 'reproduces · yesterday · lab' });
    const svg = await server.get('/badge/w.svg');
    expect(svg.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(await svg.text()).toContain('reproduces');
  });
  it('does not count other conditions, other versions of a check, or cancelled runs', async () => {
    await decide(10, 'c', 'reproduces');
    await decide(10.5, 'd', 'reproduces');
    await decide(11, 'c', 'gone', { condition: 'healthy' });
    await putRun(server.store, { day: 12, how: 'cancelled', verdict: 'inconclusive' });
    expect((await json()).message).toMatch(/^reproduces/);
    await decide(13, 'd', 'reproduces', { checkHash: 'of another version' });
    expect((await json()).message).not.toMatch(/^reproduces/);
  });
  it('speaks of real machines when all deciding rows ran there, and never mixes places', async () => {
    await decide(10, 'c', 'reproduces');
    await decide(10.5, 'd', 'reproduces');
    const live = { source: 'live', condition: '' } as const;
    await decide(11, 'c', 'gone', live);
    expect((await json()).message).toMatch(/^reproduces .* lab$/);
    await decide(11.5, 'd', 'gone', live);
    expect((await json()).message).toMatch(/^no longer reproduces .* live$/);
  });
  it('says that it is stale when nothing ran for a month', async () => {
    await decide(-20, 'c', 'reproduces');
    await decide(-19, 'd', 'reproduces');
    expect(await json()).toMatchObject({ message: expect.stringMatching(/^stale/), isError: true });
  });
});
