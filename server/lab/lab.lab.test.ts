/** The documented rows, by plain commands as the login user, and what must hold around them. The way in is left to `access.lab.test.ts`, faults to `faults.lab.test.ts`. */

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab, ProgramResult } from './lab.ts';
import { testPlace } from './testing.ts';
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

const sh = (machine: 'manager' | 'backend' | 'frontend', line: string): Promise<ProgramResult> =>
  lab.exec(machine, ['/bin/sh', '-c', line]);
const curl = (url: string): string =>
  `curl -sk --noproxy '*' --max-time 5 -o /dev/null -w '%{http_code} %{num_connects}' ${url}`;

/** A real capture as the login user takes it: `during` happens when tcpdump says that it listens, then the command for ending it. */
async function capture(
  card: 'lo' | 'any',
  during: string,
): Promise<ProgramResult & { readonly caught: readonly string[] }> {
  const tcpdump = `/usr/bin/tcpdump --immediate-mode -s 256 -i ${card} -nn -l port 8443`;
  const end = `sudo -n /usr/bin/pkill -INT -f -x ${tcpdump.replaceAll(' ', '.')} || echo "not ended" >&2`;
  const ran = await sh(
    'backend',
    `mkfifo /tmp/said.$$
    sudo -n /usr/bin/timeout -s INT -k 1 9 ${tcpdump} 2>/tmp/said.$$ &
    while read -r line; do
      echo "$line" >&2
      case $line in listening*) { ${during}; } >/dev/null; ${end} ;; esac
    done </tmp/said.$$
    rm /tmp/said.$$`,
  );
  expect(ran.stderr).not.toContain('not ended');
  expect(ran.stderr).toMatch(/^\d+ packets? captured$/m);
  return { ...ran, caught: ran.stdout.split('\n').filter((line) => line !== '') };
}

const canary = (address: string): string =>
  `python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"canary", ("${address}", 8443))'`;

describe('as-documented', () => {
  test('the service listens on every address with the documented backlog', async () => {
    const { stdout } = await sh('backend', 'ss -tlnp');
    expect(stdout).toMatch(/^LISTEN +0 +2048 +0\.0\.0\.0:8443 /m);
  });

  test('the kernel routes 127.0.0.1 out of the guest', async () => {
    const { stdout } = await sh('backend', 'ip route get 127.0.0.1');
    expect(stdout.split('\n')[0]?.trim()).toBe(
      '127.0.0.1 via 169.254.73.152 dev loopback0 table 127 src 127.0.0.1 uid 1000',
    );
  });

  test('the guest has the rules, tables and neighbour of mirrored mode', async () => {
    const both = (pref: string, what: string, then: string): string[] =>
      ['tcp', 'udp'].map((protocol) => `${pref}:\tfrom all ${what}ipproto ${protocol} lookup ${then}`);
    expect((await sh('backend', 'ip rule')).stdout.trim().split('\n')).toEqual([
      ...both('0', 'iif loopback0 ', 'local'),
      ...both('0', 'iif eth2 ', 'local'),
      ...both('1', '', '127'),
      ...both('1', '', '128'),
      '2:\tfrom all lookup local',
      '32766:\tfrom all lookup main',
      '32767:\tfrom all lookup default',
    ]);
    const table = await sh('backend', 'ip route show table 127');
    expect(table.stdout.trim()).toBe(
      '127.0.0.1 via 169.254.73.152 dev loopback0 proto kernel src 127.0.0.1 onlink',
    );
    expect((await sh('backend', 'ip route show table 128')).stdout).toBe('');
    expect((await sh('backend', 'ip neigh')).stdout).toContain(
      '169.254.73.152 dev loopback0 lladdr 00:11:22:33:44:55 PERMANENT',
    );
    expect((await sh('backend', 'ip -4 addr show dev loopback0')).stdout).toBe('');
  });

  test.each(['127.0.0.1', '172.16.168.20'])('from .20, %s:8443 is refused at once', async (address) => {
    const began = performance.now();
    const ran = await sh(
      'backend',
      `curl -sS -k --noproxy '*' --max-time 5 https://${address}:8443/api/health`,
    );
    expect(ran).toMatchObject({ exit: 7, stdout: '' });
    expect(ran.stderr).toContain(`Failed to connect to ${address} port 8443`);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test.each(['manager', 'frontend'] as const)('from %s the service answers 200 over TLS', async (machine) => {
    expect(await sh(machine, curl('https://172.16.168.20:8443/api/health'))).toMatchObject({
      exit: 0,
      stdout: '200 1',
    });
  });

  test.each(['lo', 'any'] as const)(
    'a capture on %s sees the canary and nothing of the attempt',
    async (card) => {
      const attempt = ['127.0.0.1', '172.16.168.20']
        .map((address) => `curl -sk --noproxy '*' https://${address}:8443/`)
        .join('; ');
      const seen = await capture(card, `${canary('127.0.0.2')}; ${attempt}; ${canary('127.0.0.2')}`);
      expect(seen.stderr).toMatch(/^0 packets dropped by kernel$/m);
      expect(seen.caught.length).toBeGreaterThanOrEqual(2);
      expect(seen.caught.every((line) => line.includes('UDP'))).toBe(true);
      expect(seen.caught.every((line) => line.includes('127.0.0.2.8443'))).toBe(true);
    },
  );

  test('a datagram to 127.0.0.1 leaves by loopback0, where a capture on lo does not see it', async () => {
    expect((await capture('lo', canary('127.0.0.1'))).caught).toEqual([]);
    expect((await capture('any', canary('127.0.0.1'))).caught.join('\n')).toMatch(
      /loopback0 Out IP 127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.8443: UDP/,
    );
  });

  test('ping works everywhere, which proves nothing', async () => {
    for (const address of ['127.0.0.1', '172.16.168.20', '172.16.168.19', '172.16.168.21']) {
      expect((await sh('backend', `ping -c 1 -W 2 ${address}`)).exit).toBe(0);
    }
  });
});

describe('the machines', () => {
  test('each is a machine of its own', async () => {
    for (const [machine, host] of [
      ['manager', 'vm19'],
      ['backend', 'wsl20'],
      ['frontend', 'vm21'],
    ] as const) {
      const said = (
        await sh(
          machine,
          'hostname; cat /etc/machine-id; id -un; ls -d /work /root/* /home/* 2>/dev/null; touch /usr/x /home/autobot/x /etc/x 2>/dev/null || echo unwritable',
        )
      ).stdout
        .trim()
        .split('\n');
      const known = lab.fleet.machines.find((one) => one.name === machine);
      expect(said).toEqual([host, known?.machineId, 'autobot', '/home/autobot', 'unwritable']);
    }
  });

  test('the login user may run as root what is listed, and nothing else', async () => {
    const capturing = '/usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443';
    for (const line of [
      '/usr/bin/id',
      capturing,
      `/usr/bin/timeout -s INT -k 1 9 ${capturing} -w /tmp/x`,
      '/usr/bin/timeout -s INT -k 1 90 /usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443',
    ]) {
      expect(await sh('backend', `sudo -n ${line}`)).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining('password is required'),
      });
    }
  });

  test('no setuid program of the host works inside', async () => {
    const { stdout } = await lab.exec('backend', ['findmnt', '-no', 'VFS-OPTIONS', '/usr'], { asRoot: true });
    expect(stdout).toMatch(/^ro,nosuid/);
  });

  test('nothing leads out: no default route, and the addresses of this machine do not answer', async () => {
    for (const machine of ['manager', 'backend', 'frontend'] as const) {
      expect((await sh(machine, 'ip route show default')).stdout).toBe('');
      expect((await sh(machine, 'ping -c 1 -W 1 198.51.100.1')).exit).not.toBe(0);
    }
    const own =
      execFileSync('ip', ['-4', '-br', 'addr'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
    for (const address of own.filter((one) => !one.startsWith('127.') && !one.startsWith('172.16.168.'))) {
      expect((await sh('manager', `ping -c 1 -W 1 ${address}`)).exit, address).not.toBe(0);
    }
  });
});

describe('other states', () => {
  test('healthy: .20 reaches itself by way of loopback0, and back again is as before', async () => {
    await lab.setCondition('healthy');
    expect((await lab.status()).condition).toBe('healthy');
    expect((await sh('backend', curl('https://127.0.0.1:8443/api/health'))).stdout).toBe('200 1');
    const seen = await capture('any', curl('https://127.0.0.1:8443/api/health'));
    expect(seen.stdout).toMatch(/loopback0 Out IP 127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.8443: Flags \[S\]/);
    expect(seen.stdout).toMatch(/loopback0 In +IP 127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.8443: Flags \[S\]/);
    await lab.setCondition('base');
    expect((await sh('backend', curl('https://127.0.0.1:8443/'))).exit).toBe(7);
    expect((await capture('any', curl('https://127.0.0.1:8443/'))).stdout).toMatch(
      /loopback0 In +IP 127\.0\.0\.1\.8443 > .*Flags \[R\.\]/,
    );
    expect((await sh('backend', curl('https://172.16.168.20:8443/api/health'))).exit).toBe(0);
    await lab.setCondition('as-documented');
    expect((await sh('backend', curl('https://172.16.168.20:8443/'))).exit).toBe(7);
  });

  test('an unknown condition is refused with the names of those there are', async () => {
    await expect(lab.setCondition('sunny')).rejects.toThrow('found condition "sunny"');
  });

  test('the backend stops, starts and moves', async () => {
    await lab.service('backend', 'stop');
    expect((await lab.status()).services['backend']).toEqual({ state: 'down', why: 'it was told to stop' });
    expect((await sh('manager', curl('https://172.16.168.20:8443/'))).exit).toBe(7);
    await lab.service('backend', { port: 9443 });
    expect((await sh('manager', curl('https://172.16.168.20:9443/api/health'))).stdout).toBe('200 1');
    await lab.service('backend', 'stop');
    await lab.service('backend', 'start');
    expect((await sh('manager', curl('https://172.16.168.20:8443/api/health'))).stdout).toBe('200 1');
  });
});
