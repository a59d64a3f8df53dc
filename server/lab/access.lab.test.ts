/** The only way into the machines: ssh through the sockets, and the control socket. */

import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, ProgramResult } from './lab.ts';
import { run } from './machine/runProgram.ts';
import { testPlace, until } from './testing.ts';
import { startTestLab } from './testing-lab.ts';

const place = testPlace();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

test('[T37] a second lab shares no key, certificate or machine-id with the first', async () => {
  const other = testPlace();
  const second = await startTestLab({ directory: other.directory, log: () => {} });
  const secrets = async (one: Lab) => [
    readFileSync(`${one.directory}/id_ed25519`, 'utf8'),
    ...readFileSync(one.fleet.knownHosts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[2]),
    ...one.fleet.machines.map(({ machineId }) => machineId),
    (
      await one.exec('manager', [
        '/bin/sh',
        '-c',
        'openssl s_client -connect 172.16.168.20:8443 </dev/null 2>/dev/null | openssl x509 -fingerprint -sha256 -noout',
      ])
    ).stdout,
  ];
  const [here, there] = [await secrets(lab), await secrets(second)];
  await second.stop();
  other.remove();
  expect(here.length).toBe(8);
  expect(here.every((one) => one !== undefined && one.trim() !== '')).toBe(true);
  expect(there.filter((one) => here.includes(one))).toEqual([]);
});

describe('the way in', () => {
  /** The first value of an option counts, so `extra` comes first. */
  const arguments_ = (machine: string, extra: readonly string[]): string[] => {
    const options = {
      BatchMode: 'yes',
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      StrictHostKeyChecking: 'yes',
      User: 'autobot',
      UserKnownHostsFile: lab.fleet.knownHosts,
      HostKeyAlias: machine,
      ProxyCommand: `${process.execPath} ${import.meta.dirname}/../ssh/dialSocket.mjs ${lab.directory}/ssh-${machine}.sock`,
    };
    const pairs = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return ['-F', 'none', ...extra, '-i', `${lab.directory}/id_ed25519`, ...pairs, '--', machine];
  };
  const ssh = (machine: string, command: string, ...extra: string[]): Promise<ProgramResult> =>
    run(['ssh', ...arguments_(machine, extra), command]);

  test('ssh through the sockets reaches each machine, with pinned keys', async () => {
    expect(await ssh('manager', 'hostname')).toEqual({ exit: 0, stdout: 'vm19\n', stderr: '' });
    expect(await ssh('backend', 'hostname')).toEqual({ exit: 0, stdout: 'wsl20\n', stderr: '' });
    expect(await ssh('frontend', 'hostname')).toEqual({ exit: 0, stdout: 'vm21\n', stderr: '' });
  });

  test.each([
    ['another machine behind the name', ['-o', 'HostKeyAlias=manager'], 'Host key verification failed'],
    ['another user', ['-l', 'root'], 'Permission denied (publickey)'],
    ['a password', ['-o', 'PubkeyAuthentication=no'], 'Permission denied (publickey)'],
    ['a terminal', ['-tt'], 'PTY allocation request failed'],
    ['a forwarding', ['-R', '9999:127.0.0.1:22', '-o', 'ExitOnForwardFailure=yes'], 'forwarding failed'],
  ])('%s is refused', async (_, extra, found) => {
    expect((await ssh('backend', 'true', ...extra)).stderr).toContain(found);
  });

  test('one connection carries 40 sessions', async () => {
    const path = `${place.parent}/mux`;
    const master = spawn('ssh', ['-N', '-M', '-S', path, ...arguments_('backend', [])], { stdio: 'ignore' });
    await until('a connection to share', () => existsSync(path));
    const all = await Promise.all(
      Array.from({ length: 40 }, () =>
        run(['ssh', '-F', 'none', '-S', path, 'backend', 'sleep 1; echo done']),
      ),
    );
    master.kill();
    expect(all.filter((one) => one.stdout === 'done\n').length).toBe(40);
  });

  test('many bytes get through whole', async () => {
    const { stdout, exit } = await ssh('backend', 'head -c 6000000 /dev/zero | tr "\\0" x');
    expect([exit, stdout.length, new Set(stdout)]).toEqual([0, 6_000_000, new Set('x')]);
  });

  test('files for ssh and Ansible say the same as the fleet', () => {
    const inventory = readFileSync(`${lab.directory}/inventory.yaml`, 'utf8');
    for (const machine of lab.fleet.machines) {
      expect(inventory).toContain(`ansible_host: "${machine.address}"`);
      expect(inventory).toContain(`vantage_machine_id: "${machine.machineId}"`);
    }
  });

  test('a nonsense request on the control socket gets a sentence', async () => {
    const socket = createConnection(`${lab.directory}/control.sock`);
    socket.write('{"do":"exec","machine":"windows","argv":["id"]}\n');
    const said = await new Promise<string>((resolve) =>
      socket.once('data', (bytes) => resolve(String(bytes))),
    );
    expect(JSON.parse(said)).toEqual({
      ok: false,
      message: 'expected one of the machines manager, backend, frontend (or its address), found "windows"',
    });
    socket.destroy();
  });
});
