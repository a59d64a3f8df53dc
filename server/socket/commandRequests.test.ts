/** Whatever a page says, what reaches a machine is a command of the table: asked of a reach that only writes down what it is given. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Channel, CommandRequest, Transport } from '../agent/contract.ts';
import { remove, type TestServer, testServer } from './testing.ts';

const orders: CommandRequest[] = [];
const nothing = { bytes: 0, sha256: createHash('sha256').digest('hex') };
const recording: Transport = {
  open: () =>
    Promise.resolve({
      identity: { hostName: 'h', machineId: 'm', kernel: 'k', user: 'u', hostKey: '', gate: '' },
      run(order) {
        orders.push(order);
        return Promise.resolve({ how: 'complete', exit: 0, stdout: nothing, stderr: nothing });
      },
      stop() {},
      cancel() {},
      close() {},
    } satisfies Channel),
  warm() {},
  prepare() {},
  close: () => Promise.resolve(),
};

const table = new Map([
  ['route-lookup', 'ip route get 127.0.0.1'],
  ['constructor', 'echo a check may be called like this'],
  ['ss-listen', 'ss -tlnp'],
]);
let server: TestServer;
beforeAll(async () => {
  const checks = [...table].map(([id, command]) => checkOf(id, [onceStep('s', command)]));
  server = await testServer(checks, undefined, false, undefined, recording);
});
afterAll(async () => {
  await server.close();
  remove(server.directory);
});

/** Says it, as a page that watches, and resolves with what came of it: the answer, or the code that ended the connection. */
async function ask(message: object | string): Promise<string> {
  const page = await server.connect();
  page.send({ type: 'watch', writeup: 'w' });
  await page.next('welcome');
  page.send(message);
  // The same order is kept, so this is answered after the other, if the connection still stands.
  page.send({ type: 'follow', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', from: 0 });
  const outcome = await Promise.race([
    page.next('unknown-run').then(
      () => page.heard.find(({ type }) => type === 'refused' || type === 'accepted')?.type ?? 'nothing',
      () => 'closed',
    ),
    page.closed.then(String),
  ]);
  page.drop();
  return outcome === 'closed' ? String(await page.closed) : outcome;
}
const asked = (check: unknown) => ({ type: 'run', key: 'click-00000001', checks: [check] });
const onlyTable = () => {
  for (const { id, command, input, stop } of orders) {
    expect(command).toBe(table.get(id.split('/')[0] ?? ''));
    expect([input, stop]).toEqual([undefined, undefined]);
  }
};

describe('[T18] a name that is none of the table', () => {
  it.each([
    ['well formed', 'refused', 'route-lookups'],
    ['a prefix', 'refused', 'route'],
    ['of every object, in small letters', 'refused', 'valueof'],
    ['__proto__', '4400', '__proto__'],
    ['toString', '4400', 'toString'],
    ['hasOwnProperty', '4400', 'hasOwnProperty'],
    ['a path', '4400', '../x'],
    ['a path, written otherwise', '4400', '%2e%2e%2fx'],
    ['look-alike letters', '4400', 'r\u043eute-lookup'],
    ['a wide letter', '4400', '\uff52oute-lookup'],
    ['a joined accent', '4400', 'route-lookup\u0301'],
    ['an invisible letter', '4400', 'route\u200b-lookup'],
    ['capitals', '4400', 'Route-Lookup'],
    ['a blank at the end', '4400', 'route-lookup '],
    ['a line end', '4400', 'route-lookup\n'],
    ['a NUL', '4400', 'route-lookup\u0000'],
    ['a command behind it', '4400', 'route-lookup; id'],
    ['a substitution', '4400', '$(id)'],
    ['an option', '4400', '-oProxyCommand=id'],
    ['empty', '4400', ''],
    ['1 MB', '1009', 'a'.repeat(1_000_000)],
    ['10 KB', '4400', 'a'.repeat(10_000)],
    ['a number', '4400', 1e3],
    ['a list', '4400', ['route-lookup']],
    ['an object', '4400', { id: 'route-lookup', command: 'id' }],
  ])('%s is answered by %s, and nothing is run', async (_, answer, name) => {
    const before = orders.length;
    expect(await ask(asked(name))).toBe(answer);
    expect(orders.length).toBe(before);
  });
  it('beside one that is in it keeps that from being run as well', async () => {
    const before = orders.length;
    expect(await ask({ ...asked('ss-listen'), checks: ['ss-listen', 'valueof'] })).toBe('refused');
    expect(orders.length).toBe(before);
  });
});

it('[T18] for any JSON, what a machine is asked is in the table', async () => {
  let state = 18;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const one = <Of>(list: readonly Of[]): Of => {
    const picked = list[roll(list.length)];
    if (picked === undefined) throw new Error('expected a list with something in it');
    return picked;
  };
  const words = [...table.keys(), 'id', '../x', '__proto__', 'run', 'watch', '$(id)', '-x', '', 'w', 'a\nb'];
  const value = (depth: number): unknown => {
    const kind = roll(depth > 2 ? 5 : 8);
    if (kind < 3) return one(words);
    if (kind === 3) return one([0, -1, 1e9, 0.5, true, false, null]);
    if (kind === 4) return [];
    if (kind < 7) return Array.from({ length: 1 + roll(3) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: 1 + roll(3) }, () => [one(words), value(depth + 1)]));
  };
  const extra = [
    'command',
    'argv',
    'input',
    'stop',
    'host',
    'vantage',
    'steps',
    'limits',
    'env',
    'cwd',
    '__proto__',
  ];
  let accepted = 0;
  for (let round = 0; round < 250; round += 1) {
    const message: Record<string, unknown> = {
      type: 'run',
      key: `click-${String(round).padStart(8, '0')}`,
      checks: [one([...table.keys()])],
    };
    for (let changes = roll(3); changes > 0; changes -= 1)
      message[one(['type', 'key', 'checks', 'checks', ...extra])] = value(0);
    if ((await ask(roll(12) === 0 ? JSON.stringify(value(0)) : message)) === 'accepted') accepted += 1;
  }
  // Otherwise it would be a test of refusals only.
  expect(accepted).toBeGreaterThan(50);
  // Fewer than were accepted: who asks for what is on its way joins it.
  await expect.poll(() => orders.length).toBeGreaterThan(20);
  onlyTable();
}, 60_000);
