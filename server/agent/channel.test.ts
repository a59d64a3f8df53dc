/** One agent for several commands. What each command promises is left to `contract.suite.ts`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Channel } from './contract.ts';
import { take } from './contract.suite.ts';
import { handshake } from './handshake.ts';
import { AGENT_NAME, AGENT_PROGRAM } from './program.ts';

/** An agent, and the channels over it: `free` has those of its next commands. */
async function start() {
  const child = spawn('sh', ['-c', AGENT_PROGRAM, AGENT_NAME], { stdio: 'pipe' });
  const free: Channel[] = [];
  const link = { role: 'm', child, lastMessage: () => '' };
  const never = new AbortController().signal;
  const failed = () => expect.unreachable('the agent did not greet') as never;
  const first = await handshake(link, '', never, failed, (next) => free.push(next));
  return { child, first, free };
}

it('serves the next command over a new channel, and the one before is used', async () => {
  const { child, first, free } = await start();
  expect((await take(first, { command: 'echo 1; echo e >&2' })).stdout.toString()).toBe('1\n');
  first.close();
  const [second] = free;
  expect(
    await second?.run({ id: 'a/b', command: 'exit 4', limits: { seconds: 9, bytes: 9 } }, () => {}),
  ).toMatchObject({ how: 'complete', exit: 4, stdout: { bytes: 0 }, stderr: { bytes: 0 } });
  expect((await take(first, { command: 'true' })).ended).toMatchObject({ how: 'lost' });
  free[1]?.close();
  await once(child, 'close');
});

it.each([
  ['has a stop line', { command: 'true', stop: 'true' }],
  ['starts something as root', { command: 'sudo -n true || true' }],
  ['reaches its limit', { command: 'yes', limits: { seconds: 9, bytes: 100 } }],
])('serves no other command after one that %s', async (_, order) => {
  const { child, first, free } = await start();
  const closed = once(child, 'close');
  await take(first, order);
  await closed;
  expect(free).toEqual([]);
});

it('is ended by bytes that came between two commands', async () => {
  const { child, first, free } = await start();
  await take(first, { command: 'true' });
  const closed = once(child, 'close');
  child.stdout.emit('data', Buffer.from('who wrote this?'));
  await closed;
  expect((await take(free[0] as Channel, { command: 'echo late' })).ended).toMatchObject({ how: 'lost' });
});
