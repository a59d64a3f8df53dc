/** How the agent ends a command, and that nothing of it is left: by its own lines, under every shell that a system may have as `sh`. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { killAtOnce } from '../lab/testing.ts';
import { agent, below, cmdlines, mark, shells, sleeping, until } from './agent.testing.ts';
import { AGENT_NAME, AGENT_PROGRAM } from './program.ts';

describe.each(shells)('the end under %s', { concurrent: true }, (shell) => {
  it('ends the command when its input ends', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(`echo on; sleep ${marked}`);
    await until('the command runs', () => one.out().includes('on\n'));
    one.end();
    await one.closed();
    expect(one.record().how).toBe('cancelled');
    expect(sleeping(marked)).toEqual([]);
  });

  it('ends the command after 6 s without a beat, and not before', async () => {
    const marked = mark();
    const one = agent(shell);
    const begun = performance.now();
    one.order(`sleep ${marked} & trap "" TERM; sleep ${marked}`);
    await pause(1500);
    one.send('beat\n');
    await one.closed(20_000);
    expect(performance.now() - begun).toBeGreaterThan(7000);
    expect(one.record().how).toBe('cancelled');
    expect(sleeping(marked)).toEqual([]);
  }, 40_000);

  it('ends at the limit also what ignores TERM', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(`trap "" TERM INT HUP; sleep ${marked}; sleep ${marked}`, { seconds: 1 });
    await one.closed();
    expect(one.record()).toMatchObject({ how: 'overtime' });
    expect(sleeping(marked)).toEqual([]);
  });

  it('runs the stop line when it ends a command', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(`setsid sleep ${marked} & trap "" TERM; wait $!`, {
      seconds: 1,
      stop: `kill $(pgrep -f -x "sleep ${marked}")`,
    });
    await one.closed();
    expect(sleeping(marked)).toEqual([]);
  });

  it('confirms the end only when a process that detached itself is gone too', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(`trap "" TERM; setsid sleep ${marked} & wait $!`, { seconds: 1 });
    await one.closed(20_000);
    expect(one.record().how).toBe('overtime');
    expect(sleeping(marked)).toEqual([]);
  }, 40_000);

  it('cuts the output that a detached process still holds, and says so', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(
      `echo kept; setsid sleep ${marked} & until pgrep -f -x "sleep ${marked}" >/dev/null; do :; done`,
    );
    await one.closed(20_000);
    expect(one.record()).toMatchObject({ exit: 0, how: 'held' });
    expect(one.out()).toContain('kept\n');
    await until('the detached process is gone too', () => sleeping(marked).length === 0);
  }, 40_000);

  it('ends what left the session and holds no stream, and the command is complete', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(
      `setsid sleep ${marked} >/dev/null 2>&1 </dev/null & until pgrep -f -x "sleep ${marked}" >/dev/null; do :; done`,
    );
    await one.closed();
    expect(one.record()).toMatchObject({ exit: 0, how: 'ended' });
    expect(sleeping(marked)).toEqual([]);
  });

  it('leaves no helper behind', async () => {
    const one = agent(shell);
    one.order('echo on; IFS= read -r x; sleep 1');
    await until('the command runs', () => one.out().includes('on\n'));
    await until('its helpers run', () => below(one.pid).length > 3);
    const helpers = below(one.pid);
    await one.closed();
    await until('they are gone', () => cmdlines().every(({ pid }) => !helpers.includes(pid)));
  });

  it('leaves no guard behind when nobody reads its last lines', async () => {
    const one = agent(shell);
    one.order('echo on; IFS= read -r x; sleep 1', { seconds: 60 });
    await until('the command runs', () => one.out().includes('on\n'));
    const helpers = below(one.pid);
    one.leave();
    await until(
      'they are gone',
      () => cmdlines().every(({ pid, argv }) => !helpers.includes(pid) || argv === ''),
      8000,
    );
  });

  it.each(['agent', 'run'])('ends the command soon when its %s is killed', async (part) => {
    const marked = mark();
    // What guards the agent looks for it every 15 s.
    const one = agent(shell, {}, AGENT_PROGRAM.replace('sleep 15 ', 'sleep 1 '));
    one.order(`echo on; sleep ${marked} & sleep ${marked}`, { seconds: 60 });
    await until('the command runs', () => one.out().includes('on\n') && sleeping(marked).length === 2);
    const family = [one.pid, ...below(one.pid)];
    const argv = new Map(cmdlines().map((one) => [one.pid, one.argv]));
    const victims = family.filter((pid) =>
      part === 'agent'
        ? argv.get(pid)?.endsWith(AGENT_NAME)
        : argv.get(pid)?.endsWith(`sh ${one.pid} vantage-run`),
    );
    expect(victims.length).toBeGreaterThan(0);
    for (const pid of part === 'agent' ? victims : victims.slice(0, 1)) killAtOnce(pid);
    await until('the command is gone', () => sleeping(marked).length === 0);
    await one.closed();
    if (part === 'run') expect(one.record().how).toBe('broken');
    await until('the helpers are gone', () =>
      cmdlines().every(({ pid, argv: now }) => !family.includes(pid) || now === ''),
    );
  });
});

// `timeout` ends it, whatever the shell.
it('does not wait for a stop line that hangs', async () => {
  const one = agent('sh');
  one.order('sleep 30', { seconds: 1, stop: 'sleep 30' });
  await one.closed(20_000);
  expect(one.record().how).toBe('overtime');
}, 40_000);
