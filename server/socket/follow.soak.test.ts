/** Whoever follows a run of 20 MB has every byte once: cut off 300 times, joined at any time, or reading slowly. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { remove, type TestConnection, type TestServer, testServer } from './testing.ts';

const size = 20 * 1024 * 1024;
/** Lines that differ, so that a byte from elsewhere would be seen. */
const pour = `seq 1 9000000 | head -c ${size}`;
const limits = { seconds: 120, bytes: 64 * 1024 * 1024 };
const checks = [checkOf('pour', [onceStep('s', pour, { limits })])];

let server: TestServer;
beforeAll(async () => {
  server = await testServer(checks);
});
afterAll(async () => {
  await server.close();
  remove(server.directory);
});

let clicks = 0;
async function start(): Promise<string> {
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  clicks += 1;
  page.send({ type: 'run', key: `soak-${clicks}-click`, checks: ['pour'] });
  const [taken] = (await page.next('accepted')).runs;
  page.close();
  if (!taken) throw new Error('expected a run');
  return taken.run;
}

/** Chance that can be repeated: mulberry32, public domain. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Hashes what is followed, and refuses a gap or a double. */
function tally() {
  const hash = createHash('sha256');
  let next = 0;
  let bytes = 0;
  let said = '';
  return {
    get next() {
      return next;
    },
    take(entries: readonly Entry[]) {
      for (const { seq, body } of entries) {
        if (seq !== next) throw new Error(`expected entry ${next}, got ${seq}`);
        next += 1;
        if (body.kind === 'output') {
          hash.update(body.bytes);
          bytes += body.bytes.length;
        } else if (body.kind === 'step-ended' && body.ended.how === 'complete')
          said = body.ended.stdout.sha256;
      }
    },
    result: () => ({ bytes, same: hash.digest('hex') === said }),
  };
}
const closedOf = (page: TestConnection, run: string) => page.entries.get(run)?.at(-1)?.body.kind === 'closed';
const whole = { bytes: size, same: true };

describe('a run of 20 MB', () => {
  it('[R9] cut off 300 times at random is put together to the same SHA-256', async () => {
    const chance = dice(914);
    const run = await start();
    const own = tally();
    let cuts = 0;
    for (let done = false; !done;) {
      const visitor = await server.connect();
      visitor.send({ type: 'follow', run, from: own.next });
      // Of what is on its way at the cut, only some entries have arrived.
      const arrive = cuts < 300 ? Math.floor(chance() * 3) : Number.POSITIVE_INFINITY;
      const got = () => visitor.entries.get(run) ?? [];
      await visitor.until(
        () => got().length >= Math.min(arrive, 1) && (arrive < 9 || closedOf(visitor, run)),
      );
      const arrived = got().slice(0, arrive);
      own.take(arrived);
      done = arrived.at(-1)?.body.kind === 'closed';
      if (!done) cuts += 1;
      visitor.drop();
    }
    expect({ ...own.result(), cuts }).toEqual({ ...whole, cuts: 300 });
  });

  it('[R10] is the same for twenty who join at random times', async () => {
    const chance = dice(20);
    const run = await start();
    const first = await server.connect();
    first.send({ type: 'follow', run, from: 0 });
    const joiners = Array.from({ length: 20 }, () => ({ at: Math.floor(chance() * 320), own: tally() }));
    const results = await Promise.all(
      joiners.map(async ({ at, own }) => {
        await first.until(() => (first.entries.get(run)?.length ?? 0) >= at || closedOf(first, run));
        const joiner = await server.connect({}, (entries) => own.take(entries));
        joiner.send({ type: 'follow', run, from: 0 });
        await joiner.until(() => joiner.last(run)?.body.kind === 'closed');
        joiner.close();
        return own.result();
      }),
    );
    expect(results).toEqual(joiners.map(() => whole));
  });

  it('[R11] shows its end to who asks for the end only, in messages of at most 96 KiB, and what was left out is counted', async () => {
    const run = await start();
    const all = await server.connect();
    all.send({ type: 'follow', run, from: 0 });
    await all.ended(run);
    const late = await server.connect();
    late.send({ type: 'follow', run, from: 0, tail: 256 * 1024 });
    const view = await late.ended(run);
    const sizes: number[] = [];
    const measuring = await server.connect({}, (some) =>
      sizes.push(some.reduce((sum, { body }) => sum + (body.kind === 'output' ? body.bytes.length : 0), 0)),
    );
    measuring.send({ type: 'follow', run, from: 0, tail: 256 * 1024 });
    await measuring.until(() => measuring.last(run)?.body.kind === 'closed');
    expect(Math.max(...sizes)).toBeLessThanOrEqual(96 * 1024);
    const entries = late.entries.get(run) ?? [];
    const shown = entries.reduce(
      (sum, { body }) => sum + (body.kind === 'output' ? body.bytes.length : 0),
      0,
    );
    const skipped = entries.reduce(
      (sum, { body }) => sum + (body.kind === 'skipped' ? (body.bytes['s'] ?? 0) : 0),
      0,
    );
    expect(shown).toBeLessThan(512 * 1024);
    expect(shown + skipped).toBe(size);
    expect(view).toMatchObject({
      state: 'finished',
      next: all.entries.get(run)?.length,
      steps: [{ bytes: size }],
    });
  });
});

it('fifty who press Run at once get one run, and follow the same bytes', async () => {
  const pages = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const page = await server.connect();
      page.send({ type: 'watch', writeup: 'w', reader: `reader-${String(index).padStart(4, '0')}` });
      await page.next('welcome');
      return page;
    }),
  );
  const runs = await Promise.all(
    pages.map(async (page, index) => {
      page.send({ type: 'run', key: `fifty-${String(index).padStart(4, '0')}`, checks: ['pour'] });
      return (await page.next('accepted')).runs[0];
    }),
  );
  expect(new Set(runs.map((one) => one?.run)).size).toBe(1);
  expect(runs.filter((one) => one?.joined === true)).toHaveLength(49);
  const run = runs[0]?.run ?? '';
  await Promise.all(
    pages.map((page) =>
      page.next('summary', ({ summary }) => summary.run === run && summary.state === 'ended'),
    ),
  );
  for (const page of pages) page.close();
});
