/** The program that ssh dials with: bytes through whole in both directions, both ends closed, and a sentence when nobody is there. */

import { spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../lab/machine/runProgram.ts';
import { testPlace } from '../lab/testing.ts';

const dial = [process.execPath, `${import.meta.dirname}/dialSocket.mjs`];
let place: ReturnType<typeof testPlace>;
let server: Server | undefined;
beforeEach(() => {
  place = testPlace();
});
afterEach(() => {
  server?.close();
  place.remove();
});

async function serve(answer: (socket: Socket) => void): Promise<string> {
  const path = `${place.parent}/s`;
  server = createServer({ allowHalfOpen: true }, (socket) => answer(socket.on('error', () => {}))).listen(
    path,
  );
  await once(server, 'listening');
  return path;
}

test('what goes in comes out, and the end of input is passed on', async () => {
  const path = await serve((socket) => socket.pipe(socket));
  const text = 'x'.repeat(3_000_000);
  const ran = await run([...dial, path], { input: text });
  expect([ran.exit, ran.stderr, ran.stdout === text]).toEqual([0, '', true]);
});

test('it ends when the machine does, though its input stays open', async () => {
  const path = await serve((socket) => socket.end('bye'));
  const child = spawn(dial[0] ?? '', [...dial.slice(1), path]);
  const [bytes] = await once(child.stdout, 'data');
  expect(String(bytes)).toBe('bye');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test.each<[string, () => Promise<string>, string]>([
  ['nothing is there', async () => `${place.parent}/none`, 'nothing answers behind'],
  ['the machine is down', () => serve((socket) => socket.destroy()), 'was closed at once'],
])('it says so when %s', async (_, path, found) => {
  const ran = await run([...dial, await path()]);
  expect(ran).toMatchObject({ stdout: '', stderr: expect.stringContaining(found) });
});
