/** Joining a run is not starting one: no limit of starts is asked, and nothing new is kept. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, tokenFile } from './testing.ts';

const [ada, bob, eve] = [person('ada', 'run:read'), person('bob', 'run:read'), person('eve', 'view')];
const checks = Array.from({ length: 200 }, (_, n) => effectCheck(`many-${n}`, 'read', 'sleep 97'));
const ids = (from: number, count: number) => checks.slice(from, from + count).map(({ id }) => id);

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer(checks, 'token', tokenFile([ada, bob, eve]));
});
afterAll(() => open.close());

it('[T13] who has begun as many runs as one may, and all others, may join what is on its way, if they may run it', async () => {
  const pages = await Promise.all(
    [ada, bob, eve].map(async (who) => {
      const page = await open.server.connect(bearer(who));
      page.send({ type: 'watch', writeup: 'w' });
      await page.next('welcome');
      return page;
    }),
  );
  let clicks = 0;
  const ask = async (who: 0 | 1 | 2, wanted: readonly string[]) => {
    const page = pages[who] ?? expect.unreachable();
    clicks += 1;
    const key = `click-no-${clicks}`;
    page.send({ type: 'run', key, checks: wanted });
    await page.until(() => page.heard.some((one) => 'key' in one && one.key === key));
    const answer = page.heard.find((one) => 'key' in one && one.key === key);
    return answer?.type === 'accepted'
      ? { joined: answer.runs.filter(({ joined }) => joined).length, set: answer.set }
      : answer?.type === 'refused'
        ? answer.message
        : expect.unreachable();
  };
  await ask(0, ids(0, 60));
  const newest = await ask(0, ids(60, 60));
  expect(newest).toEqual({ joined: 0, set: expect.any(String) });
  expect(await ask(0, ids(120, 60))).toContain('very many runs');
  // The same runs again are the same set; others of them are none.
  expect(await ask(0, ids(60, 60))).toEqual({ ...(newest as object), joined: 60 });
  expect(await ask(1, ids(0, 60))).toEqual({ joined: 60, set: null });
  // Joining has taken nothing of what bob may begin, and beside a joined one only the new one counts.
  expect(await ask(1, ids(59, 61))).toMatchObject({ joined: 61 });
  expect(await ask(1, ids(119, 61))).toMatchObject({ joined: 1 });
  expect(await ask(2, ids(0, 1))).toContain('run:read');
  expect(open.audit('run').filter(({ outcome }) => outcome === 'joined').length).toBe(182);
}, 30_000);
