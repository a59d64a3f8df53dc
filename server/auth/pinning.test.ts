/** Keeping a record is an act: by POST, with a right, with a line, and it can be undone. Reading keeps nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRetention } from '../config/config.ts';
import { putRun, putSet } from '../store/testing.ts';
import { routeRules } from './routes.ts';
import {
  bearer,
  effectCheck,
  type AuthServer,
  startAuthServer,
  type Person,
  person,
  tokenFile,
} from './testing.ts';

const ada = person('ada', 'run:read');
const vera = person('vera', 'view');
const admin = person('root', 'admin');
let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer([effectCheck('c', 'read')], 'token', tokenFile([ada, vera, admin]));
});
afterAll(() => open.close());

const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const post = (id: string, keep: string, headers: Readonly<Record<string, string>>, more: RequestInit = {}) =>
  fetch(`${open.base}/runs/${id}/keep`, {
    ...{ method: 'POST', body: new URLSearchParams({ keep }), headers, redirect: 'manual' },
    ...more,
  });
const sessionOf = async ({ token }: Person): Promise<{ readonly cookie: string }> => {
  const answer = await fetch(`${open.base}/login`, {
    ...{ method: 'POST', body: new URLSearchParams({ token, to: '/' }), redirect: 'manual' },
    headers: { origin: open.base },
  });
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};

describe('[T4] keeping', () => {
  it('is for those who may take evidence or look after it, one line each, and is undone the same way', async () => {
    const run = await putRun(open.server.store, { day: 1 });
    for (const who of [ada, admin]) {
      const before = open.audit().length;
      const session = { ...(await sessionOf(who)), origin: open.base };
      const page = async () => (await fetch(`${open.base}/runs/${run}`, { headers: session })).text();
      expect(await page()).toMatch(/<form class="record-keep"[\s\S]*name="keep" value="yes"/);
      const kept = await post(run, 'yes', session);
      expect([kept.status, kept.headers.get('location')]).toEqual([303, `/runs/${run}`]);
      expect(await open.server.store.keeping.list()).toMatchObject([{ id: run, by: who.name }]);
      expect(await page()).toMatch(/name="keep" value="no"/);
      // A program with a token is led by no page, and needs no word about one.
      expect((await post(run, 'no', bearer(who))).status).toBe(303);
      expect(await open.server.store.keeping.list()).toEqual([]);
      expect(open.audit('pin').slice(-2)).toMatchObject([
        { who: who.name, target: `${run} pinned`, outcome: 'done' },
        { who: who.name, target: `${run} not pinned`, outcome: 'done' },
      ]);
      expect(open.audit().length - before).toBe(3);
    }
  });
  it('is refused to who only reads, to a page elsewhere and to one that does not say where it is; nothing is kept', async () => {
    const run = await putRun(open.server.store, { day: 2 });
    const session = await sessionOf(ada);
    const page = await fetch(`${open.base}/runs/${run}`, { headers: bearer(vera) });
    expect(await page.text()).not.toContain('record-keep');
    for (const [status, headers, action] of [
      [403, bearer(vera), 'refused-right'],
      [401, { origin: open.base }, 'refused-right'],
      [403, { ...session, origin: 'https://elsewhere.example' }, 'refused-origin'],
      [403, { ...session, origin: 'null' }, 'refused-origin'],
      [403, session, 'refused-origin'],
    ] as const) {
      const before = open.audit().length;
      expect((await post(run, 'yes', { ...headers })).status).toBe(status);
      expect(open.audit().slice(before)).toMatchObject([{ action, target: `/runs/${run}/keep` }]);
    }
    expect(await open.server.store.keeping.list()).toEqual([]);
  });
  it('of what is not there, or what was not said, is a sentence', async () => {
    const run = await putRun(open.server.store, { day: 3 });
    for (const [id, keep, status, message] of [
      [unknown, 'yes', 404, 'cannot be kept'],
      [unknown, 'no', 404, 'no such record'],
      [run, 'perhaps', 400, 'yes or no'],
      ['nonsense', 'yes', 400, 'no address of a record'],
    ] as const) {
      const answer = await post(id, keep, bearer(ada));
      expect([id, answer.status]).toEqual([id, status]);
      expect(await answer.text()).toContain(message);
    }
    const long = { body: 'keep=yes&more='.padEnd(9000, 'x') };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(run, '', { ...bearer(ada), ...form }, long)).status).toBe(400);
  });
});

describe('[T4] reading', () => {
  it('keeps nothing: after a GET and a HEAD of every address of every record the limits take away as before', async () => {
    const { store } = open.server;
    const runs: string[] = [];
    for (let day = 10; day < 20; day += 1) runs.push(await putRun(store, { day }));
    const set = await putSet(store, 20, runs.slice(0, 2));
    const paths = routeRules.flatMap(({ examples, methods }) => (methods.GET ? examples : []));
    for (const id of [...runs, set])
      for (const path of paths.filter((one) => one.includes(unknown)))
        for (const method of ['HEAD', 'GET']) {
          const answer = await fetch(`${open.base}${path.replace(unknown, id)}`, {
            method,
            headers: bearer(vera),
          });
          await answer.arrayBuffer();
          expect([path, answer.status < 500]).toEqual([path, true]);
        }
    for (const path of ['/runs/', '/runs/?check=c', '/badge/w.svg', '/changes/w/c', '/me', '/healthz', '/'])
      await (await fetch(`${open.base}${path}`, { headers: bearer(vera) })).arrayBuffer();
    expect(await store.keeping.list()).toEqual([]);
    for await (const _ of store.retain({ ...defaultRetention, days: 1e6, runs: 4 }, new Date()));
    expect(await store.history.count({})).toBe(4);
    for await (const _ of store.retain({ ...defaultRetention, days: 1e6, bytes: 1 }, new Date()));
    expect(await store.history.count({})).toBe(0);
  }, 30_000);
});
