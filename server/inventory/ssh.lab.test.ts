/** The second net: hostile values, given past the reader to the real ssh in a network of its own, start no program. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sshConfig } from '../ssh/sshConfig.ts';
import type { Fleet, Machine } from '../fleet/fleet.ts';

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
  ...{ name: 'hostile', source: 'live', knownHosts: '/dev/null' },
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
  'a b',
  `a\nProxyCommand touch ${MARK}`,
  `a\r\nProxyCommand touch ${MARK}`,
  `a\u0000\nProxyCommand touch ${MARK}`,
  `a" ProxyCommand "touch ${MARK}`,
  '[::1]',
  'host%h',
  `%h;touch ${MARK}`,
  `${'a'.repeat(10_000)}`,
];

/** Refused before there is a configuration, or taken to the real ssh. */
function tried(change: Partial<Machine>, host = 'vm20'): void {
  let config: string;
  try {
    config = sshConfig(fleet(change), () => join(place, 'c'));
  } catch (error) {
    expect((error as Error).message).toMatch(/may not hold/);
    return;
  }
  ssh(config, host);
}

describe('real ssh starts nothing for', () => {
  it.each(values)('[T19] the address %.80s', (address) => {
    tried({ address });
    expect(existsSync(MARK)).toBe(false);
  });
  it.each(values)('[T19] the name %.80s', (name) => {
    // As a word of ssh's own line, where no word can hold a NUL, and as the name of a machine in the configuration.
    if (!name.includes('\0')) tried({}, name);
    tried({ name });
    expect(existsSync(MARK)).toBe(false);
  });
  it.each(values)('[T19] the user %.80s', (user) => {
    tried({ user });
    expect(existsSync(MARK)).toBe(false);
  });
  it.each([`/k$(touch ${MARK})`, `/k;touch ${MARK}`, '/k%h%u'])('the key file %s', (keyFile) => {
    tried({ keyFile });
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
