/** The contract over ssh to a machine of the lab, and what only ssh can get wrong: keys, dead machines, ways through others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import type { Lab } from '../lab/lab.ts';
import { testPlace, until } from '../lab/testing.ts';
import { open, transportContract, take } from '../agent/contract.suite.ts';
import type { Transport } from '../agent/contract.ts';
import { sshTransport } from './ssh.ts';
import { type LocalSshd, localSshd } from './sshd.testing.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const place = testPlace();
let lab: Lab;
let reach: Transport;
let count = 0;
const next = (): number => {
  count += 1;
  return count;
};
const freshDirectory = (): string => join(place.parent, `s${next()}`);
const reachOf = (fleet: Fleet): Transport =>
  sshTransport(fleet, { directory: freshDirectory(), warm: 1, log: () => {} });

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
  reach = sshTransport(lab.fleet, { directory: freshDirectory(), log: () => {} });
  reach.warm();
});
afterAll(async () => {
  await reach.close();
  await lab.stop();
  place.remove();
});

/** The fleet with its backend changed. */
const changed = (change: Partial<Machine>, knownHosts = lab.fleet.knownHosts): Fleet => ({
  ...lab.fleet,
  knownHosts,
  machines: lab.fleet.machines.map((one) => (one.name === 'backend' ? { ...one, ...change } : one)),
});

const pinnedAs = (name: string, edit: (line: string) => string): string => {
  const file = join(place.parent, name);
  const lines = readFileSync(lab.fleet.knownHosts, 'utf8').split('\n');
  writeFileSync(file, lines.map((line) => (line.startsWith('backend ') ? edit(line) : line)).join('\n'));
  return file;
};

describe('ssh reach', () => {
  transportContract(() => reach, 'backend');

  it('names the host key that was verified, as ssh-keygen does', async () => {
    const channel = await open(reach, 'backend');
    channel.close();
    const listed = execFileSync('ssh-keygen', ['-lf', lab.fleet.knownHosts], { encoding: 'utf8' });
    const line = listed.split('\n').find((one) => one.includes(' backend '));
    expect(channel.identity.hostKey).toBe(line?.split(' ')[1]);
    expect(channel.identity.hostName).toBe('wsl20');
  });

  it('hands out warm channels at once, and fills up again', async () => {
    for (let i = 0; i < 3; i += 1) {
      await until('a warm channel', async () => {
        const before = performance.now();
        const channel = await open(reach, 'frontend');
        const ms = performance.now() - before;
        channel.close();
        return ms < 2;
      });
    }
  });
});

describe('a machine that cannot be asked', () => {
  const failure = async (fleet: Fleet, role = 'backend'): Promise<{ problem: string; message: string }> => {
    const own = reachOf(fleet);
    const error: unknown = await open(own, role).catch((thrown: unknown) => thrown);
    await own.close();
    return error as { problem: string; message: string };
  };

  it('with another host key gets nothing, and both fingerprints are named', async () => {
    const other = readFileSync(lab.fleet.knownHosts, 'utf8')
      .split('\n')
      .find((line) => line.startsWith('manager '));
    const knownHosts = pinnedAs('changed', () => other?.replace('manager', 'backend') ?? '');
    const { problem, message } = await failure(changed({}, knownHosts));
    expect(problem).toBe('host-key');
    expect(message).toMatch(/nothing was sent to it\. Pinned is SHA256:\S+, offered was SHA256:\S+\./);
    expect(message).toContain(`replace the line of backend in ${knownHosts}`);
  });

  it('without a pinned key gets nothing either', async () => {
    const { problem, message } = await failure(
      changed(
        {},
        pinnedAs('missing', () => ''),
      ),
    );
    expect(problem).toBe('host-key');
    expect(message).toContain('Pinned is no key');
  });

  it('that is not in the fleet is named with those that are', async () => {
    const { problem, message } = await failure(lab.fleet, 'vm99');
    expect(problem).toBe('unreachable');
    expect(message).toContain('no machine vm99 in the fleet lab; it has manager, backend, frontend');
  });

  it('with nothing behind its socket is unreachable', async () => {
    const { problem, message } = await failure(changed({ socket: '/nowhere/ssh.sock' }));
    expect([problem, message]).toEqual(['unreachable', expect.stringContaining('ENOENT')]);
  });

  it('with a closed port is unreachable', async () => {
    const { socket: _, ...machine } = changed({ address: '127.0.0.1', port: 1 }).machines[1] as Machine;
    const { problem, message } = await failure({ ...lab.fleet, machines: [machine] });
    expect([problem, message]).toEqual(['unreachable', expect.stringContaining('Connection refused')]);
  });

  it('that does not take the key says so', async () => {
    const key = join(place.parent, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const { problem, message } = await failure(changed({ keyFile: key }));
    expect([problem, message]).toEqual(['refused-login', expect.stringContaining('Permission denied')]);
  });

  it('never hears of ssh’s own configuration files', async () => {
    const home = join(place.parent, 'home');
    const marker = join(place.parent, 'executed');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    writeFileSync(
      join(home, '.ssh/config'),
      `Match exec "touch ${marker}"\nHost *\n  ProxyCommand touch ${marker}\n`,
    );
    const before = process.env.HOME;
    process.env.HOME = home;
    const own = reachOf(lab.fleet);
    const { ended } = await take(await open(own, 'backend'), { command: 'true' });
    process.env.HOME = before;
    await own.close();
    expect(ended.how).toBe('complete');
    expect(readdirSync(place.parent)).not.toContain('executed');
  });

  it('says what the jump machine said when that does not forward', async () => {
    const { socket: _, ...behind } = changed({ jumps: ['manager'] }).machines[1] as Machine;
    const [manager] = lab.fleet.machines;
    const machines = manager === undefined ? [] : [manager, behind];
    const { problem, message } = await failure({ ...lab.fleet, machines });
    expect([problem, message]).toEqual(['unreachable', expect.stringContaining('forwarding')]);
  });

  it('does not slow the others down, and is reached again when it is back', async () => {
    await lab.machineDown('frontend');
    const own = reachOf(lab.fleet);
    own.warm();
    await expect(open(own, 'frontend')).rejects.toMatchObject({ problem: 'unreachable' });
    const { ended } = await take(await open(own, 'backend'), { command: 'true' });
    expect(ended.how).toBe('complete');
    await lab.machineUp('frontend');
    const again = await take(await open(own, 'frontend'), { command: 'true' });
    expect(again.ended.how).toBe('complete');
    await own.close();
  });
});

describe('a machine behind another one', () => {
  const daemons: LocalSshd[] = [];
  afterAll(() => {
    for (const daemon of daemons) daemon.stop();
  });

  it('is reached through one after the other, and every key is checked', async () => {
    const daemon = await localSshd(place.parent);
    daemons.push(daemon);
    const { machine, knownHosts } = daemon;
    const fleet: Fleet = {
      ...{ name: 'gates', source: 'live', knownHosts },
      machines: [machine('outer'), machine('middle'), { ...machine('inner'), jumps: ['outer', 'middle'] }],
    };
    const own = reachOf(fleet);
    const { ended, stdout } = await take(await open(own, 'inner'), { command: 'echo inside' });
    await own.close();
    expect([ended.how, stdout.toString()]).toEqual(['complete', 'inside\n']);
    expect(daemon.said().match(/Accepted publickey/g)).toHaveLength(3);

    const lines = readFileSync(fleet.knownHosts, 'utf8').split('\n');
    for (const name of ['outer', 'middle', 'inner']) {
      writeFileSync(fleet.knownHosts, lines.filter((line) => !line.startsWith(`${name} `)).join('\n'));
      const wary = reachOf(fleet);
      await expect(open(wary, 'inner')).rejects.toMatchObject({ problem: 'host-key' });
      await wary.close();
    }
  });
});
