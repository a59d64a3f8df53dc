/**
 * The agent by itself, spoken to in its own lines, under every shell that a system may have as `sh`:
 * what only shows without a channel in front of it. How commands end is left to `agent.ends.test.ts`.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandEnvironment } from '../../src/core/check/input.ts';
import { agent, below, cmdlines, mark, NONCE, shells, sleeping, until } from './agent.testing.ts';

describe.each(shells)('the agent under %s', { concurrent: true }, (shell) => {
  it('greets on both streams before anything else', async () => {
    const one = agent(shell);
    await until('a greeting', () => one.out().includes('\n') && one.err().includes('\n'));
    expect(one.out()).toMatch(/^vantage-agent 2 \S+ \S+ \S+ \S+\n$/);
    expect(one.err()).toBe('vantage-agent 2\n');
    one.end();
    await one.closed();
  });

  it('ends without a word when its input ends before an order, or within one', async () => {
    for (const text of [
      '',
      'order\n',
      `order\n${NONCE}\n30\n\n0\n\n`,
      `order\n${NONCE}\n30\n\n0\n\necho no line end`,
    ]) {
      const one = agent(shell);
      one.send(text);
      one.end();
      await one.closed();
      expect(one.out()).toMatch(/^vantage-agent[^\n]*\n$/);
    }
  });

  it.each([
    'nosuch; echo $?',
    'echo $# "$@" $0 $given $main $command.',
    'permit; end; outside; in_place=1; command -v cat',
    'cat; echo read',
    'set -e; false; echo no',
    'trap "echo bye" EXIT; (exit 4)',
    'f() { return 5; }; f',
    '[ "$PPID" != "$$" ] && echo own; kill -TERM $$; echo no',
    'exec sh -c "echo in place; exit 6"',
    'echo a | (exit 7); false || echo "b; } c" # } { comment',
    'x=1; { x=2; }; echo $x; [ -e /dev/fd/4 ] || [ -e /dev/fd/5 ] || [ -e /dev/fd/6 ] || echo closed; exit 8',
  ])('runs a command as a shell of its own does: %s', async (command) => {
    const alone = spawnSync(shell, [...(shell === 'busybox' ? ['sh'] : []), '-c', command, 'sh'], {
      env: { PATH: process.env.PATH, HOME: '/tmp', LC_ALL: 'C' },
      encoding: 'utf8',
    });
    const one = agent(shell);
    one.order(command);
    await one.closed();
    expect(
      one
        .out()
        .split('\n')
        .slice(1)
        .join('\n')
        .replace(/\x1e.*\n$/, ''),
    ).toBe(alone.stdout);
    expect(one.record().exit).toBe(alone.status ?? 143);
  });

  it('marks the end of both streams behind all that came', async () => {
    const one = agent(shell);
    one.order('printf abc; exit 9');
    await one.closed();
    expect(one.out()).toMatch(new RegExp(`\nabc\x1e${NONCE} end exit=9 how=ended again\n$`));
    expect(one.err()).toBe(`vantage-agent 2\n\x1e${NONCE} end\n`);
  });

  it('serves the next order, and skips what was on its way to the one before', async () => {
    const one = agent(shell, {}, undefined, true);
    one.order('printf first; exit 3');
    await until('the first record', () => one.out().endsWith(' again\n'));
    one.send('beat\ncancel\ntop\n');
    one.order('printf second; cat', { input: 'given' });
    await until('the second record', () => /second.*again\n$/s.test(one.out()));
    one.end();
    await one.closed();
    const end = `\x1e${NONCE} end`;
    expect(one.out().split('\n').slice(1).join('\n')).toBe(
      `first${end} exit=3 how=ended again\nsecondgiven\n${end} exit=0 how=ended again\n`,
    );
    expect(one.err()).toBe(`vantage-agent 2\n${end}\n${end}\n`);
  });

  it('serves no other order when something unknown still has a stream', async () => {
    const one = agent(shell, {}, undefined, true);
    const own = mark();
    one.order(`{ env -i /usr/bin/setsid sh -c 'echo; exec sleep ${own}' & } | { read -r _; printf first; }`);
    await until('the record', () => one.out().includes('how='));
    expect(one.out()).toMatch(/first\x1e\w+ end exit=0 how=ended\n$/);
    await until('the agent is gone', () => !cmdlines().some(({ pid }) => pid === one.pid));
    for (const pid of sleeping(own)) process.kill(pid);
  });

  it('shows the nonce to nobody', async () => {
    const one = agent(shell);
    one.order('env; cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"');
    await one.closed();
    expect(one.out().split(NONCE)).toHaveLength(2);
  });

  it('gives the command three streams and no other descriptor', async () => {
    const one = agent(shell);
    one.order('ls /proc/self/fd | tr "\\n" " "');
    await one.closed();
    expect(one.out().split('\n')[1]).toMatch(/^0 1 2 (\d{2,} )*3 \x1e/);
  });

  it('keeps HOME and the proxy variables and drops the rest', async () => {
    const one = agent(shell, {
      https_proxy: 'http://p:1/a b',
      SECRET: 'x',
      LD_PRELOAD: '',
      ENV: '/dev/null',
    });
    one.order('env');
    await one.closed();
    const names = [...one.out().matchAll(/^(\w+)=/gm)].map(([, name]) => name).sort();
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name ?? ''))).toEqual([
      'COLUMNS',
      'HOME',
      'LC_ALL',
      'NO_COLOR',
      'PATH',
      'TZ',
      'VANTAGE_RUN',
      'https_proxy',
    ]);
    expect(one.out()).toContain('https_proxy=http://p:1/a b\n');
    const forced = commandEnvironment.split(' ');
    expect(
      one
        .out()
        .split('\n')
        .filter((line) => forced.includes(line))
        .sort(),
    ).toEqual([...forced].sort());
  });

  it('leaves signals as they were, so that a broken pipe and an interrupt end a command', async () => {
    const one = agent(shell);
    one.order('grep Sig.gn /proc/self/status; yes | head -n 1');
    await one.closed();
    expect(one.out()).toContain('SigIgn:\t0000000000000000\n');
    expect(one.record().exit).toBe(0);
  });

  it('says nothing of its own on the command’s error stream when a signal ends it', async () => {
    const one = agent(shell);
    one.order('kill -SEGV $$');
    await one.closed();
    expect(one.record()).toMatchObject({ exit: 139, how: 'ended' });
    expect(one.err()).toBe(`vantage-agent 2\n\x1e${NONCE} end\n`);
  });

  it('runs a command line of 100 kB', async () => {
    const one = agent(shell);
    one.order(`echo ${'x'.repeat(99_000)} | wc -c`);
    await one.closed();
    expect(one.out()).toContain('\n99001\n');
  });

  it('gives the command an input that it need not read', async () => {
    const one = agent(shell);
    one.order('echo fine', { input: 'y'.repeat(90_000) });
    await one.closed();
    expect(one.record()).toMatchObject({ exit: 0, how: 'ended' });
  });
});

// Patterns, numbers and pipes are the same in every shell.
describe('the agent', { concurrent: true }, () => {
  it('runs nothing for words that are no order', async () => {
    for (const text of ['cancel\n', 'beat\n', '\n', `order\n${NONCE}\n1e3\n\n0\n\necho ran\n`]) {
      const one = agent('sh');
      one.send(text);
      await one.closed();
      expect(one.out()).toMatch(/^vantage-agent[^\n]*\n$/);
    }
  });

  it('lets a flood wait for whoever reads it, and ends it at its time', async () => {
    const one = agent('sh');
    await until('a greeting', () => one.out().includes('\n'));
    const waiting = below(one.pid).length;
    one.pause();
    one.order('yes', { seconds: 2 });
    await until('the command runs', () => below(one.pid).length > waiting);
    await until('the command is gone', () => below(one.pid).length === 0, 15_000);
    one.resume();
    await one.closed();
    expect(one.record().how).toBe('overtime');
    // What the pipes hold, and no more.
    expect(one.out().length).toBeLessThan(8_000_000);
  }, 40_000);

  it('refuses a command line of 200 kB', async () => {
    const one = agent('sh');
    one.order(`echo ${'x'.repeat(200_000)}`);
    await one.closed();
    expect(one.record().exit).toBe(126);
    expect(one.err()).toContain('at most 100000 are taken; nothing was run');
  });
});
