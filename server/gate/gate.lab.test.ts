/** An installed gate runs what the documentation shows, and nothing else: not for whoever holds the site's key, nor for a server that lies. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedWriteup } from '../content/load.ts';
import type { Lab } from '../lab/lab.ts';
import type { CommandResult, CommandRequest, Transport } from '../agent/contract.ts';
import { runCheck } from '../runs/runCheck.ts';
import { installFor } from './install.ts';
import { allowedCommandsFor, allowedCommands } from './allowList.ts';
import { gateProgram, isWhole, versionOf } from './gateProgram.ts';
import { type GatedLab, gatedLab } from './testing.ts';

let gated: GatedLab;
let lab: Lab;
let transport: Transport;
let writeups: readonly LoadedWriteup[] = [];
let config = '';

beforeAll(async () => {
  gated = await gatedLab();
  ({ lab, transport, writeups, config } = gated);
});
afterAll(() => gated.close());

const backend = () => allowedCommandsFor(allowedCommands(writeups), 'backend');

describe('with an installed gate', () => {
  it('every check agrees as before, and the version of the gate is part of who answered', async () => {
    const program = gateProgram(backend());
    expect(isWhole(program)).toBe(true);
    const verdicts: string[] = [];
    const gates = new Set<string>();
    for (const { checks } of writeups)
      for (const { check } of checks.values()) {
        const judgement = await runCheck({
          ...{ check, transport, signal: new AbortController().signal, now: () => performance.now() },
          credentials: { kind: 'documented' },
          emit: (body) =>
            body.kind === 'step-started' && body.machine === 'backend' && gates.add(body.identity.gate),
          machineOf: (role) => lab.fleet.machines.find((machine) => machine.role === role),
        });
        verdicts.push(`${check.id}: ${judgement.verdict} ${judgement.problem?.message ?? ''}`.trim());
      }
    expect(verdicts.filter((one) => !one.endsWith(': agrees'))).toEqual([]);
    expect([...gates]).toEqual([versionOf(program)]);
  });
});

/** Whoever holds the key: the real ssh client, with whatever options and command. */
const ssh = (options: readonly string[], command: readonly string[], input = '') =>
  spawnSync('ssh', ['-F', config, ...options, '--', 'backend', ...command], {
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
const marker = '/tmp/gate-was-passed';
const touched = async (): Promise<boolean> =>
  (await lab.exec('backend', ['test', '-e', marker], { asRoot: true })).exit === 0;

describe('with the site’s key in the hands of an attacker', () => {
  it.each([
    [[], ['id']],
    [[], [`touch ${marker}`]],
    [[], ['vantage-agent;', `touch ${marker}`]],
    [[], [`vantage-agent\ntouch ${marker}`]],
    [[], [`$(touch ${marker})`]],
    [[], [`\`touch ${marker}\``]],
    [[], ['vantage-agent ']],
    [[], ['vantage-master;id']],
    [[], ['vantage-gate version; id']],
    [[], ['VANTAGE-AGENT']],
    [[], ['vantage‐agent']],
    [[], ['bash', '-i']],
    [[], ['']],
    [[], []],
    [['-tt'], []],
    [['-s'], ['sftp']],
    [['-o', 'SendEnv=*', '-o', 'SetEnv=SSH_ORIGINAL_COMMAND=vantage-agent'], [`touch ${marker}`]],
  ])('ssh %j %.60j runs nothing', async (options, command) => {
    const { status, stdout } = ssh(options, command, `touch ${marker}\n`);
    expect({ ran: status === 0, stdout }).toEqual({ ran: false, stdout: '' });
    expect(await touched()).toBe(false);
  });

  it('a command of 100,000 bytes runs nothing', async () => {
    expect(ssh([], [`touch ${marker};${'x'.repeat(100_000)}`]).status).not.toBe(0);
    expect(await touched()).toBe(false);
  });

  it.each([
    ['-W', ['-W', '127.0.0.1:8443']],
    ['-L', ['-N', '-o', 'ExitOnForwardFailure=yes', '-L', '127.0.0.1:0:127.0.0.1:8443']],
    ['-R', ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '127.0.0.1:18443:127.0.0.1:8443']],
  ])('forwarding with %s is refused', async (_, options) => {
    const child = spawn('ssh', ['-F', config, '-o', 'ClearAllForwardings=no', ...options, 'backend'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', () => {});
    const closed = once(child, 'close');
    child.stdin.write('GET / HTTP/1.0\r\n\r\n');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 3000))]);
    child.kill('SIGKILL');
    await closed;
    expect(said).toBe('');
    const listening = await lab.exec('backend', ['ss', '-Hltn', 'sport = :18443']);
    expect(listening.stdout).toBe('');
  });

  it.each([
    ['a command in plain text', `touch ${marker}`],
    ['a name that it does not know', `@self-loopback/evil ${'0'.repeat(64)}`],
    ['a pattern for a name', '@*'],
    ['the end of a quoted text', `' ; touch ${marker} ; '`],
  ])('an agent that is sent %s refuses', (_, command) => {
    const order = `order\nabcdef0123456789abcdef0123456789\n30\ntouch ${marker}\n0\n\n${command}\n`;
    const { stdout } = ssh([], ['vantage-agent'], `${order}beat\n`);
    expect(stdout).toContain('how=refused-unknown');
  });

  it('passes no command in by way of an input line', async () => {
    const [login] = allowedCommands(writeups).filter(({ input }) => input);
    if (!login) throw new Error('expected a check whose step takes an input line');
    const [step] = backend().filter(({ input }) => !input);
    const order = (given: number, input: string) =>
      ssh(
        [],
        ['vantage-agent'],
        `order\nabcdef0123456789abcdef0123456789\n30\n\n${given}\n${input}\n@${step?.id} ${step?.hash}\nbeat\n`,
      );
    expect(order(1, `$(touch ${marker})`).stdout).toContain('how=refused-input');
    expect(await touched()).toBe(false);
  });

  it('an agent that is sent further notes in its nonce takes none, and ends no process of the login user', async () => {
    const line = `sleep 98.${process.pid}`;
    await lab.exec('backend', ['/bin/sh', '-c', `setsid ${line} >/dev/null 2>&1 </dev/null &`]);
    const pids = async () => (await lab.exec('backend', ['pgrep', '-f', '-x', line])).stdout.trim();
    const victim = await pids();
    expect(victim).toMatch(/^\d+$/);
    const [known] = backend().filter(({ input, stop }) => !input && stop === '');
    const nonce = `${'0'.repeat(32)}\\npass ${victim}\\nexit 0`;
    const { stdout } = ssh(
      [],
      ['vantage-agent'],
      `order\n${nonce}\n0\n\n0\n\n@${known?.id} ${known?.hash}\n`,
    );
    expect(stdout).toMatch(/^vantage-agent 2 [^\n]*\n$/);
    expect(await pids()).toBe(victim);
    await lab.exec('backend', ['kill', victim]);
  });

  it('lets the login user change neither gate nor key nor rights', async () => {
    for (const file of [
      '/usr/local/libexec/vantage-gate',
      '/etc/ssh/authorized_keys.d/autobot',
      '/etc/sudoers',
      '/home/autobot/.profile',
      '/home/autobot/.ssh/rc',
    ]) {
      const tried = await lab.exec('backend', [
        '/bin/sh',
        '-c',
        `mkdir -p "$(dirname ${file})"; echo x >> ${file}`,
      ]);
      expect({ file, changed: tried.exit === 0 }).toEqual({ file, changed: false });
    }
  });
});

const sent = async (
  order: Pick<CommandRequest, 'id' | 'command'> & Partial<CommandRequest>,
): Promise<CommandResult> => {
  const channel = await transport.open('backend', new AbortController().signal);
  return channel.run({ limits: { seconds: 5, bytes: 65_536 }, ...order }, () => {});
};

describe('a documentation that has moved on', () => {
  it('meets an outdated gate, which is said as that, and runs nothing', async () => {
    const [known] = backend();
    const ended = await sent({ id: known?.id ?? '', command: `touch ${marker}` });
    expect(ended).toEqual({
      how: 'refused',
      message: expect.stringContaining('it is outdated. Nothing was run.'),
    });
    expect(await touched()).toBe(false);
  });
  it('meets a gate that does not know a new step', async () => {
    expect(await sent({ id: 'new-check/step', command: 'true' })).toEqual({
      how: 'refused',
      message: expect.stringContaining('does not know this step'),
    });
  });
});

it('the files that are installed are valid for sshd and sudo', async () => {
  const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKeyForTestsOnly';
  const { files } = installFor(allowedCommands(writeups), 'backend', { user: 'autobot', publicKey });
  const textOf = (name: string): string => files.find(({ path }) => path.includes(name))?.text ?? '';
  const asRoot = async (script: string) => lab.exec('backend', ['/bin/sh', '-c', script], { asRoot: true });
  const written = (text: string) => Buffer.from(text).toString('base64');
  const sshd = await asRoot(
    `{ cat /etc/ssh/sshd_config; echo ${written(textOf('sshd_config.d'))} | base64 -d; } >/tmp/sshd && /usr/sbin/sshd -t -f /tmp/sshd`,
  );
  expect(sshd).toMatchObject({ exit: 0, stderr: '' });
  const sudo = await asRoot(
    `echo ${written(textOf('sudoers.d'))} | base64 -d >/tmp/sudo && visudo -cqf /tmp/sudo`,
  );
  expect(sudo).toMatchObject({ exit: 0 });
});
