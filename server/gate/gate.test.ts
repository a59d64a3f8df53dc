/** The gate as text: what pins an order, what a changed gate looks like, and that strange commands stay one command. What sshd makes of it is left to the lab tests. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { authorizedKey, installFor, installScript } from './install.ts';
import { requestHash } from '../agent/commandRequest.ts';
import { type AllowedCommand, allowedCommands, allowedCommandsFor } from './allowList.ts';
import { gateProgram, isWhole, versionOf } from './gateProgram.ts';
import { needsOf } from './probe.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { grows, isUnchanged, compareRights, rightsMarkdown, rightsText } from './compareRights.ts';

const order = (id: string, command: string, more: Partial<AllowedCommand> = {}): AllowedCommand => {
  const what = { command, stop: '', seconds: 5, input: false, ...more };
  return { id, writeup: 'w', role: 'backend', ...what, hash: requestHash(what) };
};
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKeyForTestsOnly site';

describe('the hash of an order', () => {
  const base = { command: 'ss -tlnp', stop: '', seconds: 5, input: false };
  it.each([{ command: 'ss -tln' }, { stop: 'true' }, { seconds: 6 }, { input: true }])(
    'changes with %j',
    (more) => expect(requestHash({ ...base, ...more })).not.toBe(requestHash(base)),
  );
  it('cannot be the same for parts that are put together otherwise', () =>
    expect(requestHash({ ...base, command: 'a', stop: 'b' })).not.toBe(
      requestHash({ ...base, command: 'ab', stop: '' }),
    ));
});

it('a role holds its own orders, the same one of two writeups once', () => {
  const one = order('c/s', 'true');
  const other = order('c/t', 'true', { role: 'manager' });
  expect(allowedCommandsFor([one, other, { ...one, writeup: 'x' }], 'backend')).toHaveLength(1);
});

it('a command inside of a container is allowed as it is typed, and the machine itself needs its wrapper only', () => {
  const command = 'docker exec web ss -tln';
  const check = checkOf('c', [
    onceStep('s', command, { inside: { docker: 'web' }, needs: ['docker', 'ss'] }),
  ]);
  const checks = new Map([['c', { check, hash: '', file: '' }]]);
  const writeups = [
    {
      ...{ id: 'w', file: '', writeup: { ...{ title: 'W', description: 'x', order: 1 }, roles: [] } },
      checks,
    },
  ];
  expect(allowedCommands(writeups)[0]).toMatchObject({ id: 'c/s', command });
  expect(needsOf(writeups, 'backend').tools).toEqual(['docker']);
});

/** Sends an order to the gate, as sshd would start it, and keeps its input open until it has said how it ended. */
const ask = async (
  shell: string,
  program: string,
  lines: readonly string[],
  original = 'vantage-agent',
): Promise<{ status: number | null; stdout: string }> => {
  const child = spawn(shell, ['-c', program, 'vantage-gate'], {
    env: { ...process.env, SSH_ORIGINAL_COMMAND: original },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (/ end exit=.*\n/.test(stdout)) child.stdin.end();
  });
  child.stdin.on('error', () => {});
  child.stdin.write(lines.map((line) => `${line}\n`).join(''));
  const [status] = await once(child, 'close');
  return { status: status as number | null, stdout };
};
const nonce = '0123456789abcdef0123456789abcdef';

describe.each(['dash', 'bash'])('the gate under %s', (shell) => {
  const strange = [
    `printf '%s' 'it'\\''s'`,
    'printf "%s" "a \\"b\\" $((1 + 1)) `echo c`"',
    `printf %s '*) ;; esac' '$(id)'`,
    "printf '%s|' a b # ' ) ;;",
    'printf %s ü‘’',
  ];
  it.each(strange)('runs %s as it is written', async (command) => {
    const one = order('strange/step', command);
    const { stdout } = await ask(shell, gateProgram([order('other/step', 'false'), one]), [
      ...['order', nonce, '0', '', '0', '', `@${one.id} ${one.hash}`, 'beat'],
    ]);
    const plain = spawnSync(shell, ['-c', command], { encoding: 'utf8' }).stdout;
    const [, body = ''] = stdout.split(/^vantage-agent.*\n/m);
    expect(body.split('\x1e')[0]).toBe(plain);
    expect(stdout).toContain('how=ended');
  });
  it.each(['', 'id', 'vantage-agent x', 'sftp', 'vantage-gate', '/usr/local/libexec/vantage-gate'])(
    'refuses to be asked for "%s"',
    async (original) => {
      const { status, stdout } = await ask(shell, gateProgram([]), [], original);
      expect({ status, stdout }).toEqual({ status: 126, stdout: '' });
    },
  );
  it('takes an input line only where the check has one, and passes it on as it is', async () => {
    const one = order('login/step', 'cat', { input: true });
    const lines = (given: number) => [
      'order',
      nonce,
      '0',
      '',
      String(given),
      "$(id) 'x'",
      `@${one.id} ${one.hash}`,
      'beat',
    ];
    expect((await ask(shell, gateProgram([one]), lines(1))).stdout).toContain("$(id) 'x'\n");
    expect((await ask(shell, gateProgram([one]), lines(0))).stdout).toContain('how=refused-input');
  });
});

it('a gate has no other bytes than ASCII of its own: in the locale C yash as sh ends at the first', () => {
  expect(gateProgram([order('c/s', 'sudo -n /usr/bin/id', { stop: 'true' })])).toMatch(/^[\n -~]*$/);
});

it('a gate that was changed anywhere is not whole', () => {
  const program = gateProgram([order('c/s', 'true')]);
  expect(isWhole(program)).toBe(true);
  for (const at of [0, 30, 200, 800, 1500, Math.floor(program.length / 2), program.length - 2])
    expect(isWhole(`${program.slice(0, at)}~${program.slice(at + 1)}`)).toBe(false);
  expect(versionOf(program)).not.toBe(versionOf(gateProgram([order('c/s', 'false')])));
});

describe('what is installed', () => {
  const root = order('c/s', 'sudo -n /usr/bin/tcpdump -i lo', { stop: 'sudo -n /usr/bin/pkill -x tcpdump' });
  it('has a sudoers file only where a check needs root', () => {
    const paths = (orders: AllowedCommand[]) =>
      installFor(orders, 'backend', { user: 'autobot', publicKey: key }).files.map(({ path }) => path);
    expect(paths([root])).toContain('/etc/sudoers.d/60-vantage');
    expect(paths([order('c/s', 'true')])).not.toContain('/etc/sudoers.d/60-vantage');
  });
  it('is put in place by a script that a shell can read', () => {
    const script = installScript(
      installFor([root], 'backend', { user: 'autobot', publicKey: key }),
      'autobot',
    );
    expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
    expect(script.indexOf('visudo -cqf')).toBeLessThan(script.indexOf('install -D'));
  });
  it('restricts the key to the gate, and to where it comes from', () => {
    expect(authorizedKey(key)).toBe(`restrict,command="/usr/local/libexec/vantage-gate" ${key}`);
    expect(authorizedKey(key, '192.0.2.1')).toContain('restrict,from="192.0.2.1",command=');
  });
  it.each([
    '',
    'ssh-ed25519',
    `${key}\n${key}`,
    `command="id" ${key}`,
    '-----BEGIN OPENSSH PRIVATE KEY-----',
  ])('refuses "%.30s" as a public key', (text) =>
    expect(() => authorizedKey(text)).toThrow('expected one line with a public key'),
  );
  it('refuses addresses that would end the option', () =>
    expect(() => authorizedKey(key, '1.2.3.4",command="id')).toThrow('--from: expected addresses'));
});

describe('a change of rights', () => {
  const before = [order('a/s', 'true'), order('b/s', 'sudo -n /bin/x')];
  const text = (after: readonly AllowedCommand[], program: readonly string[] = []) =>
    rightsText(compareRights(before, after), program)
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ [0-9a-f]{12}\b/g, ' #'));
  it('is nothing where nothing changed', () => {
    expect(isUnchanged(compareRights(before, [...before].reverse()))).toBe(true);
    expect(text(before)).toEqual(['No right changes.']);
    expect(text([...before].reverse())).toEqual(['No right changes.', '  gate   backend: # → #']);
    expect(grows(compareRights(before, before))).toBe(false);
  });
  it('names what is added, removed and changed, the lines of sudoers, and the gates to install', () => {
    const after = [order('a/s', 'true', { seconds: 9, stop: 'kill 1' }), order('c/s', 'sudo -n /bin/y a,b')];
    expect(text(after)).toEqual([
      'Rights grow.',
      String.raw`+ root   backend: USER ALL=(root) NOPASSWD: /bin/y a\,b`,
      '+ run    backend w/c/s # (5 s): sudo -n /bin/y a,b',
      '- run    backend w/a/s # (5 s): true',
      '+ run    backend w/a/s # (9 s): true · stops by: kill 1',
      '- root   backend: USER ALL=(root) NOPASSWD: /bin/x ""',
      '- run    backend w/b/s # (5 s): sudo -n /bin/x',
      '  gate   backend: # → #',
    ]);
  });
  it.each([
    ['a step more', [...before, order('c/s', 'id')], true],
    ['another command', [order('a/s', 'id'), order('b/s', 'sudo -n /bin/x')], true],
    ['more time', [order('a/s', 'true', { seconds: 6 }), order('b/s', 'sudo -n /bin/x')], true],
    ['a stop line', [order('a/s', 'true', { stop: 'id' }), order('b/s', 'sudo -n /bin/x')], true],
    ['a line of input', [order('a/s', 'true', { input: true }), order('b/s', 'sudo -n /bin/x')], true],
    ['the same on another machine', before.map((one) => ({ ...one, role: 'manager' })), true],
    ['less time', [order('a/s', 'true', { seconds: 4 }), order('b/s', 'sudo -n /bin/x')], false],
    ['a step less', [order('a/s', 'true')], false],
  ] as const)('with %s grows: %s', (_, after, expected) => {
    expect(grows(compareRights(before, after))).toBe(expected);
    expect(text(after)[0]).toBe(expected ? 'Rights grow.' : 'Rights change, and none grows.');
  });
  it('in the program of the gate cannot be told from the checks, and is said first', () =>
    expect(text(before, ['server/agent/agent.sh'])).toEqual([
      expect.stringMatching(/^The program of the gate changes: .* Review it as code\.$/),
      '! gate   server/agent/agent.sh',
    ]));
  it('is one block of Markdown for each kind, which a command cannot end', () => {
    const after = [...before, order('c/s', "printf '```\\n## Fine'")];
    const markdown = rightsMarkdown(compareRights(before, after), []);
    expect(markdown).toMatch(
      /^## What the machines let run\n\n\*\*Rights grow\.\*\*\n\n### Commands\n\n````diff\n\+ backend w\/c\/s /,
    );
    const html = marked.parse(markdown, { async: false });
    expect(html.match(/<h[23]>[^<]*/g)).toEqual([
      '<h2>What the machines let run',
      '<h3>Commands',
      '<h3>Gates to install anew',
    ]);
  });
});
