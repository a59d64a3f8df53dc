/** What every Reach promises, as one suite; `local.test.ts` and `ssh.lab.test.ts` run it over their own. Not a test by itself. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Channel, CommandResult, CommandRequest, Transport, Stream } from './contract.ts';

export type Taken = { ended: CommandResult; stdout: Buffer; stderr: Buffer };

const limits = { seconds: 20, bytes: 1_000_000 };

/** Opens a channel for the tests; nothing of theirs is ever given up early. */
export const open = (reach: Transport, role: string): Promise<Channel> =>
  reach.open(role, new AbortController().signal);

/** Runs an order and gathers what was heard. `onHeard` sees all that came so far. */
export async function take(
  channel: Channel,
  order: Partial<CommandRequest> & { command: string },
  onHeard: (stdout: string, stderr: string) => void = () => {},
): Promise<Taken> {
  const heard: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  const ended = await channel.run({ id: 'suite/step', limits, ...order }, (stream, bytes) => {
    heard[stream].push(Buffer.from(bytes));
    onHeard(Buffer.concat(heard.stdout).toString(), Buffer.concat(heard.stderr).toString());
  });
  return { ended, stdout: Buffer.concat(heard.stdout), stderr: Buffer.concat(heard.stderr) };
}

const sum = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** The promises. `reach` is asked for anew in each test, because it exists only once the tests run. */
export function transportContract(reach: () => Transport, role: string): void {
  const once = async (order: Partial<CommandRequest> & { command: string }): Promise<Taken> =>
    take(await open(reach(), role), order);

  describe('what every reach promises', { concurrent: true }, () => {
    it('says who answered', async () => {
      const channel = await open(reach(), role);
      channel.close();
      const { hostName, machineId, kernel, user } = channel.identity;
      const { stdout } = await once({
        command: 'uname -n; cat /etc/machine-id 2>/dev/null || echo "?"; uname -r; id -un',
      });
      expect([hostName, machineId, kernel, user]).toEqual(stdout.toString().trim().split('\n'));
    });

    it('keeps the streams apart and proves them', async () => {
      const { ended, stdout, stderr } = await once({
        command: 'printf "out\\nlast"; printf err >&2; exit 7',
      });
      expect(stdout.toString()).toBe('out\nlast');
      expect(stderr.toString()).toBe('err');
      expect(ended).toEqual({ how: 'complete', exit: 7, stdout: sum(stdout), stderr: sum(stderr) });
    });

    it('hands on every byte value, and records that are not the agent’s', async () => {
      const forged = `\x1e${'0'.repeat(32)} end exit=0 how=ended`;
      const { ended, stdout } = await once({
        command: `i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %03o $i)"; i=$((i+1)); done; printf '${forged}'`,
      });
      expect(stdout).toEqual(
        Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, i) => i)), Buffer.from(forged)]),
      );
      expect(ended.how).toBe('complete');
    });

    it('takes a command as one shell line, whatever stands in it', async () => {
      const { stdout } = await once({
        command: `X='it'\\''s'; printf '%s ' "$X" \`echo t\` '$HOME "q" \\n'`,
      });
      expect(stdout.toString()).toBe(`it's t $HOME "q" \\n `);
    });

    it('gives the input line to the command and to nobody else', async () => {
      const { stdout } = await once({
        command: 'IFS= read -r x; echo "<$x>"; env; cat /proc/$$/cmdline /proc/$PPID/cmdline; cat',
        input: `a 'secret' $HOME`,
      });
      expect(stdout.toString().match(/secret/g)).toHaveLength(1);
      expect(stdout.toString()).toContain(`<a 'secret' $HOME>\n`);
    });

    it('gives an empty input without an input line', async () => {
      const { ended, stdout } = await once({ command: 'cat; echo end' });
      expect([ended.how, stdout.toString()]).toEqual(['complete', 'end\n']);
    });

    it('forces the environment', async () => {
      const { stdout } = await once({ command: 'echo $LC_ALL $TZ $NO_COLOR $COLUMNS $PATH' });
      expect(stdout.toString().trim()).toBe(
        'C UTC 1 200 /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      );
    });

    it('tells a missing command as the shell does', async () => {
      const { ended, stderr } = await once({ command: 'no-such-command-here' });
      expect(ended).toMatchObject({ how: 'complete', exit: 127 });
      expect(stderr.toString()).toContain('not found');
    });

    it('cuts at the byte limit, ends the command and says truncated', async () => {
      const { ended, stdout } = await once({ command: 'yes', limits: { seconds: 20, bytes: 100_001 } });
      expect(ended.how).toBe('truncated');
      expect(stdout.length).toBe(100_001);
    });

    it('does not call output truncated that just fills the limit', async () => {
      const { ended } = await once({
        command: 'head -c 5000 /dev/zero',
        limits: { seconds: 20, bytes: 5000 },
      });
      expect(ended.how).toBe('complete');
    });

    it('ends a command at its time limit and says overtime', async () => {
      const { ended, stdout } = await once({
        command: 'echo begun; sleep 30',
        limits: { seconds: 1, bytes: 1000 },
      });
      expect([ended.how, stdout.toString()]).toEqual(['overtime', 'begun\n']);
    });

    it('cancels, also what ignores TERM', async () => {
      const channel = await open(reach(), role);
      const { ended } = await take(
        channel,
        { command: 'trap "" TERM; echo on; while :; do sleep 1; done' },
        (out) => out.includes('on') && channel.cancel(),
      );
      expect(ended.how).toBe('cancelled');
    });

    it('cancels in the moment of the start', async () => {
      const channel = await open(reach(), role);
      const taken = take(channel, { command: 'sleep 30' });
      channel.cancel();
      expect((await taken).ended.how).toBe('cancelled');
    });

    it('stops gently: the command ends by itself and is complete', async () => {
      const channel = await open(reach(), role);
      const { ended, stdout } = await take(
        channel,
        { command: 'trap "echo summary; exit 5" INT; echo on; while :; do sleep 0.1; done' },
        (out) => out === 'on\n' && channel.stop(),
      );
      expect(stdout.toString()).toBe('on\nsummary\n');
      expect(ended).toMatchObject({ how: 'complete', exit: 5 });
    });

    it('stops by the stop line where there is one', async () => {
      const channel = await open(reach(), role);
      const marker = `${process.pid}${Math.trunc(performance.now())}`;
      const { ended } = await take(
        channel,
        {
          command: `echo on; exec sleep 31.${marker}`,
          stop: `kill -INT $(pgrep -f -x "sleep 31.${marker}")`,
        },
        (out) => out === 'on\n' && channel.stop(),
      );
      expect(ended).toMatchObject({ how: 'complete', exit: 130 });
    });

    it('leaves no background child behind, even one that holds the output', async () => {
      const marker = `32.${process.pid}${Math.trunc(performance.now())}`;
      const { ended, stdout } = await once({ command: `sleep ${marker} & echo done` });
      expect([ended.how, stdout.toString()]).toEqual(['complete', 'done\n']);
      const { stdout: left } = await once({ command: `pgrep -f -x "sleep ${marker}" || echo none` });
      expect(left.toString()).toBe('none\n');
    });

    it('refuses what is not one line, and a command that is too long', async () => {
      for (const order of [
        { command: 'echo a\necho b' },
        { command: 'echo', input: 'a\nb' },
        { command: 'echo', stop: 'a\nb' },
        { command: `echo ${'x'.repeat(200_000)}` },
      ]) {
        const { ended, stdout } = await once(order);
        expect(ended).toMatchObject({ how: 'lost', message: expect.stringContaining('Nothing was run') });
        expect(stdout.length).toBe(0);
      }
    });

    it('serves one order only', async () => {
      const channel = await open(reach(), role);
      await take(channel, { command: 'true' });
      expect((await take(channel, { command: 'echo again' })).ended).toMatchObject({ how: 'lost' });
    });

    it('says lost when it is given up in the middle', async () => {
      const channel = await open(reach(), role);
      const { ended } = await take(channel, { command: 'echo on; sleep 30' }, () => channel.close());
      expect(ended.how).toBe('lost');
    });

    it('serves several channels at once', async () => {
      const channels = await Promise.all([1, 2, 3, 4].map(() => open(reach(), role)));
      const taken = await Promise.all(channels.map((channel, i) => take(channel, { command: `echo ${i}` })));
      expect(taken.map(({ stdout }) => stdout.toString())).toEqual(['0\n', '1\n', '2\n', '3\n']);
    });

    it('rejects an open that was given up', async () => {
      await expect(reach().open(role, AbortSignal.abort())).rejects.toMatchObject({ name: 'TransportError' });
    });
  });
}
