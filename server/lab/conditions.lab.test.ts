/** A condition that fails, is interrupted or was changed from outside leads back to the base. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, ProgramResult } from './lab.ts';
import {
  alive,
  family,
  firstProcess,
  hostState,
  networksOf,
  networkState,
  testPlace,
  until,
  killAtOnce,
} from './testing.ts';
import { startTestLab } from './testing-lab.ts';

const place = testPlace();
let lab: Lab;
let base: string[];

const state = async (): Promise<string[]> => networkState(networksOf(await lab.status()));
const sh = (machine: 'manager' | 'backend' | 'frontend', line: string): Promise<ProgramResult> =>
  lab.exec(machine, ['/bin/sh', '-c', line]);
const answer = async (machine: 'manager' | 'backend' | 'frontend', url: string): Promise<string> =>
  (
    await sh(machine, `curl -sk --noproxy '*' --max-time 3 -o /dev/null -w %{http_code} ${url}; echo " $?"`)
  ).stdout.trim();
const own = 'https://127.0.0.1:8443/api/health';
const lan = 'https://172.16.168.20:8443/api/health';

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {}, condition: 'base' });
  base = await state();
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

describe('faults', () => {
  test('an apply that fails says so, and the lab is in its base', async () => {
    // The same rule is there already, so adding it fails.
    await lab.exec('backend', 'ip rule add pref 0 to 127.0.0.0/8 lookup local'.split(' '), { asRoot: true });
    await expect(lab.setCondition('port-not-reserved', 'fix-local-rule')).rejects.toThrow(
      /expected to apply port-not-reserved\+fix-local-rule, found: .*File exists(.|\n)* The lab is back in its base; try again/,
    );
    expect((await lab.status()).condition).toBe('base');
    expect(await state()).toEqual(base);
    await lab.setCondition('port-not-reserved', 'fix-local-rule');
    await lab.setCondition('base');
  });

  test('a condition that was tampered with is taken back all the same', async () => {
    await lab.setCondition('port-not-reserved', 'fix-nat');
    await lab.exec('backend', 'ip route del default'.split(' '), { asRoot: true });
    await lab.setCondition('base');
    expect(await state()).toEqual(base);
  });

  test('of two at once, one comes after the other', async () => {
    await Promise.all([
      lab.setCondition('port-not-reserved', 'fix-nat-port-proxy'),
      lab.setCondition('port-not-reserved', 'fix-nginx-socket'),
    ]);
    const { condition } = await lab.status();
    expect(['port-not-reserved+fix-nat-port-proxy', 'port-not-reserved+fix-nginx-socket']).toContain(
      condition,
    );
    expect(await answer('backend', own)).toBe('200 0');
    await lab.setCondition('base');
    expect(await state()).toEqual(base);
  });

  test('without nginx only the conditions with nginx are refused, before anything changes', async () => {
    await lab.setCondition('healthy');
    const asRoot = { asRoot: true };
    await lab.exec('backend', 'mount --bind /dev/null /usr/sbin/nginx'.split(' '), asRoot);
    try {
      await expect(lab.setCondition('port-not-reserved', 'fix-nginx-socket')).rejects.toThrow(
        'apt-get install -y --no-install-recommends nginx-light. The lab stays in its condition',
      );
      expect((await lab.status()).condition).toBe('healthy');
      await lab.setCondition('port-not-reserved', 'fix-nat');
    } finally {
      await lab.exec('backend', 'umount /usr/sbin/nginx'.split(' '), asRoot);
      await lab.setCondition('base');
    }
  });

  test('the service of the stand-in Windows host that was killed is there again with the next condition', async () => {
    const service = 'http://127.0.0.1:7777/';
    await lab.setCondition('healthy');
    expect(await answer('backend', service)).toBe('200 0');
    const pids = family(firstProcess(await lab.status()));
    const host = pids.filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'windowsHost\n');
    expect(host.length).toBe(1);
    for (const pid of host) killAtOnce(pid);
    await until('it is gone', async () => (await answer('backend', service)) === '000 7');
    await lab.setCondition('port-not-reserved', 'fix-nat-port-proxy');
    expect(await answer('manager', lan)).toBe('200 0');
    await lab.setCondition('base');
    expect(await answer('backend', service)).toBe('200 0');
  });

  test('nginx that was killed does not keep the lab from the next condition', async () => {
    await lab.setCondition('port-not-reserved', 'fix-nginx-socket');
    await lab.exec('backend', ['pkill', '-KILL', '-x', 'nginx'], { asRoot: true });
    await lab.setCondition('port-not-reserved', 'fix-nginx-loopback');
    expect(await answer('manager', lan)).toBe('502 0');
    await lab.setCondition('base');
    expect(await answer('manager', lan)).toBe('200 0');
  });

  test('a machine that restarts comes back into the condition that is on', async () => {
    await lab.setCondition('port-not-reserved', 'fix-nginx-socket');
    await lab.machineDown('backend');
    await lab.machineUp('backend');
    expect(await answer('manager', lan)).toBe('200 0');
    await lab.setCondition('port-not-reserved', 'fix-nat-port-proxy');
    await lab.machineDown('backend');
    await lab.machineUp('backend');
    expect(await answer('manager', lan)).toBe('200 0');
    await lab.setCondition('base');
    expect(await state()).toEqual(base);
  });

  test('kill -9 of the lab in the middle of an apply leaves nothing, and the next lab starts afresh', async () => {
    const other = testPlace();
    const before = hostState();
    const first = await startTestLab({ directory: other.directory, log: () => {} });
    const pid = firstProcess(await first.status());
    const pids = family(pid);
    const putting = first.setCondition('port-not-reserved', 'fix-nat');
    killAtOnce(pid);
    await expect(putting).rejects.toThrow();
    await first.ended;
    expect(await first.conditionNow()).toBe('');
    await until('every process of the lab has ended', () => !pids.some(alive));
    expect(hostState()).toEqual(before);
    const second = await startTestLab({ directory: other.directory, log: () => {} });
    expect((await second.status()).condition).toBe('as-documented');
    await second.stop();
    other.remove();
  });

  test('who has joined a detached lab hears of a condition that somebody else puts on: of the base first, before anything changes', async () => {
    const other = testPlace();
    const first = await startTestLab({ directory: other.directory, mode: 'detached', log: () => {} });
    const second = await startTestLab({ directory: other.directory, log: () => {} });
    const heard: string[] = [];
    second.onCondition((condition) => heard.push(condition));
    const putting = first.setCondition('healthy');
    await expect.poll(second.conditionNow, { interval: 2 }).toBe('base');
    expect(heard).toEqual([]);
    await putting;
    await expect.poll(second.conditionNow).toBe('healthy');
    expect(heard).toEqual(['healthy']);
    await second.setCondition('as-documented');
    expect(await second.conditionNow()).toBe('as-documented');
    await expect.poll(first.conditionNow).toBe('as-documented');
    await second.stop();
    await first.stop();
    other.remove();
  });
});
