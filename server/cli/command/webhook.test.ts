// The webhook is called a few times, each for a limited time, and never in the way of the watch.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhook } from './webhook.ts';

/** A receiver on loopback that answers as it is told, in turn; the last answer goes on. */
async function receiver(...answers: readonly ((answer: ServerResponse) => void)[]) {
  const heard: { readonly body: string; readonly request: IncomingMessage }[] = [];
  const server = createServer(async (request, answer) => {
    heard.push({ body: await text(request), request });
    (answers[Math.min(heard.length, answers.length) - 1] ?? (() => answer.end()))(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, server };
}
const status = (code: number) => (answer: ServerResponse) => void answer.writeHead(code).end('…');

function hook(address: string, more: { signal?: AbortSignal; answerMs?: number; waitsMs?: number[] } = {}) {
  const said: string[] = [];
  const { signal = new AbortController().signal, waitsMs = [1, 1] } = more;
  const options = {
    print: (line: string) => said.push(line),
    signal,
    waitsMs,
    answerMs: more.answerMs ?? 10_000,
  };
  return { ...createWebhook(address, options), said };
}

test('it gets JSON, once', async () => {
  const { address, heard } = await receiver(status(204));
  const { send, said } = hook(`${address}/secret?key=1`);
  expect(await send({ a: 'é' })).toBe(true);
  expect(heard.map(({ body }) => JSON.parse(body))).toEqual([{ a: 'é' }]);
  expect(heard[0]?.request.headers['content-type']).toBe('application/json');
  expect(heard[0]?.request.method).toBe('POST');
  expect(said).toEqual([]);
});

test('a server error is tried again, and not for ever; what is said never holds the path', async () => {
  const recovering = await receiver(status(500), status(429), status(200));
  expect(await hook(recovering.address).send({})).toBe(true);
  const broken = await receiver(status(503));
  const { send, said } = hook(`${broken.address}/secret`);
  expect(await send({})).toBe(false);
  expect(broken.heard).toHaveLength(3);
  expect(said.at(-1)).toContain('(it answered 503; attempt 3). Watching goes on.');
  expect(said.join()).not.toContain('secret');
});

test('a refusal or a redirection is not tried again, and not followed', async () => {
  const other = await receiver(status(200));
  const refusing = await receiver((answer) => void answer.writeHead(302, { location: other.address }).end());
  const { send, said } = hook(refusing.address);
  expect(await send({})).toBe(false);
  expect(refusing.heard).toHaveLength(1);
  expect(other.heard).toHaveLength(0);
  expect(said).toHaveLength(1);
});

test('nobody there, or nobody who answers, is said and does no harm', async () => {
  const { address, server } = await receiver();
  server.close();
  await once(server, 'close');
  const gone = hook(address);
  expect(await gone.send({})).toBe(false);
  expect(gone.said.at(-1)).toContain('ECONNREFUSED; attempt 3');
  const silent = await receiver(() => {});
  const slow = hook(silent.address, { answerMs: 50 });
  expect(await slow.send({})).toBe(false);
  expect(slow.said.at(-1)).toContain('no answer in 0.05 s');
});

test('the end of the watch ends it at once', async () => {
  const ending = new AbortController();
  const { address } = await receiver(() => ending.abort());
  const { send, said } = hook(address, { signal: ending.signal });
  expect(await send({})).toBe(false);
  expect(said).toEqual([]);
});

test.each(['ftp://x', 'nonsense', 'http://user:pass@127.0.0.1/', ''])(
  '%j cannot be called, and is refused before anything runs',
  (address) => {
    expect(() => hook(address)).toThrow('--webhook: ');
  },
);
