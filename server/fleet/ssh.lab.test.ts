/** The second net: hostile values, given past the reader to the real ssh in a network of its own, start no program. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sshConfig } from '../reach/sshConfig.ts';
import type { Fleet, Machine } from './fleet.ts';

const place = mkdtempSync('/tmp/vantage-net-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const MARK = join(place, 'mark');

const machine: Machine = {
  name: 'vm20',
  role: 'backend',
  address: '127.0.0.1',
  port: 22,
  user: 'autobot',
  keyFile: '/nowhere/k',
};
const fleet = (change: Partial<Machine>): Fleet => ({
  ...{ name: 'hostile', provenance: 'live', knownHosts: '/dev/null' },
  machines: [{ ...machine, ...change }],
});

/** As `sshPlace` starts it, but without a network that leads anywhere. */
function ssh(config: string, host: string): void {
  const file = join(place, 'config');
  writeFileSync(file, config, { mode: 0o600 });
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const argv = ['unshare', ...asRoot, '--net', 'ssh', '-F', file, '-T', '--', host, 'true'];
  const ran = spawnSync(argv[0] ?? '', argv.slice(1), {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: place },
    cwd: place,
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(ran.status).not.toBe(0);
}

const values = [
  `-oProxyCommand=touch ${MARK}`,
  `-oProxyCommand=touch\${IFS}${MARK}`,
  `-F${MARK}`,
  `x;touch ${MARK}`,
  `$(touch ${MARK})`,
  `\`touch ${MARK}\``,
  `a|touch ${MARK}`,
  `%h'$(touch ${MARK})'`,
  `user@x -oProxyCommand=touch`,
  'ssh://x -oProxyCommand=touch',
];

describe('real ssh starts nothing for', () => {
  it.each(values)('the address %s', (address) => {
    ssh(
      sshConfig(fleet({ address }), () => join(place, 'c')),
      'vm20',
    );
    expect(existsSync(MARK)).toBe(false);
  });
  it.each(values)('the name %s', (name) => {
    ssh(
      sshConfig(fleet({}), () => join(place, 'c')),
      name,
    );
    expect(existsSync(MARK)).toBe(false);
  });
  it.each(values)('the user %s', (user) => {
    ssh(
      sshConfig(fleet({ user }), () => join(place, 'c')),
      'vm20',
    );
    expect(existsSync(MARK)).toBe(false);
  });
  it.each([`/k$(touch ${MARK})`, `/k;touch ${MARK}`, '/k%h%u'])('the key file %s', (keyFile) => {
    ssh(
      sshConfig(fleet({ keyFile }), () => join(place, 'c')),
      'vm20',
    );
    expect(existsSync(MARK)).toBe(false);
  });

  it('this test could fail: without `--` before the host, the first of them is obeyed', () => {
    const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    spawnSync(
      'unshare',
      [...asRoot, '--net', 'ssh', '-F', '/dev/null', `-oProxyCommand=touch ${MARK}`, 'x'],
      { timeout: 20_000 },
    );
    expect(existsSync(MARK)).toBe(true);
    rmSync(MARK);
  });

  it('leaves nothing beside its configuration', () => {
    expect(readdirSync(place)).toEqual(['config']);
  });
});
