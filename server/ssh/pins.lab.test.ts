/** What ssh is started with, and what it takes for a pinned key: hostile surroundings and lines of known_hosts, against a real machine of the lab. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { testPlace } from '../lab/testing.ts';
import { open, take } from '../agent/contract.suite.ts';
import { sshTransport } from './ssh.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const place = testPlace();
const at = (name: string) => join(place.parent, name);
let lab: Lab;
beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

let count = 0;
/** Writes a file on the machine, by way of these pins. What it resolves with: how it ended, or why nothing was asked. */
async function touched(knownHosts: string): Promise<string> {
  count += 1;
  const own = sshTransport(
    { ...lab.fleet, knownHosts },
    { directory: at(`s${count}`), warm: 0, log: () => {} },
  );
  try {
    const { ended } = await take(await open(own, 'backend'), { command: `touch /tmp/mark${count}` });
    return ended.how;
  } catch (error) {
    return String((error as { problem?: unknown }).problem);
  } finally {
    await own.close();
  }
}
const marked = async () =>
  (await lab.exec('backend', ['/usr/bin/test', '-e', `/tmp/mark${count}`])).exit === 0;

describe('[T20] hostile surroundings', () => {
  it('change nothing: no file of the user’s is read, and no variable of ours is handed on', async () => {
    const home = at('home');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    const included = join(home, 'included');
    writeFileSync(included, `Host *\n  ProxyCommand touch ${at('ran')}\n  LocalCommand touch ${at('ran')}\n`);
    const lines = [
      `Include ${included}`,
      `Match exec "touch ${at('ran')}"`,
      '  PermitLocalCommand yes',
      'Host *',
    ];
    const rest = [`  ProxyCommand touch ${at('ran')}`, `  KnownHostsCommand /usr/bin/touch ${at('ran')}`];
    writeFileSync(join(home, '.ssh/config'), `${[...lines, ...rest].join('\n')}\n`);
    writeFileSync(join(home, '.ssh/rc'), `touch ${at('ran')}\n`);
    writeFileSync(at('ask'), `#!/bin/sh\ntouch ${at('ran')}\n`, { mode: 0o755 });
    // Stands before the real one and writes down what it was given.
    mkdirSync(at('bin'));
    writeFileSync(at('bin/ssh'), `#!/bin/sh\n/usr/bin/env > ${at('given')}\nexec /usr/bin/ssh "$@"\n`);
    chmodSync(at('bin/ssh'), 0o755);
    process.env = {
      ...{ ...before, HOME: home, PATH: `${at('bin')}:${before['PATH'] ?? ''}`, DISPLAY: ':9' },
      ...{ SSH_AUTH_SOCK: at('agent'), SSH_ASKPASS: at('ask'), SSH_ASKPASS_REQUIRE: 'force', LC_EVIL: 'x' },
      ...{ LD_PRELOAD: '', VANTAGE_SECRET: 'not for ssh', BASH_ENV: at('ask'), ENV: at('ask') },
    };
    expect(await touched(lab.fleet.knownHosts)).toBe('complete');
    expect(await marked()).toBe(true);
    expect(existsSync(at('ran'))).toBe(false);
    const given = readFileSync(at('given'), 'utf8').trim().split('\n');
    // What the shell of this stand-in adds by itself is no gift of ours.
    const names = given
      .map((line) => line.split('=')[0])
      .filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name ?? ''));
    expect(names.sort()).toEqual(['HOME', 'PATH']);
  });
});

describe('[T22] a line of known_hosts', () => {
  const key = (of = 'backend') =>
    readFileSync(lab.fleet.knownHosts, 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${of} `))
      ?.slice(of.length + 1) ?? '';
  const hashed = () => {
    writeFileSync(at('plain'), `backend ${key()}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', at('plain')], { stdio: 'ignore' });
    return readFileSync(at('plain'), 'utf8');
  };
  it.each<[string, () => string, string]>([
    ['with the key', () => `backend ${key()}`, 'complete'],
    ['with the key of another machine', () => `backend ${key('manager')}`, 'host-key'],
    ['for another name', () => `manager ${key()}`, 'host-key'],
    ['that is not there', () => '', 'host-key'],
    ['that revokes the key', () => `backend ${key()}\n@revoked * ${key()}`, 'host-key'],
    ['that revokes the key, before it', () => `@revoked backend ${key()}\nbackend ${key()}`, 'host-key'],
    ['without the type of the key', () => `backend ${key().split(' ')[1]}`, 'host-key'],
    ['with half a key', () => `backend ${key().slice(0, 40)}`, 'host-key'],
    ['with another type', () => `backend ${key().replace('ssh-ed25519', 'ssh-rsa')}`, 'host-key'],
    ['that takes the key for an authority', () => `@cert-authority backend ${key()}`, 'host-key'],
    ['that leaves the name out', () => `!backend,* ${key()}`, 'host-key'],
    // These pin the key as well; the doctor warns, because nobody can read off which machine they mean.
    ['with a hashed name', hashed, 'complete'],
    ['with a pattern', () => `* ${key()}`, 'complete'],
    ['with a pattern and another key', () => `* ${key('manager')}`, 'host-key'],
  ])('%s: is believed or not as it says, and what is not asked has run nothing', async (_, text, how) => {
    writeFileSync(at('pins'), `${text()}\n`);
    expect(await touched(at('pins'))).toBe(how);
    expect(await marked()).toBe(how === 'complete');
  });
});
