/** The files in `ops/` are what systemd, nginx and our own readers take, not only what looks like it. The container file is read, never built. */
import { SERVER_FLAGS } from '../../tools/setup/places.mjs';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { auditDefaults, auditFiles, openAudit } from '../audit/audit.ts';
import { proxyFileSchema } from '../identity/authSchema.ts';
import { anonymous, systemPrincipal } from '../identity/principal.ts';
import { readYaml } from '../files/yaml.ts';
import { readInventories } from '../inventory/inventory.ts';
import { settingNames } from '../settings/settings.ts';
import { openStore } from '../store/store.ts';
import { beatMs } from '../socket/heartbeat.ts';
import { nginx, nginxIn, opsText } from './testing.ts';

const place = mkdtempSync('/tmp/vops-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('the unit', () => {
  it.skipIf(!has('systemd-analyze'))('is counted as well confined by systemd itself', () => {
    const file = join(place, 'vantage.service');
    writeFileSync(file, opsText('vantage.service'));
    const { stdout, status } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=20', '--no-pager', file],
      { encoding: 'utf8' },
    );
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/Overall exposure level for vantage\.service: [01]\.\d OK/);
  });
  it
    .skipIf(!has('systemd-analyze'))
    .each(['vantage.service', 'vantage-backup.service', 'vantage-backup.timer'])(
    '%s has no line that systemd does not know',
    (name) => {
      // The program need not be there for that.
      const file = join(place, `verify-${name}`);
      writeFileSync(file, opsText(name).replaceAll('/opt/vantage/node_modules/.bin/node', '/bin/true'));
      writeFileSync(join(place, 'verify-vantage-backup.service'), opsText('vantage-backup.service'));
      const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      expect(
        stderr.split('\n').filter((line) => /unknown|invalid|failed to parse|ignoring/i.test(line)),
      ).toEqual([]);
    },
  );
  it('waits longer for the end than the server takes', () => {
    const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(opsText('vantage.service'))?.[1]);
    expect(seconds).toBeGreaterThan(60 + 15);
  });
});

describe('logrotate', () => {
  it.skipIf(!has('logrotate'))(
    'takes both parts of a running audit log away, twice, and every line is in one of the files',
    () => {
      const data = join(place, 'data');
      const audit = openAudit(data, {
        ...auditDefaults,
        server: 'docs-1',
        date: () => new Date(),
        log: () => expect.unreachable(),
      });
      const conf = join(place, 'vantage.logrotate');
      const [user, group] = ['-un', '-gn'].map((option) =>
        spawnSync('id', [option], { encoding: 'utf8' }).stdout.trim(),
      );
      const text = opsText('vantage.logrotate')
        .replaceAll('/var/lib/vantage/', `${data}/`)
        .replaceAll('vantage vantage', `${user} ${group}`);
      const stranger = anonymous('192.0.2.7');
      const write = (target: string) => {
        audit.write({ principal: systemPrincipal, action: 'run-ended', target, outcome: 'agrees' });
        audit.write({ principal: stranger, action: 'refused-host', target, outcome: 'x' });
      };
      for (const [turn, extension] of ['one', 'two', 'three'].entries()) {
        write(extension);
        if (turn === 2) break;
        // Two within a second would have one name.
        writeFileSync(conf, text.replace('%s', extension), { mode: 0o600 });
        const { status, stderr } = spawnSync(
          'logrotate',
          ['--force', '--state', join(place, 'state'), conf],
          { encoding: 'utf8' },
        );
        expect([status, stderr]).toEqual([0, '']);
      }
      expect(audit.fault()).toBeUndefined();
      audit.close();
      for (const name of Object.values(auditFiles)) {
        const targets = readdirSync(data)
          .filter((file) => file.startsWith(name))
          .map((file) => readFileSync(join(data, file)))
          .flatMap((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString().trim().split('\n'))
          .map((line) => JSON.parse(line).target);
        expect(targets.sort()).toEqual(['one', 'three', 'two']);
        expect(statSync(join(data, name)).mode & 0o777).toBe(0o600);
      }
    },
  );
});

it('the backup that the unit takes is one, and one that is older than thirty days goes', () => {
  const [data, kept] = [join(place, 'to-back-up'), join(place, 'backups')];
  openStore(data).close();
  mkdirSync(join(kept, '2026-01-01T033000Z'), { recursive: true });
  utimesSync(join(kept, '2026-01-01T033000Z'), 0, 0);
  for (const name of ['ExecStart', 'ExecStartPost']) {
    // As systemd reads the line: %% is %, $$ is $, and quotes keep words together.
    const line = new RegExp(`^${name}=(.*)$`, 'm').exec(opsText('vantage-backup.service'))?.[1] ?? '';
    const here = line
      .replaceAll('%%', '%')
      .replaceAll('$$', '$')
      .replaceAll('/opt/vantage/node_modules/.bin/node', process.execPath)
      .replaceAll('/var/lib/vantage-backup', kept)
      .replaceAll('/var/lib/vantage', data);
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    expect(spawnSync('/bin/sh', ['-c', here], { encoding: 'utf8', cwd })).toMatchObject({
      status: 0,
      stderr: '',
    });
  }
  expect(readdirSync(kept)).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\dT\d{6}Z$/)]);
  expect(readdirSync(join(kept, readdirSync(kept)[0] ?? '')).sort()).toEqual(['index.sqlite', 'runs']);
});

describe('the site of nginx', () => {
  it.skipIf(!existsSync(nginx))('is taken by nginx', () => {
    const { status, stderr } = spawnSync(nginx, ['-t', ...nginxIn(place)], { encoding: 'utf8' });
    expect({
      status,
      warnings: stderr.split('\n').filter((line) => /\[(warn|emerg|alert)\]/.test(line)),
    }).toEqual({
      status: 0,
      warnings: [],
    });
  });
  it.skipIf(!existsSync(nginx))('before several servers is taken by nginx too', () => {
    const folder = join(place, 'balancer');
    mkdirSync(folder);
    const site = () => opsText('nginx-balancer.conf').replaceAll('/etc/ssl/vantage/', `${folder}/`);
    const { status, stderr } = spawnSync(nginx, ['-t', ...nginxIn(folder, site)], { encoding: 'utf8' });
    expect([status, /\[(warn|emerg|alert)\]/.test(stderr)], stderr).toEqual([0, false]);
  });
  it('waits longer for a silent page than the server does between two signs of life', () => {
    const seconds = Number(/^ *proxy_read_timeout (\d+)s;$/m.exec(opsText('nginx.conf'))?.[1]);
    expect(seconds * 1000).toBeGreaterThan(2 * beatMs);
  });
  it('sets what says who asks in the headers that auth.yaml believes, and reaches its socket', () => {
    const { value } = readYaml(opsText('auth.yaml'), 'auth.yaml', proxyFileSchema);
    const site = opsText('nginx.conf').toLowerCase();
    expect(value).toBeDefined();
    for (const header of [value?.proxy.userHeader, value?.proxy.groupsHeader])
      expect(site).toContain(`proxy_set_header ${header} $`);
    expect(site).toContain(`proxy_pass http://unix:${value?.proxy.socket}:`);
  });
});

it('the settings name only settings, and the inventory is read', () => {
  const names = [...opsText('vantage.yaml').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name);
  expect(names.filter((name) => !settingNames.some((one) => one === name))).toEqual([]);
  for (const name of ['inventory.yaml']) writeFileSync(join(place, name), opsText(name));
  const read = readInventories([join(place, 'inventory.yaml')], {
    roles: ['manager', 'backend', 'frontend'],
    map: new Map(),
  });
  expect(read).toMatchObject({ ok: true, fleet: { source: 'live' } });
  if (read.ok)
    expect(read.fleet.machines.map(({ role, gate }) => `${role} ${gate}`)).toEqual([
      'manager true',
      'backend true',
      'frontend true',
    ]);
});

it('the container runs as nobody in particular, stops by the signal of the server, and starts the same program', () => {
  const lines = opsText('Dockerfile').split('\n');
  const last = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).at(-1);
  expect(last('USER')).toBe('USER vantage');
  expect(last('STOPSIGNAL')).toBe('STOPSIGNAL SIGTERM');
  expect(last('ENTRYPOINT')).toBe(
    `ENTRYPOINT ["node", ${SERVER_FLAGS.map((flag) => `"${flag}"`).join(', ')}, "server/main.ts"]`,
  );
  expect(opsText('vantage.service')).toContain(`/node ${SERVER_FLAGS.join(' ')} server/main.ts --config`);
  expect(opsText('Dockerfile')).not.toMatch(/ADD |curl|wget|:latest/);
});
