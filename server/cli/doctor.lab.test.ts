// `vantage doctor` as a command: exit status, what goes where, and an inventory of several files with a mapping of roles.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../doctor/report.ts';
import { type CommandBench, openCommandBench } from './command/testing.ts';

let bench: CommandBench;
const place = mkdtempSync('/tmp/vd-');
beforeAll(async () => {
  bench = await openCommandBench();
});
afterAll(async () => {
  await bench.close();
  rmSync(place, { recursive: true, force: true });
});

describe('vantage doctor', () => {
  test('exits 0 when nothing has to be mended; the report is alone on standard output', async () => {
    const { exit, stdout, stderr } = await bench.run('doctor', '--format', 'json', ...bench.here);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'Probing the lab that is up, in as-documented.\n' });
    const report = JSON.parse(stdout) as Report;
    expect(report.machines.map(({ name }) => name)).toEqual(['manager', 'backend', 'frontend']);
    expect(bench.leftovers()).toEqual([]);
  });

  test('exits 1 when a machine is down, and names it', async () => {
    await bench.lab.machineDown('frontend');
    const { exit, stdout } = await bench.run('doctor', ...bench.here);
    await bench.lab.machineUp('frontend');
    expect(exit).toBe(1);
    expect(stdout).toMatch(
      /frontend {2}frontend at 172\.16\.168\.21\n {2}FAIL {2}unreachable .*\n {8}remedy: /,
    );
  });

  test('takes several inventories in their order, and the mapping of roles', async () => {
    const lines = readFileSync(join(bench.lab.directory, 'inventory.yaml'), 'utf8');
    const first = join(place, 'first.yaml');
    // The groups get other names, so that only the mapping can tell who plays what.
    writeFileSync(
      first,
      lines
        .replace(/^ {4}(manager|backend|frontend):$/gm, '    group_$1:')
        .replace('all:\n', `all:\n  vars: { vantage_known_hosts: ${bench.lab.fleet.knownHosts} }\n`),
    );
    const second = join(place, 'second.ini');
    writeFileSync(second, '[group_frontend]\nfrontend vantage_role=frontend\n');
    writeFileSync(join(place, 'vantage.yaml'), 'roles:\n  manager: group_manager\n');
    const args = [
      'doctor',
      '--format',
      'json',
      '--fleet',
      first,
      '--fleet',
      second,
      '--roles',
      'backend=group_backend',
    ];
    const { exit, stdout, stderr } = await bench.run(...args);
    expect({ exit, stderr }).toEqual({
      exit: 0,
      stderr: expect.stringContaining('manager, backend, frontend'),
    });
    expect((JSON.parse(stdout) as Report).machines.map(({ role }) => role)).toEqual([
      'manager',
      'backend',
      'frontend',
    ]);
  });

  test('exits 3 with every fault when the inventory has some, and reaches nobody', async () => {
    const file = join(place, 'bad.yml');
    writeFileSync(
      file,
      'backend:\n  hosts:\n    vm20:\n      ansible_host: "-oProxyCommand=touch x"\n      ansible_user: "{{ u }}"\n',
    );
    const { exit, stdout, stderr } = await bench.run('doctor', '--fleet', file);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
    expect(stderr).toContain(
      `${file}:4: expected ansible_host to be an IPv4 or IPv6 address, or a host name, found "-oProxyCommand=touch x"`,
    );
    expect(stderr).toMatch(
      /bad\.yml:5: expected ansible_user .*, found a template with a variable that is not there/,
    );
  });
});
