/** Downloads of a large run: a few at once, the others are told when to come again, and whoever leaves makes room. */
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, effectCheck, type House, house, person, tokenFile } from '../access/testing.ts';
import { putLarge } from '../store/testing.ts';

const [ada, bob] = [person('ada', 'view'), person('bob', 'view')];
let open: House;
let run = '';
beforeAll(async () => {
  open = await house([effectCheck('c', 'read')], 'token', tokenFile([ada, bob]));
  run = await putLarge(open.server.store, 40e6);
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
    // Whoever leaves makes room at once.
    held.destroy();
    const next = await ask(`/runs/${run}.log`);
    expect([next.statusCode, await bytesOf(next)]).toEqual([
      200,
      expect.toSatisfy((bytes: number) => bytes > 40e6),
    ]);
  }, 20_000);
  it('that nobody reads is not made in memory: what waits is a few pieces of it', async () => {
    const sent = process.memoryUsage().arrayBuffers;
    const held = await ask(`/runs/${run}.json`);
    const other = await ask(`/runs/${run}.log`, bob);
    expect([held.statusCode, other.statusCode]).toEqual([200, 200]);
    expect(process.memoryUsage().arrayBuffers - sent).toBeLessThan(40e6);
    for (const one of [held, other]) one.destroy();
    const body = await ask(`/runs/${run}.json`);
    let text = '';
    for await (const chunk of body.setEncoding('utf8')) text += chunk as string;
    expect(JSON.parse(text)).toMatchObject({ vantage: 1, rows: [{ run, state: 'finished' }] });
  }, 20_000);
  it.each(['.json', '.txt', '.log', '.cast', '.html', '.bundle.tar.gz', '/entries'])(
    '%s: HEAD says what would come and makes none of it',
    async (form) => {
      const answer = await fetch(`${open.base}/runs/${run}${form}`, { method: 'HEAD', headers: bearer(bob) });
      expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0]);
    },
  );
});
