import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check/check.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { remove, testServer, type TestConnection, type TestServer } from './testing.ts';

const check = (id: string, command: string, bytes = 1024 * 1024): Check =>
  checkOf(id, [onceStep('s', command, { limits: { seconds: 60, bytes } })]);
const checks = [
  check('quick', 'echo hello'),
  check(
    'slow',
    'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i; [ $((i % 100)) -eq 0 ] && sleep 0.05; done; exit 0',
  ),
  check('endless', 'echo started; sleep 100'),
  check('flood', 'head -c 8000000 /dev/zero | tr "\\000" x', 16 * 1024 * 1024),
];

let server: TestServer;
beforeEach(async () => {
  server = await testServer(checks);
});
afterEach(async () => {
  await server.close();
  remove(server.directory);
});

const clicks = { count: 0 };
async function start(page: TestConnection, ...ids: string[]): Promise<string[]> {
  clicks.count += 1;
  const key = `click-${String(clicks.count).padStart(8, '0')}`;
  page.send({ type: 'run', key, checks: ids });
  return (await page.next('accepted', (message) => message.key === key)).runs.map(({ run }) => run);
}
async function watching(headers?: Record<string, string>): Promise<TestConnection> {
  const page = await server.connect(headers);
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  return page;
}
const output = (entries: readonly Entry[] = []) =>
  Buffer.concat(entries.flatMap(({ body }) => (body.kind === 'output' ? [body.bytes] : [])));
const hash = (entries?: readonly Entry[]) => createHash('sha256').update(output(entries)).digest('hex');

describe('a page', () => {
  it('runs a check, follows it, and hears the verdict when it is on disk', async () => {
    const page = await watching();
    const [run = ''] = await start(page, 'quick');
    page.send({ type: 'follow', run, from: 0 });
    const view = await page.ended(run);
    expect(view).toMatchObject({
      state: 'finished',
      header: { condition: 'as-documented', source: 'lab' },
      judgement: { verdict: 'agrees' },
    });
    expect(output(page.entries.get(run)).toString()).toBe('hello\n');
    const { summary } = await page.next('summary', (message) => message.summary.state === 'ended');
    expect(summary).toMatchObject({
      run,
      check: 'quick',
      checkHash: 'hash-quick',
      judgement: { verdict: 'agrees' },
    });
    expect((await page.next('welcome')).overview.runs).toBe(0);
    expect((await page.next('overview')).overview.runs).toBe(1);
  });
  it('hears of the last runs after the server was started again', async () => {
    const page = await watching();
    const [run = ''] = await start(page, 'quick');
    await page.next('summary', (message) => message.summary.state === 'ended');
    await server.close();
    server = await testServer(checks, server.directory);
    const again = await server.connect();
    again.send({ type: 'watch', writeup: 'w' });
    expect(await again.next('welcome')).toMatchObject({
      latest: [{ run, check: 'quick', judgement: { verdict: 'agrees' } }],
      overview: { runs: 1 },
    });
    again.send({ type: 'follow', run, from: 0 });
    expect((await again.ended(run)).state).toBe('finished');
  });
  it('joins a run of the same check that is on its way, and the same click is one run', async () => {
    const one = await watching();
    const two = await watching();
    const [first = ''] = await start(one, 'endless');
    two.send({ type: 'run', key: 'otherpage', checks: ['endless'] });
    expect((await two.next('accepted')).runs).toEqual([{ check: 'endless', run: first, joined: true }]);
    one.send({ type: 'run', key: 'sameclick', checks: ['quick'] });
    one.send({ type: 'run', key: 'sameclick', checks: ['quick'] });
    await one.until(
      () =>
        one.heard.filter((message) => message.type === 'accepted' && message.key === 'sameclick').length ===
        2,
    );
    const runs = one.heard.flatMap((message) =>
      message.type === 'accepted' && message.key === 'sameclick' ? message.runs.map(({ run }) => run) : [],
    );
    expect(new Set(runs).size).toBe(1);
  });
  it('[R14] a click that is said a hundred times at once, over as many connections, is one run', async () => {
    const pages = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const page = await server.connect();
        page.send({ type: 'watch', writeup: 'w', reader: 'the-same-browser' });
        await page.next('welcome');
        return page;
      }),
    );
    for (const page of pages) page.send({ type: 'run', key: 'the-same-click', checks: ['quick'] });
    const runs = await Promise.all(pages.map(async (page) => (await page.next('accepted')).runs));
    expect(new Set(runs.flat().map(({ run }) => run)).size).toBe(1);
    const [page = expect.unreachable()] = pages;
    await page.next('summary', ({ summary }) => summary.state === 'ended');
    page.send({ type: 'run', key: 'the-same-click', checks: ['quick'] });
    await page.until(() => page.heard.filter(({ type }) => type === 'accepted').length === 2);
    const heard = page.heard.flatMap((message) => (message.type === 'accepted' ? message.runs : []));
    expect(new Set(heard.map(({ run }) => run)).size).toBe(1);
  });
  it('cancels, and is told so only after the process is gone', async () => {
    const page = await watching();
    const [run = ''] = await start(page, 'endless');
    page.send({ type: 'follow', run, from: 0 });
    await page.until(() => output(page.entries.get(run)).includes('started'));
    page.send({ type: 'cancel', run });
    const view = await page.ended(run);
    expect(view).toMatchObject({
      state: 'cancelled',
      judgement: { verdict: 'inconclusive', problem: { kind: 'cancelled' } },
      steps: [{ ended: { how: 'cancelled' } }],
    });
  });
  it('that comes late, leaves and comes back has every byte once', async () => {
    const page = await watching();
    const [run = ''] = await start(page, 'slow');
    const seen: Entry[] = [];
    for (let visit = 0; ; visit += 1) {
      const visitor = await server.connect();
      visitor.send({ type: 'follow', run, from: seen.length });
      const enough = seen.length + 1 + (visit % 7);
      await visitor.until(
        () =>
          (visitor.entries.get(run)?.length ?? 0) + seen.length >= enough ||
          visitor.entries.get(run)?.at(-1)?.body.kind === 'closed',
      );
      seen.push(...(visitor.entries.get(run) ?? []));
      visitor.close();
      if (seen.at(-1)?.body.kind === 'closed') break;
    }
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index));
    expect(output(seen).toString().trim().split('\n')).toEqual(
      Array.from({ length: 2000 }, (_, index) => `line ${index + 1}`),
    );
  }, 60_000);
  it('sees the same bytes as twenty others, whenever they joined', async () => {
    const page = await watching();
    const [run = ''] = await start(page, 'flood');
    const pages = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const viewer = await server.connect();
        viewer.send({ type: 'follow', run, from: 0 });
        await viewer.ended(run);
        return viewer;
      }),
    );
    const wanted = createHash('sha256').update('x'.repeat(8_000_000)).digest('hex');
    expect(new Set(pages.map((viewer) => hash(viewer.entries.get(run))))).toEqual(new Set([wanted]));
  }, 60_000);
  it('is told when a run or check is not known', async () => {
    const page = await watching();
    page.send({ type: 'follow', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', from: 0 });
    expect((await page.next('unknown-run')).message).toContain('not known here');
    page.send({ type: 'run', key: 'click-unknown', checks: ['nothing'] });
    expect((await page.next('refused')).message).toContain('Reload the page');
  });
});

describe('a broken message', () => {
  it.each([
    '',
    '{',
    '[]',
    'null',
    '"watch"',
    '{"type":"watch"}',
    '{"type":"run","key":"abcdefgh","checks":["quick"],"command":"id"}',
    '{"type":"exec"}',
    `{"type":"watch","writeup":"${'a'.repeat(100)}"}`,
    '{"__proto__":{"type":"watch"}}',
    `${'['.repeat(8000)}`,
  ])('%.60s ends the connection and starts nothing', async (text) => {
    const page = await watching();
    page.send(text);
    expect(await page.closed).toBe(4400);
  });
  it('of more than 16 KiB ends the connection', async () => {
    const page = await watching();
    page.send(`"${'a'.repeat(17_000)}"`);
    expect(await page.closed).toBe(1009);
  });
  it('after a flood of good ones ends the connection', async () => {
    const page = await watching();
    for (let n = 0; n < 100; n += 1) page.send({ type: 'unfollow', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    expect(await page.closed).toBe(4429);
  });
});

describe('the server', () => {
  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { host: 'attacker.test' },
    { origin: 'http://127.0.0.1:1' },
  ])('is closed to %o', async (headers) => {
    await expect(server.connect(headers)).rejects.toThrow(/Unexpected server response: (403|421)/);
  });
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }>(
      (resolve, reject) => {
        const asked = request({ port: server.port, host: '127.0.0.1', path, method, headers }, (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += String(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
        });
        asked.on('error', reject).end();
      },
    );
  it.each(['/', '/healthz', '/nowhere', '/ws'])('of %s is closed to a foreign host', async (path) =>
    expect((await get(path, { host: 'attacker.test' })).status).toBe(421),
  );
  it('gives the site, its 404, and strict headers with everything', async () => {
    for (const [path, status] of [
      ['/', 200],
      ['/nowhere', 404],
      ['/..%2f..%2fetc/passwd', 404],
      ['/healthz', 200],
    ] as const) {
      const answer = await get(path);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });
});
