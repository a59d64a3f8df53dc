/** The machine of the database is gone without a word: nothing is refused, and nothing answers. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { click, lastOf, openServer, runOf } from './severalServers.testing.ts';

const long = { seconds: 60, bytes: 16_000_000 };
const checks = [
  checkOf('quick', [onceStep('s', 'echo here')]),
  checkOf('talks', [onceStep('s', 'while echo on; do sleep 0.2; done', { limits: long })]),
];

/** A way to the database that can fall silent: then what is open stays so, for ever, and what is new is taken and goes nowhere. */
async function openRelay(to: string) {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-relay-'));
  const ends = new Set<Socket>();
  let isSilent = false;
  const server = createServer((near) => {
    ends.add(near.on('error', () => {}));
    if (isSilent) return;
    const far = createConnection(to);
    ends.add(far.on('error', () => {}));
    near.pipe(far).pipe(near);
  });
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  chmodSync(folder, 0o755);
  return {
    folder,
    fallSilent() {
      isSilent = true;
      for (const end of ends) end.unpipe().pause();
    },
    goOn() {
      isSilent = false;
    },
    close() {
      for (const end of ends) end.destroy();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describe.skipIf(!hasPostgres)('a database that falls silent', { timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());

  it('is noticed in seconds: the run says that it was not recorded, pages stay, and all goes on by itself when it answers again', async () => {
    const folder = decodeURIComponent(postgres.address('x').split('host=')[1] ?? '');
    const relay = await openRelay(join(folder, '.s.PGSQL.5432'));
    const through = {
      ...postgres,
      address: (name: string) => postgres.address(name).replace(/host=.*/, `host=${relay.folder}`),
    };
    const one = await openServer(through, await postgres.database(), checks);
    try {
      const { run } = await runOf(one.page, 'talks');
      one.page.send({ type: 'follow', run, from: 0 });
      await expect.poll(() => one.page.entries.get(run)?.length ?? 0).toBeGreaterThan(4);
      relay.fallSilent();
      await expect
        .poll(() => lastOf(one.page, run))
        .toMatchObject({ summary: { judgement: { problem: { kind: 'not-recorded' } } } });
      expect(await click(one.page, 'quick')).toMatch(
        /^The database that keeps the records cannot be written/,
      );
      const health = await fetch(`http://127.0.0.1:${one.port}/healthz`);
      expect([health.status, await health.json()]).toMatchObject([200, { ok: true, store: 'failed' }]);
      expect((await fetch(`http://127.0.0.1:${one.port}/`)).status).toBe(200);
      expect(one.page.entries.get(run)?.length).toBeGreaterThan(4);
      relay.goOn();
      await expect.poll(one.store.full, { timeout: 10_000 }).toBeUndefined();
      const quick = await runOf(one.page, 'quick');
      await expect.poll(() => lastOf(one.page, quick.run)).toMatchObject({ summary: { how: 'finished' } });
      await expect
        .poll(() => one.store.summary(run))
        .toMatchObject({ judgement: { verdict: 'inconclusive' } });
    } finally {
      await one.close();
      relay.close();
    }
  });
});
