/** A lab is what its description says: one of a client, a router and a server, beside the lab of another writeup. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultDirectory } from './directory.ts';
import { type Lab, LabError, startLab } from './lab.ts';
import { hostState } from './testing.ts';
import { startTestLab } from './testing-lab.ts';
import { routedLab } from './testing-routed.ts';

const parent = mkdtempSync('/tmp/v2-');
const { XDG_RUNTIME_DIR: before } = process.env;
const host = hostState();
let first: Lab;
let second: Lab;

const startSecond = async (): Promise<Lab> =>
  startLab({ lab: await routedLab(join(parent, 'content')), log: () => {} });

beforeAll(async () => {
  mkdirSync(join(parent, 'run'));
  process.env['XDG_RUNTIME_DIR'] = join(parent, 'run');
  [first, second] = await Promise.all([startTestLab({ log: () => {} }), startSecond()]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(parent, { recursive: true });
});

const web = 'curl -sS --max-time 3 http://10.2.0.2:8080/'.split(' ');

test('each is in a directory of its writeup, and says whose it is', async () => {
  expect(second.directory).toBe(defaultDirectory('routed'));
  expect(readdirSync(dirname(second.directory)).sort()).toEqual(['routed', 'wsl2-mirrored-networking']);
  expect([(await first.status()).name, (await second.status()).name]).toEqual([
    'wsl2-mirrored-networking',
    'routed',
  ]);
  expect(second.fleet.machines.map(({ role, user }) => `${user}@${role}`)).toEqual([
    'reader@client',
    'reader@router',
    'reader@server',
  ]);
  expect(hostState()).toEqual(host);
});

test('machines, users, routes and services are those of the description', async () => {
  expect((await second.exec('client', ['id', '-un'])).stdout).toBe('reader\n');
  expect((await second.exec('client', web)).stdout).toBe('hello');
  expect((await second.status()).services).toEqual({ web: { state: 'up', at: '0.0.0.0:8080' } });
  await expect(second.exec('backend', ['true'])).rejects.toThrow(
    'expected one of the machines client, router, server',
  );
  await expect(second.service('nginx', 'stop')).rejects.toThrow('expected a service (web), found "nginx"');
});

test('a condition of one changes nothing in the other', async () => {
  await second.setCondition('closed');
  expect((await second.exec('client', web)).exit).toBe(7);
  expect((await first.status()).condition).toBe('as-documented');
  await first.setCondition('healthy');
  expect((await second.status()).condition).toBe('closed');
  await expect(second.setCondition('healthy')).rejects.toThrow(
    'expected one of base, as-documented, closed, broken',
  );
});

test('a machine that is down is off its switch, and comes back with its service', async () => {
  await second.setCondition('as-documented');
  await second.machineDown('client');
  expect((await second.exec('router', 'ping -c 1 -W 1 10.1.0.2'.split(' '))).exit).toBe(1);
  await second.machineUp('client');
  await second.machineDown('server');
  expect((await second.status()).services['web']?.state).toBe('down');
  await second.machineUp('server');
  expect((await second.exec('client', web)).stdout).toBe('hello');
});

test('a service that does not start is a sentence, and the lab is in its base', async () => {
  await expect(second.setCondition('broken')).rejects.toThrow(
    /expected to apply broken, found: expected service web to listen on 0\.0\.0\.0:8080, but it ended: (.|\n)*nothing to say(.|\n)* The lab is back in its base/,
  );
  expect((await second.status()).condition).toBe('base');
  expect((await second.exec('client', web)).stdout).toBe('hello');
});

test('a lab whose service does not start leaves nothing behind', async () => {
  const other = join(parent, 'other');
  const described = await routedLab(join(parent, 'content'));
  const service = described.services['web'];
  if (service === undefined) throw new Error('expected a service, found none');
  const lab = { ...described, services: { web: { ...service, arguments: { say: '' } } } };
  const starting = startLab({ lab, directory: other, log: () => {} });
  await expect(starting).rejects.toThrow(LabError);
  await expect(starting).rejects.toThrow('nothing to say');
  expect(readdirSync(parent)).not.toContain('other');
  expect(hostState()).toEqual(host);
});
