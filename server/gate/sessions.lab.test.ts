/** What a key can hold on a machine is bounded, listed with its kind, and ended when it is left over; a capture as root ends with its gate. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/testing.ts';
import type { CommandRequest, Transport } from '../agent/contract.ts';
import { type AllowedCommand, allowedCommandsFor, allowedCommands } from './allowList.ts';
import { gateProgram, mostSessions, versionOf } from './gateProgram.ts';
import { type GatedLab, gatedLab, openSessions } from './testing.ts';

let gated: GatedLab;
let lab: Lab;
let transport: Transport;
let orders: readonly AllowedCommand[] = [];
let config = '';

beforeAll(async () => {
  gated = await gatedLab();
  ({ lab, transport, config } = gated);
  orders = allowedCommandsFor(allowedCommands(gated.writeups), 'backend');
});
afterAll(() => gated.close());

/** What the gate answers to whoever holds the key. The beats of a run go on meanwhile. */
const answer = (word: string): Promise<string> =>
  text(
    spawn('ssh', ['-F', config, '--', 'backend', word], {
      ...{ stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 },
    }).stdout,
  );

/** A documented step that runs as root until it is stopped. */
const captureOf = (): CommandRequest => {
  const found = orders.find(({ stop, command }) => stop !== '' && command.startsWith('sudo'));
  if (!found) throw new Error('expected a step that captures as root');
  const { id, command, stop, seconds } = found;
  return { id, command, stop, limits: { seconds, bytes: 65_536 } };
};
const capturing = async (): Promise<number> =>
  Number((await lab.exec('backend', ['pgrep', '-c', '-x', 'tcpdump'], { asRoot: true })).stdout);

it('no capture outlives its gate, however early it is cancelled', async () => {
  const capture = captureOf();
  for (const _ of [1, 2, 3]) {
    const channel = await transport.open('backend', new AbortController().signal);
    const ended = channel.run(capture, () => {});
    channel.cancel();
    expect((await ended).how).toBe('cancelled');
    expect(await capturing()).toBe(0);
  }
});

it('[T13] lets no more agents and masters live at a time than are bounded, and any again when those are killed', async () => {
  const many = await openSessions(config, join(gated.parent, 'many'), mostSessions + 4);
  // Two connections are counted as well, and up to two agents that the transport of this test keeps warm.
  expect(many.greeted).toBeLessThanOrEqual(mostSessions - 2);
  expect(many.greeted).toBeGreaterThanOrEqual(mostSessions - 4);
  await many.kill();
  // Nothing is left that would keep a later one out.
  await until(
    'another is let in',
    async () => (await answer('vantage-agent')).includes('vantage-agent 2 wsl20'),
    20_000,
  );
}, 90_000);

it('says its version, and lists and reaps what a run left behind', async () => {
  expect(await answer('vantage-gate version')).toBe(`vantage-gate ${versionOf(gateProgram(orders))}\n`);
  // A process of a run that is over: the run's own pid is no longer there, or is another's.
  const line = `sleep 99.${process.pid}`;
  for (const run of [4194300, 1])
    await lab.exec('backend', ['/bin/sh', '-c', `VANTAGE_RUN=${run} setsid ${line} >/dev/null 2>&1 &`]);
  const capture = captureOf();
  const listed = (word: string) => answer(`vantage-gate ${word}`);

  // What belongs to a session is listed, and not ended.
  const channel = await transport.open('backend', new AbortController().signal);
  let heard = '';
  const ended = channel.run(capture, (_stream, bytes) => {
    heard += Buffer.from(bytes).toString();
  });
  await until('it captures', () => heard.includes('listening'));
  const all = await listed('reap');
  expect(all).toMatch(/^session \d+ held vantage-master$/m);
  expect(all).toMatch(/^session \d+ held vantage-agent$/m);
  expect(all.match(new RegExp(`^run \\d+ left ${line} $`, 'gm'))).toHaveLength(2);
  expect(all).toContain(' held sudo -n ');
  expect(await capturing()).toBe(1);
  await until('the others are gone', async () => !(await listed('list')).includes(line));
  channel.cancel();
  await ended;

  // A capture whose run is gone: the login user may end it by its stop line only.
  await lab.exec('backend', [
    '/bin/sh',
    '-c',
    `setsid ${capture.command} >/dev/null 2>&1 </dev/null & until pgrep -x tcpdump >/dev/null; do :; done`,
  ]);
  expect(await listed('list')).toMatch(/^capture \d+ left sudo -n /m);
  await listed('reap');
  await until('it is gone', async () => (await capturing()) === 0);
});
