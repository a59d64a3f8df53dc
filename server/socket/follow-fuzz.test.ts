/** Random pages over real sockets, with a seed: some read, some stall; all follow, let go, present and ping in any order. What waits stays within the limits, and who reads has every byte. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { effectCheck, type AuthServer, startAuthServer } from '../auth/testing.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { behindBytes } from './connectionWriter.ts';
import { frameOf, rawSocket } from './rawSocket.testing.ts';

const mib = 1024 * 1024;
const bytes = 6_000_000;
const checks = ['pour', 'more'].map((id) => {
  const check = effectCheck(id, 'read', `seq 1 2000000 | head -c ${bytes}`);
  return {
    ...check,
    steps: check.steps.map((step) => ({ ...step, limits: { seconds: 60, bytes: 16 * mib } })),
  };
});

let open: AuthServer;
const runs: string[] = ['01ARZ3NDEKTSV4RRFFQ69G5FAV'];
beforeAll(async () => {
  open = await startAuthServer(checks, 'local');
  const page = await watching();
  for (const id of ['pour', 'more']) {
    page.send({ type: 'run', key: `click-${id}`, checks: [id] });
    const { runs: begun } = await page.next('accepted', ({ key }) => key === `click-${id}`);
    runs.push(...begun.map(({ run }) => run));
  }
});
afterAll(() => open.close());

const watch = { type: 'watch', writeup: 'w', reader: 'the-same-one' } as const;
async function watching() {
  const page = await open.server.connect();
  page.send(watch);
  await page.next('welcome');
  return page;
}
/** Chance that can be repeated: mulberry32, public domain. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}
type Sender = { send(message: Up): void; ping(): void; drop(): void };

/** A page that reads, and that must have asked for the number of each entry which does not follow the one before it. */
async function reading(fail: (what: string) => void): Promise<Sender> {
  const asked = new Map<string, Set<number>>();
  const next = new Map<string, number>();
  const page = await open.server.connect({});
  const look = () => {
    for (const [run, entries] of page.entries)
      for (const { seq } of (entries as Entry[]).splice(0)) {
        const expected = next.get(run) ?? -1;
        if (seq !== expected && !asked.get(run)?.has(seq)) fail(`entry ${seq} of ${run} after ${expected}`);
        next.set(run, seq + 1);
      }
    return false;
  };
  page.until(look).catch(() => {});
  return {
    send(message) {
      if (message.type === 'follow')
        asked.set(message.run, (asked.get(message.run) ?? new Set()).add(message.from));
      page.send(message);
    },
    ping() {},
    drop: page.drop,
  };
}
async function stalling(): Promise<Sender> {
  const socket = await rawSocket(open.server.port);
  socket.stall();
  return {
    send: (message) => socket.send(frameOf({ first: 0x81 }, JSON.stringify(message))),
    ping() {
      for (const first of [0x89, 0x8a]) socket.send(frameOf({ first }, Buffer.alloc(125)));
    },
    drop: socket.drop,
  };
}

it.each([9, 15])(
  '[T15] with the seed %i',
  async (seed) => {
    const roll = dice(seed);
    const faults: string[] = [];
    const one = <Of>(list: readonly Of[]): Of => list[roll(list.length)] ?? expect.unreachable();
    const memory = process.memoryUsage().rss / mib;
    let clicks = 0;
    let most = 0;
    const message = (): Up => {
      const kind = roll(10);
      if (kind < 6) return { type: 'follow', run: one(runs), from: roll(90) };
      if (kind < 8) return { type: 'unfollow', run: one(runs) };
      if (kind < 9) return watch;
      const at = roll(4) === 0 ? null : ({ slide: one(['pour', 'more']), view: 'check' } as const);
      clicks += 1;
      return { type: 'present', key: `show-${seed}-${clicks}-key`, at };
    };
    // Each page says less than the forty messages after which it would be put out, and another takes its place.
    for (let round = 0; round < 2; round += 1) {
      const pages = await Promise.all(
        Array.from({ length: 6 }, (_, n) => (n < 5 ? stalling() : reading((what) => faults.push(what)))),
      );
      for (const page of pages) {
        page.send(watch);
        page.send({ type: 'follow', run: runs[1] ?? '', from: 0 });
      }
      for (let step = 0; step < 6 * 30; step += 1) {
        const page = pages[step % pages.length];
        if (roll(5) === 0) page?.ping();
        else page?.send(message());
        // Each has its turn in the server before the next one.
        await fetch(open.base);
        most = Math.max(most, open.server.counts().queuedBytes);
      }
      for (const page of pages) page.drop();
    }
    expect(faults).toEqual([]);
    // A batch, and what may be answered beside it.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(128 * 1024 + behindBytes);
    expect(process.memoryUsage().rss / mib - memory).toBeLessThan(256);
    const after = await watching();
    after.send({ type: 'follow', run: runs[2] ?? '', from: 0 });
    const view = await after.ended(runs[2] ?? '');
    expect(view.steps).toMatchObject([{ bytes }]);
    expect(open.audit('refused-message')).toEqual([]);
    after.close();
  },
  30_000,
);
