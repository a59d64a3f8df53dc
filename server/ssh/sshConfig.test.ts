/** The configuration as the real ssh client reads it back, and what may not be written into it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { path, sshConfig } from './sshConfig.ts';

const place = mkdtempSync('/tmp/vc-');
afterAll(() => rmSync(place, { recursive: true, force: true }));

const machine: Machine = {
  name: 'backend',
  role: 'backend',
  address: '10.0.0.20',
  port: 2222,
  user: 'autobot',
  keyFile: '/keys/50% of/id',
};
const fleet = (...machines: Machine[]): Fleet => ({
  name: 'f',
  source: 'live',
  machines,
  knownHosts: '/pins/known hosts',
});
const control = (name: string): string => `/run/v/${name}`;

/** `ssh -G`: every setting that would be in force, a line each, without connecting. */
function settings(text: string, host: string): readonly string[] {
  const file = join(place, 'config');
  writeFileSync(file, text);
  const printed = execFileSync('ssh', ['-F', file, '-G', '--', host], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: place },
  });
  return printed.trimEnd().split('\n');
}
const asRead = (text: string, host: string): Map<string, string> =>
  new Map(settings(text, host).map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]));

describe('the configuration for ssh', () => {
  it('is what the ssh client takes it for', () => {
    const read = asRead(sshConfig(fleet(machine), control), 'backend');
    const wanted = {
      hostname: '10.0.0.20',
      port: '2222',
      user: 'autobot',
      hostkeyalias: 'backend',
      userknownhostsfile: '/pins/known hosts',
      globalknownhostsfile: '/dev/null',
      stricthostkeychecking: 'true',
      updatehostkeys: 'false',
      batchmode: 'yes',
      identitiesonly: 'yes',
      identityagent: 'none',
      forwardagent: 'no',
      forwardx11: 'no',
      clearallforwardings: 'yes',
      permitlocalcommand: 'no',
      escapechar: 'none',
      requesttty: 'false',
      controlmaster: 'false',
      controlpath: '/run/v/backend',
      controlpersist: 'no',
      connecttimeout: '8',
      serveraliveinterval: '5',
      serveralivecountmax: '2',
      loglevel: 'ERROR',
      canonicalizehostname: 'false',
    };
    expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, read.get(key)]))).toEqual(wanted);
    expect(read.has('proxycommand')).toBe(false);
    expect(read.has('sendenv')).toBe(false);
  });

  it('[T20] differs from what ssh does by itself in these settings, word for word, and in no other', () => {
    // Beside the defaults of whichever ssh is here, so that a setting which a later one adds is no difference.
    const own = new Set(settings('', 'backend'));
    const differs = settings(sshConfig(fleet(machine), control), 'backend').filter((line) => !own.has(line));
    expect(differs.sort()).toMatchInlineSnapshot(`
      [
        "batchmode yes",
        "clearallforwardings yes",
        "connecttimeout 8",
        "controlpath /run/v/backend",
        "escapechar none",
        "globalknownhostsfile /dev/null",
        "hostkeyalias backend",
        "hostname 10.0.0.20",
        "identitiesonly yes",
        "identityagent none",
        "identityfile /keys/50%% of/id",
        "ignoreunknown KnownHostsCommand",
        "loglevel ERROR",
        "port 2222",
        "preferredauthentications publickey",
        "requesttty false",
        "serveralivecountmax 2",
        "serveraliveinterval 5",
        "stricthostkeychecking true",
        "updatehostkeys false",
        "user autobot",
        "userknownhostsfile /pins/known hosts",
      ]
    `);
  });

  it('knows no machine but those of the fleet, and trusts none by itself', () => {
    const read = asRead(sshConfig(fleet(machine), control), 'elsewhere');
    expect(read.get('stricthostkeychecking')).toBe('true');
    expect(read.get('userknownhostsfile')).toBe('/pins/known hosts');
  });

  it('dials a socket by a program of ours, quoted', () => {
    const text = sshConfig(fleet({ ...machine, socket: "/tmp/it's 5%/s" }), control);
    expect(text).toMatch(/^ProxyCommand '\/\S+' '\/\S+\/dialSocket\.mjs' '\/tmp\/it'\\''s 5%%\/s'$/m);
  });

  it('goes through jump machines of the fleet, one after the other', () => {
    const others = ['gate', 'inner'].map((name) => ({ ...machine, name }));
    const text = sshConfig(fleet({ ...machine, jumps: ['gate', 'inner'] }, ...others), control);
    expect(asRead(text, 'backend').get('proxyjump')).toBe('gate,inner');
    expect(asRead(text, 'gate').has('proxyjump')).toBe(false);
  });

  it("[T20] without a key file tries ssh's default keys, and an agent only when it is asked for", () => {
    const keys = (change: Partial<Machine>) =>
      settings(sshConfig(fleet({ ...machine, keyFile: '', ...change }), control), 'backend').filter((line) =>
        /^identit/.test(line),
      );
    const own = settings('', 'backend').filter((line) => /^identityfile/.test(line));
    expect(own.length).toBeGreaterThan(0);
    expect(keys({}).sort()).toEqual(['identitiesonly yes', 'identityagent none', ...own].sort());
    expect(keys({ agent: '/run/a b' }).sort()).toEqual(
      ['identitiesonly no', 'identityagent /run/a b', ...own].sort(),
    );
  });

  it('refuses a jump machine that has no pinned key of its own', () => {
    expect(() => sshConfig(fleet({ ...machine, jumps: ['gate'] }), control)).toThrow(
      /backend is reached through gate, which has to be/,
    );
  });

  it.each(['/a"b', '/a\\b', '/a\nHost *', '/a\0b', `/a\${HOME}`])('refuses the file name %j', (name) => {
    expect(() => path(name)).toThrow(/A file name for ssh may not hold/);
    expect(() => sshConfig(fleet({ ...machine, keyFile: name }), control)).toThrow(/Move the file/);
  });
});
