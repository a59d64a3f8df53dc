/** What goes over the control socket is checked at the edge, and whoever asks gets an answer or a sentence. */

import { createServer } from 'node:net';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, serveControl, watch } from './control.ts';
import { findLab, labStatus } from './lab.ts';
import { parseRequest } from './protocol.ts';
import { testPlace } from './testing.ts';

let place: ReturnType<typeof testPlace>;
beforeEach(() => {
  place = testPlace();
});
afterEach(() => place.remove());

test.each([
  ['nonsense', 'JSON'],
  ['7', 'expected a known request, found 7'],
  ['{"do":"dance"}', 'expected a known request, found {"do":"dance"}'],
  [
    '{"do":"machine","machine":"backend","state":"sideways"}',
    'expected state "up" or "down", found "sideways"',
  ],
  ['{"do":"machine","state":"up"}', 'expected a name, found undefined'],
  ['{"do":"exec","machine":"backend","argv":"id"}', 'expected argv to be a list'],
  ['{"do":"exec","machine":"backend","argv":[]}', 'expected argv to be a list'],
  ['{"do":"exec","machine":"backend","argv":["id",7]}', 'expected argv to be a list'],
  ['{"do":"service","service":"backend","order":{"port":80}}', 'a port from 1024 to 65535'],
])('%s is refused', (line, message) => {
  expect(() => parseRequest(line)).toThrow(message);
});

test('root must be asked for', () => {
  expect(parseRequest('{"do":"exec","machine":"172.16.168.21","argv":["id"],"asRoot":"yes"}')).toEqual({
    do: 'exec',
    machine: '172.16.168.21',
    argv: ['id'],
    asRoot: false,
  });
});

test('answers, refusals and the end arrive', async () => {
  const path = `${place.parent}/c`;
  const { server, tell } = await serveControl(path, async (request) => {
    if (request.do === 'condition') throw new Error(`no such condition: ${request.name}`);
    return request.do;
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await ask(path, { do: 'status' })).toBe('status');
  await expect(ask(path, { do: 'condition', name: 'x' })).rejects.toThrow('no such condition: x');
  const told: unknown[] = [];
  const watching = await watch(path, (value) => told.push(value));
  tell({ condition: 'x', changes: 1 });
  await expect.poll(() => told).toEqual(['watch', { condition: 'x', changes: 1 }]);
  watching.release();
  await watching.ended;
  server.close();
});

test('a detached lab of an older Vantage is refused, and can be ended', async () => {
  const older = { mode: 'detached', condition: 'healthy' };
  const { server } = await serveControl(`${place.parent}/control.sock`, async () => older);
  await expect(findLab(place.parent)).rejects.toThrow('started by an older Vantage');
  expect(await labStatus(place.parent)).toEqual(older);
  server.close();
});

test('no lab is nothing; one that is there and silent is an error that says so', async () => {
  expect(await labStatus(place.parent)).toBeUndefined();
  const silent = createServer(() => {}).listen(`${place.parent}/control.sock`);
  await once(silent, 'listening');
  await expect(ask(`${place.parent}/control.sock`, { do: 'status' }, 50)).rejects.toThrow('within 50 ms');
  silent.close();
});
