/** Values that ssh, or a reader, could misunderstand: each is refused at its line, with what to write instead. */
import { describe, expect, it } from 'vitest';
import { FILE, problems, withVariable } from './testing.ts';

describe('a value that ssh could misunderstand is refused at its line', () => {
  const hostile: Record<string, readonly string[]> = {
    ansible_host: [
      `-oProxyCommand=touch\${IFS}x`,
      '-F/etc/passwd',
      'a b',
      '"a\\nb"',
      '$(x)',
      'user@host',
      '"[::1]"',
      'host%h',
      'ssh://h',
      '172.16.168.020',
      '0xac10a814',
      '2886772756',
      '127.1',
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '256.1.1.1',
      '"fe80::1%eth0"',
      '"::"',
      'a..b',
      'a_b',
      '-a',
      'a-',
      'ho\u0455t',
      '""',
      `${'a'.repeat(10_000)}`,
      '[a, b]',
      '{a: b}',
    ],
    ansible_port: [
      '0',
      '65536',
      '022',
      '0o22',
      '0x16',
      '1e3',
      '22.0',
      '-22',
      '" 22"',
      '"22;id"',
      '"22\\n"',
      'no',
      '""',
    ],
    ansible_user: ['-l', 'Root', 'a b', '"a;b"', '$USER', 'a\\b', '1a', `${'a'.repeat(33)}`, '""'],
    ansible_ssh_private_key_file: ['a"b', '"a\\nb"', `"\${HOME}/id"`, '~root/id', "a'b", '""'],
    ansible_ssh_common_args: [
      '-o ProxyCommand=sh',
      '"-o ProxyJump=vm19 -o ProxyCommand=x"',
      '-J a@b',
      '-J -oX',
      '-vvv',
      '-J vm19;id',
      '-o ConnectTimeout=-1',
      '-o PermitLocalCommand=yes',
      '-F /x',
    ],
    vantage_role: ['Back End', '-x', '""'],
    vantage_socket: ['"a\\tb"', `"\${X}"`],
    vantage_machine_id: ['abc', 'ABCDEF0123456789ABCDEF0123456789'],
    ansible_connection: ['local', 'winrm', 'docker'],
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
  });

  it.each(['-x', 'a b', 'VM20', 'vm[19:21]', '__proto__', '*', 'vm20;id', 'vm/20', `${'a'.repeat(64)}`])(
    'a machine named %s',
    (name) => {
      expect(problems(withVariable('x', 'y').replace('vm20:', `${JSON.stringify(name)}:`))[0]).toMatch(
        /:3: expected a machine name/,
      );
    },
  );
});
