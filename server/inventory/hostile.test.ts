/** Values that ssh, a shell or a reader could misunderstand: each is refused at its line, with what to write instead. */
import { describe, expect, it } from 'vitest';
import { auditLine } from '../audit/auditLine.ts';
import { refusedFilesEvent } from '../audit/auditLine.ts';
import { sshConfig } from '../ssh/sshConfig.ts';
import { FILE, problems, readFiles, readText, withVariable } from './testing.ts';

describe('a value that ssh could misunderstand is refused at its line', () => {
  const hostile: Record<string, readonly string[]> = {
    ansible_host: [
      `-oProxyCommand=touch\${IFS}x`,
      '-F/etc/passwd',
      'a b',
      '"a\\nb"',
      '$(x)',
      '`x`',
      'a;b',
      'a|b',
      'user@host',
      '"[::1]"',
      'host%h',
      '%h',
      'ssh://h',
      '172.16.168.020',
      '0254.020.0250.024',
      '0xac10a814',
      '0xac.0x10.0xa8.0x14',
      '2886772756',
      '127.1',
      '0.0.0.0',
      '0.1.2.3',
      '255.255.255.255',
      '224.0.0.1',
      '256.1.1.1',
      '1.2.3.4.',
      '"fe80::1%eth0"',
      '"fd00::1%25eth0"',
      '"fe80::1"',
      '"::"',
      '"0:0::0"',
      '"ff02::1"',
      '"::ffff:10.0.0.1"',
      'a..b',
      'a_b',
      '-a',
      'a-',
      '.',
      'ho\u0455t',
      '"a\\u202eb"',
      '１２７.0.0.1',
      `${'a'.repeat(10_000)}`,
      '[a, b]',
      '{a: b}',
      'no',
    ],
    ansible_port: [
      '0',
      '65536',
      '99999999999999999999',
      '022',
      '0o22',
      '0x16',
      '1e3',
      '22.0',
      '2_2',
      '-22',
      '+22',
      '" 22"',
      '"22;id"',
      '"22\\n"',
      'no',
      'ssh',
    ],
    ansible_user: [
      '-l',
      '-oProxyCommand=x',
      'Root',
      'a b',
      '"a;b"',
      '$USER',
      'a\\b',
      'a%h',
      '1a',
      `${'a'.repeat(33)}`,
      '"a\\nUser root"',
      'a@b',
    ],
    ansible_ssh_private_key_file: ['a"b', '"a\\nb"', `"\${HOME}/id"`, '~root/id', "a'b", '"a\\\\b"'],
    ansible_ssh_common_args: [
      '-o ProxyCommand=sh',
      '"-o ProxyJump=vm19 -o ProxyCommand=x"',
      `"-o ProxyCommand='ssh -W %h:%p bastion'"`,
      ...[
        'ssh -W %h:22 a@b',
        'ssh -W x:%p a@b',
        'ssh a@b',
        'ssh a@b nc %h %p',
        'ssh -W %h:%p a@b; touch x',
        'ssh -W %h:%p a@b | tee x',
        'ssh -W %h:%p $USER@b',
        'ssh -W %h:%p `id`@b',
        'ssh -A -W %h:%p a@b',
        'ssh -F x -W %h:%p a@b',
        'ssh -L 1:b:2 -W %h:%p a@b',
        'ssh -o LocalCommand=x -W %h:%p a@b',
        'ssh -o ProxyCommand=x -W %h:%p a@b',
        'ssh -i %h -W %h:%p a@b',
        'ssh -W %h:%p -oProxyCommand=x',
        'ssh -W %h:%p -- -oProxyCommand=x',
        '/tmp/ssh -W %h:%p a@b',
        'sshx -W %h:%p a@b',
        'nc -x proxy %h %p',
        'exec ssh -W %h:%p a@b',
      ].map((command) => JSON.stringify(`-o ProxyCommand="${command}"`)),
      '-J a@b,-oX',
      '-J vm19,vm18',
      '-J -oX',
      '-J',
      '-o',
      '-J vm19;id',
      '-o ConnectTimeout=-1',
      '-o ConnectTimeout=0',
      '-o PermitLocalCommand=yes',
      '-o RemoteForward=1:a:2',
      '-o KnownHostsCommand=x',
      '-o HostKeyAlgorithms=+ssh-rsa',
      '-o "ForwardAgent yes"',
      '-A',
      '-CA',
      '-o Include=x',
      '-F /x',
      '-L 1:a:2',
      `"-o 'open"`,
    ],
    vantage_role: ['Back End', '-x'],
    vantage_socket: ['"a\\tb"', `"\${X}"`],
    vantage_gate: ['"yes"', 'true'],
    vantage_machine_id: ['abc', 'ABCDEF0123456789ABCDEF0123456789'],
    ansible_connection: ['winrm', 'docker', 'paramiko', '$(x)'],
  };
  const cases = Object.entries(hostile).flatMap(([name, texts]) =>
    texts.map((text) => [name, text] as const),
  );

  it.each(cases)('%s: %s', (name, text) => {
    const found = problems(withVariable(name, text));
    const line =
      withVariable(name, text)
        .split('\n')
        .findIndex((one) => one.includes(`${name}:`)) + 1;
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(new RegExp(`^${FILE}:${line}: expected .+, found .+; write .+`));
    expect(found[0]?.length).toBeLessThan(400);
    expect(found.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u2025\u2027-\u202e]/);
    const noted = auditLine('t', 'docs-1', refusedFilesEvent('refused-inventory', FILE, found));
    expect(noted.trimEnd()).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(noted)).toMatchObject({
      via: 'server',
      outcome: expect.stringContaining(`${FILE}:${line}: `),
    });
  });

  it('an option of ssh is refused by its name, with what stands in its place', () => {
    const print = (args: string) => problems(withVariable('ansible_ssh_common_args', args))[0];
    const expected = 'to be a jump host, a time to connect, and options that Vantage sets itself, found';
    expect(print('-o ForwardAgent=yes')).toMatch(
      `${expected} ForwardAgent "yes"; write nothing in its place: no agent is forwarded`,
    );
    expect(print(`"-o ProxyCommand='nc -x proxy %h %p'"`)).toMatch(
      `${expected} ProxyCommand "nc -x proxy %h %p"; write \`-o ProxyCommand="ssh -W %h:%p user@host"\`, or`,
    );
    expect(print('-o LocalCommand=x')).toMatch(
      `${expected} LocalCommand "x"; write nothing in its place: no program is started here`,
    );
  });

  it.each([
    '-x',
    'a b',
    '__proto__',
    'constructor;',
    '*',
    'vm20;id',
    'vm/20',
    '!x',
    'a,b',
    `${'a'.repeat(101)}`,
  ])('a machine named %s', (name) => {
    const text = withVariable('vantage_role', 'backend').replace('vm20:', `${JSON.stringify(name)}:`);
    expect(problems(text)[0]).toMatch(/:3: expected a machine name/);
  });

  it('names that objects have already are names like others', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty'])
      expect(readText(withVariable('x', 'y').replace('vm20', name)).ok, name).toBe(true);
    const groups = withVariable('x', 'y').replace(
      'backend:',
      '__proto__:\n  vars: { ansible_user: root }\nbackend:',
    );
    const read = readText(groups);
    expect(read.ok && read.fleet.machines[0]?.user).toBe('autobot');
    expect(
      readFiles({ '/i/f.json': '{"__proto__": {"hosts": ["a"], "vars": {"ansible_user": "x"}}}' }, ['b']).ok,
    ).toBe(false);
    expect(({} as Record<string, unknown>)['ansible_user']).toBeUndefined();
  });

  it('a name does not lead out of the folder of variables', () => {
    const read = readFiles(
      {
        '/i/hosts.yml': withVariable('vantage_role', 'backend').replace('vm20:', '"../../etc/evil":'),
        '/etc/evil.yml': 'ansible_host: [',
        '/i/host_vars/x.yml': 'a: b',
      },
      ['backend'],
    );
    expect(read.ok || read.problems.join()).not.toContain('/etc/evil.yml');
  });
});

it('what is accepted makes a configuration in which every line says one thing, and says it once for each machine', () => {
  const read = readText(withVariable('ansible_ssh_private_key_file', '"/srv/a b/#k=%h;$(x)"'));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const [line] = sshConfig(read.fleet, () => '/c')
    .split('\n')
    .filter((one) => one.startsWith('IdentityFile'));
  expect(line).toBe('IdentityFile "/srv/a b/#k=%%h;$(x)"');
});

it('how long ssh may take to connect stands before the time for all, and never beyond what this server waits', () => {
  const config = (seconds: number) => {
    const read = readText(withVariable('ansible_ssh_common_args', `-o ConnectTimeout=${seconds}`));
    return read.ok ? sshConfig(read.fleet, () => '/c').match(/ConnectTimeout \d+/g) : read.problems;
  };
  expect(config(5)).toEqual(['ConnectTimeout 5', 'ConnectTimeout 8']);
  expect(config(300)).toEqual(['ConnectTimeout 12', 'ConnectTimeout 8']);
});
