/** Five hundred runs within a second: as many at once as there are places, two hundred in the queue, and a word to all others. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../lab/testing.ts';
import { effectCheck, type AuthServer, startAuthServer } from './testing.ts';
import { maxQueued } from './grants.ts';

/** Of `testServer`. */
const places = 6;
/** A time that no other test sleeps, to be found among the processes of this machine. */
const sleep = `sleep 97.0${process.pid}`;
const checks = Array.from({ length: 500 }, (_, n) => effectCheck(`many-${n}`, 'read', sleep));

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer(checks, 'local');
});
afterAll(() => open.close());

/** Commands that run on this machine; `pgrep` says 1 when there are none. */
const running = (): number =>
  Number(spawnSync('pgrep', ['-c', '-f', '-x', sleep], { encoding: 'utf8' }).stdout);

it('[T13] 500 in a second: six run, at most 200 wait, and the rest are told that it is busy', async () => {
  const page = await open.server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  const began = performance.now();
  for (let batch = 0; batch < 25; batch += 1)
    page.send({
      type: 'run',
      key: `flood-${String(batch).padStart(4, '0')}`,
      checks: Array.from({ length: 20 }, (_, n) => `many-${batch * 20 + n}`),
    });
  expect(performance.now() - began).toBeLessThan(1000);
  await page.until(
    () => page.heard.filter(({ type }) => type === 'accepted' || type === 'refused').length === 25,
  );
  const accepted = page.heard.flatMap((one) => (one.type === 'accepted' ? one.runs : [])).length;
  const busy = page.heard.filter(
    (one) => one.type === 'refused' && /^Busy: .* of 200 that may\./.test(one.message),
  );
  expect(accepted).toBeLessThanOrEqual(maxQueued + places);
  expect(accepted).toBeGreaterThanOrEqual(maxQueued - 20);
  expect(accepted + busy.length * 20).toBe(500);
  let most = 0;
  await until(
    'as many run as there are places',
    () => {
      most = Math.max(most, running());
      return most >= places;
    },
    20_000,
  );
  for (let look = 0; look < 20; look += 1) most = Math.max(most, running());
  expect(most).toBe(places);
}, 60_000);
