/** Downloads of a large run: a few at once, the others are told when to come again, and a reader who leaves makes room. */
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, tokenFile } from '../auth/testing.ts';
import { putLarge } from '../store/testing.ts';

const [ada, bob] = [person('ada', 'view'), person('bob', 'view')];
let open: AuthServer;
let run = '';
beforeAll(async () => {
  open = await startAuthServer([effectCheck('c', 'read')], 'token', tokenFile([ada, bob]));
  run = await putLarge(open.server.store, 20e6);
});
afterAll(() => open.close());

/** An answer whose body nobody reads yet. */
const ask = (path: string, who = ada): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(`${open.base}${path}`, { headers: bearer(who), agent: false }, resolve)
      .once('error', reject)
      .end();
  });
const bytesOf = async (answer: IncomingMessage): Promise<number> => {
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  return bytes;
};

describe('[T12] a download', () => {
  it('is one at a time for a person: another is answered 429 with a time to come again, other people and pages as ever', async () => {
    const held = await ask(`/runs/${run}.log`);
    expect(held.statusCode).toBe(200);
    const second = await ask(`/runs/${run}.txt`);
    expect([second.statusCode, second.headers['retry-after']]).toEqual([429, '5']);
    second.resume();
    expect((await ask(`/runs/${run}`)).resume().statusCode).toBe(200);
    expect((await ask(`/runs/${run}.tap`, bob)).resume().statusCode).toBe(200);
    // A reader who leaves makes room at once.
    held.destroy();
    const next = await ask(`/runs/${run}.log`);
    expect([next.statusCode, await bytesOf(next)]).toEqual([
      200,
      expect.toSatisfy((bytes: number) => bytes > 20e6),
    ]);
  }, 20_000);
  it.each(['.json', '.txt', '.cast', '.html', '.md', '.tap', '.junit.xml'])(
    '%s is sent while it is made: its length is not known before, nor by a HEAD, which makes none of it',
    async (form) => {
      for (const method of ['HEAD', 'GET']) {
        const answer = await fetch(`${open.base}/runs/${run}${form}`, { method, headers: bearer(bob) });
        expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
        const { byteLength } = await answer.arrayBuffer();
        expect(byteLength > 0).toBe(method === 'GET');
      }
    },
    20_000,
  );
  it('.json is whole and is JSON, however large', async () => {
    const report = await (await fetch(`${open.base}/runs/${run}.json`, { headers: bearer(bob) })).json();
    expect(report).toMatchObject({ vantage: 2, rows: [{ run, state: 'finished' }] });
  }, 20_000);
});
