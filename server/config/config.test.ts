/** What an operator may say and where, and what is said back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingRows, tableOf } from '../cli/config.ts';
import { configOf, defaultRetention, readConfig, UsageError } from './config.ts';
import { loadSettings } from './loadSettings.ts';

const keep = (...args: string[]) => {
  const config = readConfig(['--no-lab', ...args], '/tmp');
  return config === 'help' ? undefined : config.keep;
};

describe('the limits of what is kept', () => {
  it('are 50000 runs, a year and 10 GiB when nothing is said', () => {
    expect(keep()).toEqual({ runs: 50_000, days: 365, bytes: 10 * 1024 ** 3 });
    expect(keep()).toEqual(defaultRetention);
  });
  it('are taken as said', () => {
    expect(keep('--keep-runs', '10', '--keep-days', '7', '--keep-mib', '3')).toEqual({
      runs: 10,
      days: 7,
      bytes: 3 * 1024 ** 2,
    });
  });
  it.each([
    ['--keep-runs', '0'],
    ['--keep-runs', '-1'],
    ['--keep-days', '1.5'],
    ['--keep-mib', '10GiB'],
    ['--keep-days', ''],
    ['--keep-runs', '99999999999'],
  ])('%s %s is refused in a sentence', (flag, text) => {
    expect(() => keep(`${flag}=${text}`)).toThrow(UsageError);
    expect(() => keep(`${flag}=${text}`)).toThrow(`${flag}: expected a whole number from 1 to`);
  });
});

describe('settings', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vantage-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (text: string): string => {
    const name = join(folder, 'vantage.yaml');
    writeFileSync(name, text);
    return name;
  };
  const read = (args: readonly string[], environment: Record<string, string> = {}) => {
    const config = readConfig(args, '/nowhere', environment);
    if (config === 'help') throw new Error('expected settings');
    return config;
  };
  const faultOf = (args: readonly string[], environment: Record<string, string> = {}): string => {
    try {
      read(args, environment);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
    }
    throw new Error('expected a UsageError');
  };

  it('name a PostgreSQL for the records, with its password in a file only', () => {
    const [store, passwordFile] = ['postgres://v@db.example:5433/d?sslmode=verify-full', '/run/password'];
    expect(read(['--store', store, '--store-password-file', passwordFile]).store).toEqual({
      address: store,
      passwordFile,
    });
    expect(read([]).store).toBeUndefined();
    expect(faultOf([], { VANTAGE_STORE: 'mysql://v@h/d' })).toMatch(
      /^VANTAGE_STORE: expected an address with user/,
    );
    const fault = faultOf(['--store', 'postgres://v:secret@h/d']);
    expect(fault).toMatch(/^--store: expected no password in the address.*--store-password-file\.$/);
    expect(fault).not.toContain('secret');
    expect(faultOf(['--store-password-file', passwordFile])).toContain('name it with --store URL');
  });
  it('of the command line are stronger than the environment, than the file, than the defaults', () => {
    const config = file('port: 1\nhost: ::1\nkeep-days: 4\n');
    const environment = { VANTAGE_CONFIG: config, VANTAGE_PORT: '2', VANTAGE_HOST: '127.0.0.2' };
    expect(read(['--port', '3'], environment)).toMatchObject({
      port: 3,
      host: '127.0.0.2',
      keep: { days: 4, runs: 50_000 },
    });
    expect(read([], environment)).toMatchObject({ port: 2 });
    expect(read(['--config', config])).toMatchObject({ port: 1, host: '::1' });
    expect(read([])).toMatchObject({ port: 8914, host: '127.0.0.1', metrics: undefined });
  });
  it('each have a place in the file and a variable, and every variable of a line is understood', () => {
    const inventory = join(folder, 'inventory.yaml');
    writeFileSync(inventory, '');
    const config = file(
      'inventory: [inventory.yaml]\nroles:\n  backend: vm20\nauth: token\nauth-file: auth.yaml\norigin: [https://docs.example.org]\nmetrics: 127.0.0.1:9464\ndata: kept\nno-lab: false\n',
    );
    const wanted = {
      fleet: { kind: 'inventory', files: [inventory] },
      auth: { mode: 'token', file: join(folder, 'auth.yaml') },
      origins: ['https://docs.example.org'],
      metrics: { host: '127.0.0.1', port: 9464 },
      data: join(folder, 'kept'),
    };
    expect(read(['--config', config])).toMatchObject(wanted);
    expect(
      read([], {
        VANTAGE_INVENTORY: inventory,
        VANTAGE_ROLES: 'backend=vm20',
        VANTAGE_AUTH: 'token',
        VANTAGE_AUTH_FILE: join(folder, 'auth.yaml'),
        VANTAGE_ORIGIN: 'https://docs.example.org',
        VANTAGE_METRICS: '127.0.0.1:9464',
        VANTAGE_DATA: join(folder, 'kept'),
        VANTAGE_NO_LAB: 'false',
      }),
    ).toMatchObject(wanted);
  });
  it.each([
    [
      'port: 8914\nprot: 1\n',
      ':2: expected one of the keys port, host, base, origin, trusted-proxy, embed, auth,',
    ],
    ['host: 127.0.0.1\nport: eighty\n', ':2: port: expected a number from 0 to 65535, found "eighty"'],
    ['keep-days: 0\n', ':1: keep-days: expected a whole number from 1 to'],
    ['\nauth: nobody\n', ':2: auth: expected one of local, token, proxy, oidc; found "nobody"'],
    [
      'trusted-proxy: [balancer]\n',
      ':1: trusted-proxy.0: expected an address or a network, like 192.0.2.10 or',
    ],
    ['origin: https://a.example\n', ':1: origin: expected a list like [https:'],
    ['metrics: 0.0.0.0:9464\n', ':1: metrics: expected a loopback address and a port like 127.0.0.1:9464'],
    [
      'base: docs\n',
      ':1: base: expected a path that begins and ends with a slash, like /docs/, found "docs"',
    ],
    ['- port\n', ':1: expected `name: value` on each line'],
    ['port: 1\nport: 2\n', ':2: not good YAML'],
  ])('at fault in the file are named with line and what to write: %j', (text, message) => {
    const config = file(text);
    expect(faultOf(['--config', config])).toContain(`${config}${message}`);
  });
  it('at fault in the environment are named by their variable, all at once', () => {
    expect(faultOf([], { VANTAGE_PORT: 'x', VANTAGE_KEEP_RUNS: '0' })).toMatch(
      /^VANTAGE_PORT: expected a number from 0 to 65535, found "x"\.\nVANTAGE_KEEP_RUNS: expected a whole number/,
    );
  });
  it('a key for every machine belongs to an inventory, and stands beside the file that names it', () => {
    const config = file('inventory: [vantage.yaml]\nidentity: keys/id\n');
    expect(read(['--config', config]).fleet).toMatchObject({ identity: join(folder, 'keys/id') });
    expect(read(['--config', config, '--identity', 'agent']).fleet).toMatchObject({ identity: 'agent' });
    expect(faultOf(['--identity', 'x'])).toContain('--identity: the lab has a key of its own');
  });
  it('from a file that is not there are refused by its name', () => {
    expect(faultOf(['--config', '/nowhere/x.yaml'])).toBe(
      '--config: the file /nowhere/x.yaml cannot be read (ENOENT).',
    );
  });
  it('are shown with where they stand, and hold no secret', () => {
    const config = file('keep-days: 4\n');
    const gathered = loadSettings(['--config', config], {
      VANTAGE_PORT: '2',
      VANTAGE_OIDC_SECRET: 'hunter22',
    });
    if (gathered === 'help') throw new Error('expected settings');
    const lines = tableOf(settingRows(gathered, configOf(gathered, '/nowhere')));
    expect(lines.find((line) => line.startsWith('port '))).toMatch(/^port +2 +VANTAGE_PORT$/);
    expect(lines.find((line) => line.startsWith('keep-days'))).toContain(`${config}:1`);
    expect(lines.find((line) => line.startsWith('host'))).toMatch(/127\.0\.0\.1 +default$/);
    expect(lines.join('\n')).not.toContain('hunter22');
  });
});
