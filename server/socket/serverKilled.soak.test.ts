/** A whole server that is killed while somebody watches a run. Killed while it writes only: `../store/killed.soak.test.ts`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Entry } from '../../src/core/run/entry.ts';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import { openStore } from '../store/store.ts';
import { connect } from './testing-connection.ts';
import { remove } from './testing.ts';

const script = fileURLToPath(new URL('./serverKilled.testing.ts', import.meta.url));
const rounds = 3;

it('[R1] a server that is killed at any moment has on disk whatever a viewer has seen, and the run says that it was interrupted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-seen-'));
  let interrupted = 0;
  for (let round = 0; round < rounds; round += 1) {
    const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'close');
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const page = await connect(Number(port), {});
    page.send({ type: 'watch', writeup: 'w' });
    page.send({ type: 'run', key: `killed-${round}-click`, checks: ['talks'] });
    const [{ run } = expect.unreachable()] = (await page.next('accepted')).runs;
    page.send({ type: 'follow', run, from: 0 });
    // Any moment will do: so many entries have been seen then.
    const moment = 3 + Math.floor(Math.random() * 60);
    await page.until(() => (page.entries.get(run)?.length ?? 0) >= moment);
    child.kill('SIGKILL');
    await Promise.all([gone, page.closed]);
    const seen: readonly Entry[] = page.entries.get(run) ?? [];

    const store = openStore(directory);
    const began = performance.now();
    interrupted += (await store.recover(() => new Date())).length;
    expect(performance.now() - began).toBeLessThan(1000);
    const kept: Entry[] = [];
    for (let position = 0; ;) {
      const { entries, next } = store.read(run, position, 1024 * 1024);
      if (entries.length === 0) break;
      position = next;
      kept.push(...decodeAll(entries));
    }
    expect(seen.length).toBeGreaterThanOrEqual(moment);
    expect(kept.slice(0, seen.length)).toEqual(seen);
    expect(kept.at(-1)?.body).toMatchObject({ kind: 'closed', how: 'interrupted' });
    expect(await store.summary(run)).toMatchObject({ state: 'ended', how: 'interrupted' });
    store.close();
  }
  remove(directory);
  expect(interrupted).toBe(rounds);
});
