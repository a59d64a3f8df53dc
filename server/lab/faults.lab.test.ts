/** What happens when something dies, and that nothing of a lab is left on the machine under it. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, LabError, type LabOptions, type LabStatus } from './lab.ts';
import { holderHere } from './hostPid.ts';
import { run } from './machine/runProgram.ts';
import {
  alive,
  family,
  firstProcess,
  hostState,
  killAtOnce as kill,
  parentOf,
  testPlace,
  until,
} from './testing.ts';
import { startTestLab } from './testing-lab.ts';

let place: ReturnType<typeof testPlace>;
const begun: Lab[] = [];

beforeEach(() => {
  place = testPlace();
});
afterEach(async () => {
  for (const lab of begun.splice(0)) await lab.stop().catch(() => {});
  place.remove();
});

async function begin(options: Partial<LabOptions> = {}): Promise<Lab> {
  const lab = await startTestLab({ directory: place.directory, log: () => {}, ...options });
  begun.push(lab);
  return lab;
}

const health =
  'curl -sk --max-time 2 -o /dev/null -w %{http_code} https://172.16.168.20:8443/api/health'.split(' ');
const ended = (pids: readonly number[]): Promise<void> =>
  until('every process of the lab has ended', () => !pids.some(alive));

describe('nothing is left', () => {
  test('after up and down the machine under the lab is as before, and so it is in between', async () => {
    const before = hostState();
    const lab = await begin();
    const pids = family(firstProcess(await lab.status()));
    expect(pids.length).toBeGreaterThan(8);
    expect(hostState()).toEqual(before);
    await lab.stop();
    expect(pids.filter(alive)).toEqual([]);
    expect(hostState()).toEqual(before);
    expect(readdirSync(place.parent)).toEqual([]);
    expect(await lab.ended).toBe('the lab was stopped');
  });

  test.each([
    ['first process', firstProcess],
    ['outermost process', (status: LabStatus) => parentOf(firstProcess(status))],
  ])('after kill -9 of the lab’s %s', async (_, victim) => {
    const before = hostState();
    const lab = await begin();
    const status = await lab.status();
    const pids = family(firstProcess(status));
    kill(victim(status));
    expect(await lab.ended).toMatch(/was killed|status 137/);
    await ended(pids);
    expect(readdirSync(place.parent)).toEqual([]);
    expect(hostState()).toEqual(before);
  });

  test.each(['once it is up', 'while it starts'])('after kill -9 of the docs server, %s', async (when) => {
    const before = hostState();
    const server = spawn(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `import { startTestLab } from ${JSON.stringify(`${import.meta.dirname}/testing-lab.ts`)};
       const lab = await startTestLab({ directory: ${JSON.stringify(place.directory)}, log: console.log });
       console.log('up', JSON.stringify(await lab.status()));
       await lab.ended;`,
    ]);
    let said = '';
    server.stdout.on('data', (bytes) => {
      said += String(bytes);
    });
    await until('the lab says so', () => said.includes(when === 'once it is up' ? 'up {' : 'starting vm19'));
    const pids = family(server.pid ?? 0);
    kill(server.pid ?? 0);
    await ended(pids);
    await until('the directory is gone', () => !existsSync(place.directory));
    expect(hostState()).toEqual(before);
  });

  test('a start that is given up leaves nothing', async () => {
    const giveUp = new AbortController();
    const start = begin({
      signal: giveUp.signal,
      log: (line) => {
        if (line.startsWith('starting')) giveUp.abort();
      },
    });
    await expect(start).rejects.toThrow('was aborted, as requested');
    expect(readdirSync(place.parent)).toEqual([]);
  });
});

describe('a part dies, the rest lives', () => {
  // One lab for all of them: what each breaks comes up again in it.
  const odd = 'a,b:c=d*e?[f]g!#h';
  const own = testPlace();
  let lab: Lab;
  beforeAll(async () => {
    const rootCommands = [['/usr/bin/printf', '%s', odd], ['/usr/bin/id']];
    lab = await startTestLab({ directory: own.directory, log: () => {}, rootCommands });
  });
  afterAll(async () => {
    await lab.stop();
    own.remove();
  });

  test.each(['first process', 'holder'])(
    'kill -9 of a machine’s %s: it is down, and comes up again as the same machine',
    async (victim) => {
      const { machines, pidNamespace } = await lab.status();
      const holder = machines.find((machine) => machine.name === 'frontend')?.holder ?? 0;
      const outer = holderHere(pidNamespace, holder);
      const machine = family(outer);
      kill(victim === 'holder' ? outer : (machine.find((pid) => parentOf(pid) === outer) ?? 0));
      await ended(machine);
      const state = async (): Promise<string | undefined> =>
        (await lab.status()).machines.find((machine) => machine.name === 'frontend')?.state;
      await until('frontend is down', async () => (await state()) === 'down');
      await expect(lab.exec('frontend', ['true'])).rejects.toThrow(
        'expected machine frontend to be up, found it down',
      );
      expect((await lab.exec('manager', health)).stdout).toBe('200');
      expect((await lab.exec('manager', ['ping', '-c', '1', '-W', '1', '172.16.168.21'])).exit).toBe(1);
      await lab.machineUp('frontend');
      expect((await lab.exec('frontend', health)).stdout).toBe('200');
      const known = lab.fleet.machines.find((machine) => machine.name === 'frontend')?.machineId;
      expect((await lab.exec('frontend', ['cat', '/etc/machine-id'])).stdout.trim()).toBe(known);
    },
  );

  test('the backend’s machine goes down and up, with its condition and its service', async () => {
    await lab.machineDown('backend');
    expect((await lab.status()).services['backend']?.state).toBe('down');
    const dial = await run([
      process.execPath,
      `${import.meta.dirname}/../ssh/dialSocket.mjs`,
      `${own.directory}/ssh-backend.sock`,
    ]);
    expect(dial.stderr).toContain('closed at once');
    expect((await lab.exec('manager', health)).exit).not.toBe(0);
    await lab.machineUp('backend');
    expect((await lab.exec('manager', health)).stdout).toBe('200');
    expect((await lab.exec('backend', health)).exit).toBe(7);
  });

  test('kill -9 of an sshd that listens: another takes its place', async () => {
    const listener = async (): Promise<string> =>
      (await lab.exec('manager', ['pgrep', '-o', '-x', 'sshd'], { asRoot: true })).stdout.trim();
    const first = await listener();
    await lab.exec('manager', ['kill', '-9', first], { asRoot: true });
    await until('a new sshd', async () => !['', first].includes(await listener()));
  });

  test('kill -9 of the service: the lab says that it is down, and starts it again when asked', async () => {
    await lab.exec('backend', ['pkill', '-KILL', '-x', 'standin'], { asRoot: true });
    await until(
      'the service is down',
      async () => (await lab.status()).services['backend']?.state === 'down',
    );
    await lab.service('backend', 'start');
    expect((await lab.exec('manager', health)).stdout).toBe('200');
  });

  test('sudo takes the characters of a root command literally', async () => {
    const sudo = (...argv: string[]) => lab.exec('manager', ['sudo', '-n', ...argv]);
    expect(await sudo('/usr/bin/printf', '%s', odd)).toEqual({ exit: 0, stdout: odd, stderr: '' });
    expect((await sudo('/usr/bin/printf', '%s', odd.replace('*', 'xx'))).exit).toBe(1);
    expect((await sudo('/usr/bin/printf', '%s', odd.replace('?', 'x'))).exit).toBe(1);
    expect((await sudo('/usr/bin/id')).stdout).toContain('uid=0(root)');
    expect((await sudo('/usr/bin/id', '-u')).exit).toBe(1);
    expect((await sudo('-l', '/usr/bin/tcpdump')).exit).toBe(1);
  });
});

describe('who has the lab', () => {
  test('a detached lab is joined by a second start, and stays when that one leaves', async () => {
    const lab = await begin({ mode: 'detached' });
    const second = await startTestLab({ directory: place.directory, log: () => {} });
    expect(second.fleet).toEqual(lab.fleet);
    expect((await second.exec('manager', ['hostname'])).stdout).toBe('vm19\n');
    await second.stop();
    expect(await second.ended).toContain('has left it');
    expect((await lab.status()).mode).toBe('detached');
    await lab.stop();
    expect(readdirSync(place.parent)).toEqual([]);
  });

  test('of two starts at once one has the lab, the other is told who', async () => {
    const [one, two] = await Promise.allSettled([begin(), begin()]);
    const refused = [one, two].find((start) => start?.status === 'rejected');
    expect(refused).toMatchObject({ reason: expect.any(LabError) });
    expect(refused).toMatchObject({
      reason: { problem: { kind: 'busy', message: expect.stringContaining(`process ${process.pid}`) } },
    });
  });

  test('the directory of a dead detached lab is taken over', async () => {
    const dead = await begin({ mode: 'detached' });
    kill(firstProcess(await dead.status()));
    await dead.ended;
    mkdirSync(`${place.directory}/place`, { recursive: true, mode: 0o700 });
    writeFileSync(`${place.directory}/known_hosts`, 'old');
    const lab = await begin();
    expect((await lab.exec('manager', health)).stdout).toBe('200');
  });

  test.each([
    ['holds files of others', () => writeFileSync(`${place.directory}/thesis.txt`, ''), 'found thesis.txt'],
  ])('a directory that %s is refused, and left as it is', async (_, prepare, found) => {
    mkdirSync(place.directory, { mode: 0o700 });
    prepare();
    await expect(begin()).rejects.toThrow(found);
    expect(readdirSync(place.directory)).toEqual(['thesis.txt']);
  });

  test('a path that is too long for a socket is refused', async () => {
    await expect(begin({ directory: `${place.parent}/${'x'.repeat(90)}` })).rejects.toThrow(
      'at most 107 bytes',
    );
  });

  test('a root command that sudo cannot take exactly is refused before anything starts', async () => {
    await expect(begin({ rootCommands: [['tcpdump']] })).rejects.toThrow('absolute path');
    expect(readdirSync(place.parent)).toEqual([]);
  });
});

test('SIGTERM to the lab’s first process ends it in order', async () => {
  const lab = await begin();
  const first = firstProcess(await lab.status());
  process.kill(first, 'SIGTERM');
  await lab.ended;
  expect(readdirSync(place.parent)).toEqual([]);
});
