// `vantage run`, `report` and their kin against a real lab: exit status, what goes where, and nothing left behind.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alive, family, until } from '../lab/testing.ts';
import { hasPostgres, startPostgres } from '../store/postgres/testing.ts';
import { openStore } from '../store/store.ts';
import { type CommandBench, openCommandBench, type Result } from './command/testing.ts';

let bench: CommandBench;
beforeAll(async () => {
  bench = await openCommandBench();
});
afterAll(() => bench.close());

const run = (...args: readonly string[]) => bench.run('run', ...args, ...bench.here);
const rowsOf = ({ stdout }: Result): { check: string; verdict: string }[] =>
  (JSON.parse(stdout) as { rows: { check: string; verdict: string }[] }).rows.map(({ check, verdict }) => ({
    check,
    verdict,
  }));

describe('exit status', () => {
  test('0 when every row agrees; the result is alone on standard output, the progress on standard error', async () => {
    const args = ['self-loopback', 'ss-listen', '--format', 'json'];
    const result = await bench.start('run', ...args, ...bench.here).ended;
    expect(result).toMatchObject({ exit: 0 });
    expect(rowsOf(result)).toEqual([
      { check: 'self-loopback', verdict: 'agrees' },
      { check: 'ss-listen', verdict: 'agrees' },
    ]);
    expect(result.stderr).toContain('Running 2 checks on the lab that is up, in as-documented.');
    expect(result.stderr).toMatch(/^= self-loopback: agrees: Connection refused \(.* m?s\)$/m);
    expect(result.stderr).not.toContain('\u001b');
    expect(bench.leftovers()).toEqual([]);
  });

  test('1 when a row differs, in a lab of its own where the one that is up is in another condition; what was kept can be proposed from when it is named, and is not used by itself', async () => {
    const kept = ['--data', bench.data()];
    const args = ['--condition', 'healthy', '--record', ...kept, '--format', 'tap'];
    const result = await bench.run('run', 'self-loopback', ...args);
    expect(result).toMatchObject({ exit: 1 });
    expect(result.stdout).toContain('not ok 1');
    expect(result.stderr).toContain('a lab of its own, in healthy');
    expect((await bench.lab.status()).condition).toBe('as-documented');
    expect(bench.leftovers()).toEqual([]);
    const [, id = ''] = /Recorded: (\S+) in /.exec(result.stderr) ?? [];
    const proposed = await bench.run('propose', 'self-loopback', '--run', id, ...kept);
    expect(proposed).toMatchObject({ exit: 0 });
    expect(proposed.stdout).toContain('+++ b/content/wsl2-mirrored-networking/checks/self-loopback.yaml');
    expect(proposed.stderr).toContain('from the lab in healthy');
    const alone = await bench.run('propose', 'self-loopback', ...kept);
    expect(alone).toMatchObject({ exit: 3, stdout: '' });
  });

  test('2 when a row came to nothing', async () => {
    await bench.lab.machineDown('backend');
    try {
      const result = await run('self-loopback', '--format', 'json');
      expect(result).toMatchObject({ exit: 2 });
      expect(rowsOf(result)).toEqual([{ check: 'self-loopback', verdict: 'inconclusive' }]);
    } finally {
      await bench.lab.machineUp('backend');
    }
  });

  test('3 when it was asked wrongly, and nothing runs', async () => {
    for (const args of [
      ['self-lopback'],
      [],
      ['--all', '--lab', '/nowhere'],
      ['--all', '--output', '/nowhere/x'],
    ]) {
      const result = await bench.run('run', ...args);
      expect(result).toMatchObject({ exit: 3, stdout: '' });
      expect(result.stderr).toMatch(/^vantage: /);
    }
    expect(bench.leftovers()).toEqual([]);
  });
});

describe('a kept run', () => {
  test('is a record with its members, and is reported beside a server that holds the folder', async () => {
    const data = bench.data();
    const taken = await run(
      'self-loopback',
      'self-own-address',
      '--record',
      '--data',
      data,
      '--format',
      'json',
    );
    const [, id = ''] = /Recorded: (\S+) in /.exec(taken.stderr) ?? [];
    expect(taken).toMatchObject({ exit: 0 });
    const held = openStore(data);
    try {
      expect((await held.sets.get(id))?.members.map(({ check }) => check)).toEqual([
        'self-loopback',
        'self-own-address',
      ]);
      const report = (...args: string[]) => bench.run('report', id, '--data', data, ...args);
      expect((await report()).stdout).toContain('2 of 2 agree');
      expect((await report('--format', 'junit')).stdout).toMatch(/^<\?xml/);
      expect(await report('--format', 'json', '--base', 'https://vantage.example/')).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining(`"link": "https://vantage.example/runs/${id}"`),
      });
      const file = join(data, 'report.html');
      expect(await report('--format', 'html', '--output', file)).toMatchObject({ exit: 0, stdout: '' });
      expect(readFileSync(file, 'utf8')).toContain('Connection refused');
      const history = await bench.run('history', '--data', data, '--check', 'self-loopback');
      expect(history.stdout).toMatch(
        /^\S{26} {2}\d{4}-.* UTC {2}lab \(as-documented\) {2}self-loopback {2}agrees: Connection refused\n$/,
      );
      expect((await bench.run('diagnose', '--run', id, '--data', data)).stdout).toContain('as-documented');
    } finally {
      held.close();
    }
  });

  test.skipIf(!hasPostgres)('is kept in PostgreSQL in the same way, and no data folder is made', async () => {
    const postgres = await startPostgres();
    try {
      const place = ['--store', postgres.address('postgres'), '--store-password-file', postgres.passwordFile];
      const kept = await run('self-loopback', 'self-own-address', '--record', ...place, '--data', '/nowhere');
      expect(kept).toMatchObject({ exit: 0, stderr: expect.stringMatching(/Recorded: \S+ in postgres:/) });
      const history = (...args: string[]) => bench.run('history', ...place, ...args);
      expect((await history('--check', 'self-loopback')).stdout).toMatch(
        /self-loopback {2}agrees: Conn.*\n$/,
      );
      expect((await history('--sets')).stdout).toContain('2 runs');
      const proposed = await bench.run('propose', 'self-loopback', ...place);
      expect(proposed).toMatchObject({
        exit: 0,
        stderr: expect.stringContaining('there is nothing to change'),
      });
      expect((await bench.run('store', 'check', ...place)).stdout).toContain('2 runs were read');
      const without = await run('self-loopback', ...place);
      expect(without).toMatchObject({ exit: 3, stdout: '' });
      expect(without.stderr).toContain('--store says where --record keeps the runs: write --record too.');
    } finally {
      await postgres.close();
    }
  });

  test('cannot be kept in a folder that a server holds: a sentence says what to do', async () => {
    const data = bench.data();
    const held = openStore(data);
    try {
      const result = await run('self-loopback', '--record', '--data', data);
      expect(result).toMatchObject({ exit: 3, stdout: '' });
      expect(result.stderr).toContain('kept by a docs server that runs now');
      expect(result.stderr).toContain('--data DIRECTORY');
    } finally {
      held.close();
    }
  });

  test('that is not there is a clear error', async () => {
    const data = bench.data();
    const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect((await bench.run('report', id, '--data', data)).stderr).toContain('There are no records in ');
    openStore(data).close();
    const result = await bench.run('report', id, '--data', data);
    expect(result).toMatchObject({ exit: 3, stdout: '' });
    expect(result.stderr).toContain(`There is no run or set ${id}`);
  });
});

test.skipIf(!existsSync('/usr/bin/script'))(
  'on a terminal a line moves, and nothing of it stays',
  async () => {
    const command = [process.execPath, `${import.meta.dirname}/main.ts`, 'run', 'ss-listen', ...bench.here];
    const shown = execFileSync('/usr/bin/script', ['-qec', command.join(' '), '/dev/null'], {
      encoding: 'utf8',
    });
    expect(shown).toContain('\r\u001b[K0 of 1 · 0 s');
    expect(shown).toMatch(/\r\u001b\[K= ss-listen: agrees: /);
    expect(shown).toContain('The socket is listening');
  },
);

describe('Ctrl-C', () => {
  const onBackend = async (line: string) =>
    (await bench.lab.exec('backend', ['/bin/sh', '-c', line], { asRoot: true })).stdout;

  test('cancels, waits for the machines, and leaves nothing on them or here', async () => {
    // Silence keeps the connection, and so the capture, under way for 3 s.
    await bench.lab.setCondition('healthy');
    await onBackend(
      'nft "table inet hang { chain in { type filter hook input priority 0; tcp dport 8443 drop; }; }"',
    );
    try {
      const quiet = await onBackend('ps -u autobot -o comm= | sort');
      const { child, ended } = bench.start('run', 'tcpdump-any', ...bench.here);
      await until('the capture runs', async () => (await onBackend('pgrep -x tcpdump')) !== '', 20_000);
      const own = family(child.pid ?? 0);
      child.kill('SIGINT');
      const result = await ended;
      expect(result).toMatchObject({ exit: 130, stdout: '' });
      expect(result.stderr).toContain('Cancelling: waiting until the machines confirm');
      expect(result.stderr).toContain('Cancelled; the machines confirmed it.');
      expect(await onBackend('pgrep -x "tcpdump|curl"')).toBe('');
      await until(
        'nothing of ours on the machine',
        async () => (await onBackend('ps -u autobot -o comm= | sort')) === quiet,
        20_000,
      );
      await until('nothing of ours here', () => !own.some(alive), 20_000);
      expect(bench.leftovers()).toEqual([]);
    } finally {
      await onBackend('nft delete table inet hang');
      await bench.lab.setCondition('as-documented');
    }
  });

  test('while a lab of its own comes up: that goes too', async () => {
    const { child, ended } = bench.start(
      'run',
      '--writeup',
      'wsl2-mirrored-networking',
      '--condition',
      'healthy',
    );
    await until('a lab begins to come up', () => bench.leftovers().length > 0, 20_000);
    const own = family(child.pid ?? 0);
    child.kill('SIGINT');
    const { exit, stdout } = await ended;
    expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' });
    await until('nothing of ours here', () => !own.some(alive), 20_000);
    expect(bench.leftovers()).toEqual([]);
  });
});
