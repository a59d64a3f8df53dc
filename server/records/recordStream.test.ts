import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeEntries, encodeEntry } from '../../src/core/protocol/codec.ts';
import { fold, type RunView } from '../../src/core/run/run.ts';
import { entriesOf, headerOf, putRun, summaryOf } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from './records.testing.ts';

let server: RecordsServer;
let agreed = '';
beforeAll(async () => {
  server = await recordsServer();
  agreed = await putRun(server.store, { day: 1 });
});
afterAll(() => server.close());

describe('the stream of a run', () => {
  const decoded = async (path: string): Promise<RunView | undefined> => {
    const bytes = new Uint8Array(await (await server.get(path)).arrayBuffer());
    return decodeEntries(bytes).reduce<RunView | undefined>(fold, undefined);
  };
  it('has every entry, and may be kept when the run has ended', async () => {
    const answer = await server.get(`/runs/${agreed}/entries`);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(await decoded(`/runs/${agreed}/entries`)).toMatchObject({
      state: 'finished',
      judgement: { verdict: 'agrees' },
    });
  });
  it('with a limit has the first output, the end of the run, and what was left out', async () => {
    const header = headerOf({ day: 10 });
    const summary = summaryOf(header, { day: 10 });
    const log = server.store.create(header);
    const part = (seq: number, size: number) =>
      encodeEntry({
        seq,
        at: seq,
        body: { kind: 'output', step: 's', stream: 'stdout', bytes: new Uint8Array(size).fill(97) },
      });
    const [first, second, , ...rest] = entriesOf(header, summary, '');
    if (!first || !second) throw new Error('unreachable');
    for (const entry of [first, second]) log.append(encodeEntry(entry));
    for (const [index, size] of [60_000, 30_000, 50_000, 5].entries()) log.append(part(index + 2, size));
    for (const [index, entry] of rest.entries()) log.append(encodeEntry({ ...entry, seq: 6 + index }));
    await log.seal(summary);
    const bytes = new Uint8Array(
      await (await server.get(`/runs/${header.run}/entries?most=100000`)).arrayBuffer(),
    );
    const entries = decodeEntries(bytes);
    expect(entries.map(({ body }) => body.kind)).toEqual([
      'header',
      'step-started',
      'output',
      'output',
      'skipped',
      'step-ended',
      'judged',
      'closed',
    ]);
    expect(entries.find(({ body }) => body.kind === 'skipped')?.body).toMatchObject({
      until: 6,
      bytes: { s: 50_005 },
    });
    expect(entries.reduce<RunView | undefined>(fold, undefined)?.steps[0]).toMatchObject({ bytes: 140_005 });
    const raw = await server.text(`/runs/${header.run}.log`);
    expect(raw.match(/a/g)?.length).toBeGreaterThanOrEqual(140_005);
    expect((await server.get(`/runs/${header.run}/entries?most=-1`)).status).toBe(400);
    // The text is bounded, and says so.
    expect((await server.get(`/runs/${header.run}.txt`)).status).toBe(200);
  });
  it('of a run that goes on is not kept', async () => {
    const header = headerOf({ day: 11 });
    const log = server.store.create(header);
    log.append(encodeEntry({ seq: 0, at: 0, body: header }));
    expect((await server.get(`/runs/${header.run}/entries`)).headers.get('cache-control')).toBe(
      'private, no-cache',
    );
    const { run, check, checkHash, source, condition, startedAt, by } = header;
    server.active.push({ state: 'running', run, check, checkHash, source, condition, startedAt, by });
    const page = await server.text(`/runs/${run}`);
    expect(page).toMatch(new RegExp(`<v-follow\\s[^>]*data-record="${run}"\\s+data-runs="${run}"`));
    expect(page).toContain('Load this page again');
    expect(await server.text('/runs/')).toContain(`href="/runs/${run}"`);
    server.active.length = 0;
    log.abandon();
  });
  it('of a run that waits for its turn: a page that says so', async () => {
    const { run, check, checkHash, source, condition, startedAt, by } = headerOf({ day: 12 });
    server.active.push({
      state: 'queued',
      run,
      check,
      checkHash,
      source,
      condition,
      startedAt,
      by,
      position: 2,
    });
    const answer = await server.get(`/runs/${run}`);
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining('waits for its turn'),
    ]);
    expect((await server.get(`/runs/${run}.md`)).status).toBe(409);
    server.active.length = 0;
  });
});
