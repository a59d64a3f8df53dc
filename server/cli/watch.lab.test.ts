// `vantage watch` and the verbs of the lab against a real lab: what changed is told, once, and nothing stops it but Ctrl-C.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../lab/testing.ts';
import { openReading } from '../store/reading.ts';
import { type CommandBench, openCommandBench, type Started } from './command/testing.ts';

let bench: CommandBench;
beforeAll(async () => {
  bench = await openCommandBench();
});
afterAll(() => bench.close());

async function backAsDocumented({ child, ended }: Pick<Started, 'child' | 'ended'>): Promise<void> {
  child.kill('SIGINT');
  await ended;
  await bench.lab.setCondition('as-documented');
}

const rows = ['self-loopback', 'self-own-address'];
type Told = { readonly text: string; readonly source: string; readonly records: readonly string[] };

async function receiver() {
  const heard: Told[] = [];
  const server = createServer(async (request, answer) => {
    heard.push((await json(request)) as Told);
    answer.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

test('it says what it does, prints what it starts from, and tells of a change on standard output and to the webhook', async () => {
  const { address, heard } = await receiver();
  const data = bench.data();
  const kept = ['--record', '--data', data, '--webhook', address];
  const { child, out, err, ended } = bench.start('watch', ...rows, '--every', '1s', ...kept, ...bench.here);
  onTestFinished(() => backAsDocumented({ child, ended }));
  await until('the first turn is told', () => out().includes('the limitation of'), 20_000);
  expect(err().split('\n')[0]).toBe(
    `Runs self-loopback, self-own-address on the lab that is up, in as-documented, every 1 s until Ctrl-C; keeps every turn in ${data}; calls ${new URL(address).origin} when a row or the limitation status changes.`,
  );
  expect(out()).toMatch(/UTC {2}self-loopback: agrees \(Connection refused\)\n/);
  expect(heard).toEqual([]);

  await bench.lab.setCondition('healthy');
  // Not from where: a turn that the change of condition met is unclear, and told before.
  const gone = '→ no longer reproduces';
  await until('the webhook hears of it', () => heard.some(({ text }) => text.includes(gone)), 30_000);
  const told = heard.find(({ text }) => text.includes(gone));
  expect(told?.source).toBe('lab');
  expect(out()).toMatch(/UTC {2}self-loopback: .+ → differs \(connected, HTTP 200\)\n/);
  await until('the line is there', () => out().includes(gone));
  const calls = heard.length;

  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exit: 130 });
  // Turns without a change call nobody.
  expect(calls).toBeLessThanOrEqual(3);
  const store = openReading(data);
  try {
    expect((await store.sets.get(told?.records[0] ?? ''))?.members.map(({ check }) => check)).toEqual(rows);
    expect(await store.history.count({ check: 'self-loopback' })).toBeGreaterThan(1);
  } finally {
    store.close();
  }
  expect(bench.leftovers()).toEqual([]);
});

test('a webhook that cannot be reached is said, and watching goes on to its last turn, whose verdicts are the exit status', async () => {
  const { address } = await receiver();
  const closed = new URL(address);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closed.port = String((server.address() as AddressInfo).port);
  server.close();
  await once(server, 'close');
  const hook = ['--webhook', closed.href];
  const { child, out, err, ended } = bench.start(
    'watch',
    'self-loopback',
    '--every',
    '1s',
    ...hook,
    ...bench.here,
  );
  onTestFinished(() => backAsDocumented({ child, ended }));
  await until('the first turn is told', () => out().includes('self-loopback: agrees'), 20_000);
  await bench.lab.setCondition('healthy');
  await until(
    'it gives up',
    () => err().includes('could not be told (ECONNREFUSED; attempt 3). Watching goes on.'),
    40_000,
  );
  const before = out().length;
  await bench.lab.setCondition('as-documented');
  await until('it goes on', () => out().slice(before).includes('→ agrees (Connection refused)'), 30_000);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exit: 130 });

  const twice = await bench.run('watch', 'self-loopback', '--every', '1s', '--times', '2', ...bench.here);
  expect(twice).toMatchObject({ exit: 0 });
  expect(twice.stdout.trim().split('\n')).toHaveLength(1);
});

test('conditions, condition and condition apply are those of the lab', async () => {
  const elsewhere = ['--directory', bench.lab.directory];
  expect((await bench.run('conditions')).stdout).toContain('fix-nginx-socket');
  const applied = await bench.run('condition', 'apply', 'port-not-reserved', 'fix-local-rule', ...elsewhere);
  expect(applied.stdout).toMatch(/The lab is in port-not-reserved\+fix-local-rule after /);
  expect((await bench.run('condition', ...elsewhere)).stdout).toMatch(/^port-not-reserved\+fix-local-rule\n/);
  const wrong = await bench.run('condition', 'apply', 'healthy', 'fix-nat', ...elsewhere);
  expect(wrong).toMatchObject({ exit: 3, stderr: expect.stringContaining('for which it is not meant') });
  await bench.lab.setCondition('as-documented');
});

test('diagnose names the condition that a lab is in, and says what the writeup itself contradicts', async () => {
  const seen = await bench.run('diagnose', '--condition', 'input-firewall-drop');
  expect(seen).toMatchObject({ exit: 0 });
  expect(seen.stdout.split('\n')[0]).toContain('input-firewall-drop');
  expect((await bench.run('diagnose', '--documented')).stdout).toContain('tcpdump-any');
}, 120_000);
