/** What comes on the agent's standard input is data, bounded in bytes and in time, whoever sends it: under both shells that a Debian machine may have as `sh`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { gateProgram } from '../gate/gateProgram.ts';
import { alive } from '../lab/testing.ts';
import { agent, below, mark, NONCE, sleeping, textOf, until } from './agent.testing.ts';
import { AGENT_COMMAND, AGENT_PROGRAM } from './program.ts';

/** The same program with another limit; one that is not in it is no program of today. */
function withLimit(was: string, limit: string): string {
  expect(AGENT_PROGRAM).toContain(was);
  return AGENT_PROGRAM.replaceAll(was, limit);
}

const victims: ChildProcess[] = [];
afterAll(() => {
  for (const one of victims) one.kill('SIGKILL');
});
/** A process of the same user that has nothing to do with any agent. */
function victim(): ChildProcess {
  const one = spawn('sleep', ['300'], { stdio: 'ignore' });
  victims.push(one);
  return one;
}
const lives = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

describe.each(['dash', 'bash'])('an order under %s', { concurrent: true }, (shell) => {
  it.each([
    ['a nonce with the escapes of further notes', (pid: number) => [`${NONCE}\\npass ${pid}\\nexit 0`, '30']],
    ['a nonce with a line break of another kind', () => [`${NONCE}\\0012exit 0`, '30']],
    ['a nonce that is the word of a note', () => ['exit 0', '30']],
    ['a nonce that is too short', () => [NONCE.slice(1), '30']],
    ['a nonce that is too long', () => [`${NONCE}0`, '30']],
    ['a nonce that is not hexadecimal', () => [NONCE.toUpperCase(), '30']],
    ['no nonce', () => ['', '30']],
    ['seconds that a shell takes for octal', () => [NONCE, '09']],
    ['seconds that are no number', () => [NONCE, 'x[$(touch /tmp/x)]']],
    ['seconds beyond six digits', () => [NONCE, '1000000']],
    ['no seconds', () => [NONCE, '']],
  ] as const)(
    'with %s runs nothing, says nothing and signals nobody',
    async (_, lines) => {
      const other = victim();
      const one = agent(shell);
      one.send(`order\n${lines(other.pid ?? 0).join('\n')}\n\n0\n\necho ran; sleep 2\n`);
      await one.closed(20_000);
      expect(one.out()).toMatch(/^vantage-agent[^\n]*\n$/);
      expect(one.err()).toBe('vantage-agent 2\n');
      expect(lives(other)).toBe(true);
    },
    40_000,
  );

  it('that is not whole in time ends the agent, and nothing of it is left', async () => {
    const one = agent(shell, {}, withLimit('sleep 15 ', 'sleep 0.3 '));
    one.send(`order\n${NONCE}\n30\n`);
    await until('it waits for the rest', () => below(one.pid).length > 2);
    const family = below(one.pid);
    await one.closed(20_000);
    expect(one.out()).toMatch(/^vantage-agent[^\n]*\n$/);
    await until('all are gone', () => !family.some(alive));
  }, 40_000);

  it('that is whole has its own time, not that of the reading', async () => {
    const one = agent(shell, {}, withLimit('sleep 15 ', 'sleep 0.6 '));
    one.order('sleep 4.5; echo on');
    await one.closed(20_000);
    expect(one.record()).toMatchObject({ exit: 0, how: 'ended' });
  }, 40_000);

  it.each([
    ['in it', false],
    ['after it', true],
  ])(
    'with a line %s that has no end meets a limit of memory, and nothing is left',
    async (_, ordered) => {
      const marked = mark();
      // bash does not start with less.
      const limitKib = shell === 'bash' ? 7168 : 4096;
      const one = agent(shell, {}, withLimit('32768', `${limitKib}`));
      if (ordered) {
        one.order(`echo on; sleep ${marked}`);
        await until('the command runs', () => one.out().includes('on\n'));
      }
      await until('it is there', () => below(one.pid).length > 2);
      const family = below(one.pid);
      one.send('x'.repeat(16 * 1024 * 1024));
      let most = 0;
      await until(
        'they are gone',
        () => {
          const sizes = family.map((pid) =>
            Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0),
          );
          most = Math.max(most, ...sizes);
          return !family.some(alive);
        },
        60_000,
      );
      await one.closed();
      expect(most).toBeLessThan(limitKib);
      expect(sleeping(marked)).toEqual([]);
    },
    90_000,
  );

  it('gives the command the limits that the agent was started with', async () => {
    const one = agent(shell);
    one.order('ulimit -S -v');
    await one.closed();
    expect(one.out()).toMatch(/\nunlimited\n/);
  });

  it('keeps its time limit, however often it is told to stop', async () => {
    const begun = performance.now();
    const one = agent(shell);
    one.order('sleep 30', { seconds: 2, stop: 'sleep 0.5' });
    one.send('stop\n'.repeat(40));
    await one.closed(20_000);
    expect(one.record().how).toBe('overtime');
    expect(performance.now() - begun).toBeLessThan(20_000);
  }, 40_000);

  it('does not take a word of its own clock from outside', async () => {
    const one = agent(shell);
    one.order('sleep 30');
    one.send('tick\n');
    await one.closed();
    expect(one.record().how).toBe('cancelled');
  });

  it('has its stop line run once more at the end, for what had not begun when it was looked for', async () => {
    const marked = mark();
    const one = agent(shell);
    one.order(
      `setsid sh -c 'sleep 0.5; exec sleep ${marked}' >/dev/null 2>&1 & trap "" TERM; wait; sleep 30`,
      {
        stop: `pkill -f -x "sleep ${marked}"`,
      },
    );
    one.send('cancel\n');
    await one.closed(20_000);
    expect(one.record().how).toBe('cancelled');
    expect(sleeping(marked)).toEqual([]);
  }, 40_000);
});

it('no program that runs on a machine hands a variable to `echo`, which expands escapes in some shells', () => {
  const programs = `${AGENT_PROGRAM}\n${gateProgram([])}`;
  // What is left are texts and numbers of our own.
  const echoes = programs.match(/\becho (?:[^\n;|&']|'[^']*')*/g) ?? [];
  expect(echoes.filter((one) => one.replaceAll(/\$(?:most|VANTAGE_GATE)\b/g, '').includes('$'))).toEqual([]);
});

describe('the command that starts an agent', () => {
  it('is one line of plain words that no login shell makes something else of', () => {
    expect(AGENT_COMMAND).toMatch(
      /^exec sh -c '[^'!\\\n]{1,1000}' vantage-agent(?: '(?:[^'!\\\n]|\\n|\\0[0-7]{3}){1,1000}')+$/,
    );
  });

  it.each(['dash', 'bash', 'csh', 'tcsh', 'fish'])('starts one under %s', async (shell) => {
    const child = spawn(shell, ['-c', AGENT_COMMAND], { stdio: ['pipe', 'pipe', 'ignore'] });
    // Not every machine has all of them.
    const missing = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(false)).once('error', () => resolve(true));
    });
    if (missing) return;
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stdin.end();
    await once(child, 'close');
    expect(out).toMatch(/^vantage-agent 2 [^\n]+\n$/);
  });
});
