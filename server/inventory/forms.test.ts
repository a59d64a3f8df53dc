/** The forms in which people write inventories: what each comes to. Held against what ansible-core 2.14.18 hands to ssh, and what ssh reads in it, in some hundred generated inventories (DECISIONS 18). */
import { describe, expect, it } from 'vitest';
import type { Inventory } from './inventory.ts';
import { readFiles, readText, withVariable } from './testing.ts';

const args = (text: string, name = 'ansible_ssh_common_args'): Inventory =>
  readText(
    `all: { hosts: { gate: { ansible_host: 10.0.0.9, ansible_user: ops } } }\n${withVariable(name, JSON.stringify(text))}`,
  );
/** The way to the machine: each hop as user@address:port, with its key. */
const way = (read: Inventory): string => {
  if (!read.ok) return read.problems.join('\n');
  const byName = new Map(read.fleet.machines.map((one) => [one.name, one]));
  const jumps = read.fleet.machines.find(({ role }) => role === 'backend')?.jumps ?? [];
  return jumps
    .map((name) => byName.get(name))
    .map(
      (hop) => `${hop?.name} ${hop?.user}@${hop?.address}:${hop?.port}${hop?.keyFile && ` ${hop.keyFile}`}`,
    )
    .join(' > ');
};

describe('[T21] a jump host is', () => {
  const gate = 'gate ops@10.0.0.9:22';
  it.each([
    ['a host of the inventory, by name', '-J gate', gate],
    ['with its user, by name', '-o ProxyJump=ops@gate', gate],
    ['with another user, for that host alone', '-o ProxyJump=root@gate:2222', 'gate root@10.0.0.9:2222'],
    ['by the address of that host', '-o "ProxyJump ops@10.0.0.9"', gate],
    ['not by its address at another port', '-J ops@10.0.0.9:2222', '10.0.0.9-2222 ops@10.0.0.9:2222'],
    ['a place of its own', '-J ann@jump.example.org', 'jump.example.org ann@jump.example.org:22'],
    ['with an IPv6 address', '-J ann@[fd00::9]:2200', 'fd00--9-2200 ann@fd00::9:2200'],
    ['one of several', '-J ann@j.example.org,gate', `j.example.org ann@j.example.org:22 > ${gate}`],
    ['the first that is named', '-o ProxyJump=gate -o ProxyJump=x@y', gate],
    ['none', '-o ProxyJump=none -o ProxyJump=gate', ''],
    [
      'not none while a command follows',
      '-o ProxyJump=none -J x@y -o ProxyCommand="ssh -W %h:%p gate"',
      gate,
    ],
    ['none as a command', '-o ProxyCommand=none', ''],
    ['a command', '-o ProxyCommand="ssh -W %h:%p ops@gate"', gate],
    ['a command in single quotes', "-o ProxyCommand='ssh -q -W [%h]:%p ops@10.0.0.9'", gate],
    ['a command as one word', "'-oProxyCommand=ssh -W %h:%p gate -q'", gate],
    [
      'a command with all that belongs to it',
      '-o ProxyCommand="/usr/bin/ssh -qCi /k2 -p 2200 -o StrictHostKeyChecking=no -o \'User=ann\' -W %h:%p j.example.org"',
      'j.example.org-2200 ann@j.example.org:2200 /k2',
    ],
    [
      'for the user of the machine',
      '-o ProxyCommand="ssh -W %h:%p %r@j.example.org"',
      'j.example.org autobot@j.example.org:22',
    ],
    [
      'one behind another',
      '-o ProxyCommand="ssh -J gate -W %h:%p ann@j.example.org"',
      `${gate} > j.example.org ann@j.example.org:22`,
    ],
    [
      'a command within a command',
      '-o ProxyCommand="ssh -o ProxyCommand=\'ssh -W %h:%p gate\' -W %h:%p ann@j.example.org"',
      `${gate} > j.example.org ann@j.example.org:22`,
    ],
  ])('%s: %s', (_, text, expected) => {
    expect(way(args(text))).toBe(expected);
    expect(way(args(text, 'ansible_ssh_extra_args'))).toBe(expected);
    expect(way(args(`-C -q ${text}`, 'ansible_ssh_args'))).toBe(expected);
  });

  it.each([
    ['YAML, double quotes', 'yml', String.raw`"-o ProxyCommand=\"ssh -W %h:%p ops@gate\""`],
    ['YAML, single quotes', 'yml', `'-o ProxyCommand="ssh -W %h:%p ops@gate"'`],
    ['YAML, no quotes', 'yml', `-o ProxyCommand="ssh -W %h:%p ops@gate"`],
    ['YAML, folded', 'yml', `>-\n          -o ProxyCommand="ssh -W %h:%p\n          ops@gate"`],
    ['INI, no quotes', 'ini', `-o ProxyCommand="ssh -W %h:%p ops@gate"`],
    ['INI, single quotes', 'ini', `'-o ProxyCommand="ssh -W %h:%p ops@gate"'`],
    ['INI, escaped quotes', 'ini', String.raw`"-o ProxyCommand=\"ssh -W %h:%p ops@gate\""`],
    [
      'INI, with variables',
      'ini',
      `-o ProxyCommand="ssh -W %h:%p {{ who }}@{{ hostvars['gate'].ansible_host }}"`,
    ],
    ['JSON', 'json', JSON.stringify('-o ProxyCommand="ssh -W %h:%p ops@gate"')],
  ])('read in %s, and reached directly itself when a group sets it for all', (_, form, value) => {
    const text = {
      yml: `all:\n  vars:\n    ansible_user: ops\n    ansible_ssh_common_args: ${value}\n  hosts:\n    gate: { ansible_host: 10.0.0.9 }\n  children:\n    backend: { hosts: { vm20: } }\n`,
      ini: `gate ansible_host=10.0.0.9\n[backend]\nvm20\n[all:vars]\nwho=ops\nansible_user=ops\nansible_ssh_common_args=${value}\n`,
      json: `{"_meta":{"hostvars":{"gate":{"ansible_host":"10.0.0.9"}}},"all":{"children":["backend"],"hosts":["gate"],"vars":{"ansible_user":"ops","ansible_ssh_common_args":${value}}},"backend":{"hosts":["vm20"]}}`,
    }[form as 'yml'];
    const read = readFiles({ [`/i/hosts.${form}`]: text }, ['backend']);
    expect(way(read)).toBe(gate);
    expect(read.ok && read.fleet.machines.find(({ name }) => name === 'gate')?.jumps).toBeUndefined();
  });
});

describe('[T19] options that are set here anyway', () => {
  it('are noted once for their line, and change nothing', () => {
    const text =
      '-C -q -T -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/x -o ControlMaster=auto -o ControlPath=/x -o ControlPersist=60s -o ServerAliveInterval=3 -o ConnectionAttempts=3 -o LogLevel=DEBUG -oIdentitiesOnly=yes -o PreferredAuthentications=password -o Compression=yes -o ForwardAgent=no -o BatchMode=no';
    for (const name of ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args']) {
      const read = args(text, name);
      const plain = args('');
      expect(read.ok && plain.ok && read.fleet).toEqual(plain.ok && plain.fleet);
      expect(read.ok && read.notes).toEqual([
        expect.stringMatching(
          new RegExp(
            `^/srv/fleet/inventory.yml:\\d+: -C, -q, -T, StrictHostKeyChecking, .*, BatchMode in ${name} has no effect here\\.`,
          ),
        ),
      ]);
    }
  });
});

describe('a value', () => {
  const machine = (text: string, more: Readonly<Record<string, string>> = {}) => {
    const read = readFiles({ '/i/hosts': text, ...more }, ['backend']);
    return read.ok ? read.fleet.machines.find(({ role }) => role === 'backend') : read.problems;
  };
  it('under both of its names is that of the name with ssh in it, as in Ansible', () => {
    const values =
      'ansible_host=10.0.0.1 ansible_port=1 ansible_user=a ansible_private_key_file=/a ansible_ssh_host=10.0.0.2 ansible_ssh_port=2 ansible_ssh_user=b ansible_ssh_private_key_file=/b';
    expect(machine(`[backend]\nvm20 ${values}\n`)).toMatchObject({
      address: '10.0.0.2',
      port: 2,
      user: 'b',
      keyFile: '/b',
    });
  });

  it.each([
    ["{{ ip | default('10.0.0.1') }}", '10.0.0.1'],
    ['{{ net }}.7', '10.0.1.7'],
    ['{{ inventory_hostname }}.{{ domain | default("example.org") }}', 'vm20.example.org'],
    ["{{ hostvars['gate'].ansible_host }}", '10.0.1.9'],
    ["{{ hostvars['gate']['ansible_host'] }}", '10.0.1.9'],
    ['{{ hostvars[groups["gates"][0]].ansible_host }}', '10.0.1.9'],
    ["{{ hostvars['nobody'].ansible_host | d('10.0.0.3') }}", '10.0.0.3'],
    ["{{ empty | default('10.0.0.4', true) }}", '10.0.0.4'],
    ['{{ place.ip }}', '10.0.0.5'],
    ['{{ places[1] }}', '10.0.0.7'],
  ])('that is made of variables is computed: %s', (template, address) => {
    const files = {
      '/i/group_vars/all.yml': `ansible_user: docs\nnet: 10.0.1\nempty: ''\nplace: { ip: 10.0.0.5 }\nplaces: [10.0.0.6, 10.0.0.7]\nansible_host: ${JSON.stringify(template)}\n`,
    };
    const found = machine('[gates]\ngate ansible_host="{{ net }}.9"\n[backend]\nvm20\n', files);
    expect(found).toMatchObject({ address });
  });

  it('that is a template of several readings', () => {
    const chain = Array.from({ length: 6 }, (_, i) => `v${i}="{{ v${i + 1} }}"`).join(' ');
    expect(machine(`[backend]\nvm20 ansible_user="{{ v0 }}" ${chain} v6=docs\n`)).toMatchObject({
      user: 'docs',
    });
  });

  it('that is not needed may be anything: become, an interpreter, a vault', () => {
    const more =
      "ansible_user: docs\nansible_become: true\nansible_become_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3131\nansible_python_interpreter: \"{{ lookup('env', 'PY') }}\"\n";
    expect(machine('[backend]\nvm20\n', { '/i/group_vars/all.yml': more })).toMatchObject({
      user: 'docs',
      keyFile: '',
    });
  });

  it('that is a password is not used, and said so where there is no key', () => {
    const read = readText(withVariable('ansible_ssh_private_key_file', '\n      ansible_ssh_pass: secret'));
    expect(read.ok && read.notes).toEqual([
      "/srv/fleet/inventory.yml:7: A password is not used here: only keys are. Name a key with ansible_ssh_private_key_file or --identity, or make one of this server's default keys.",
    ]);
  });
});

it('--identity is the key of every machine and of every jump host; the agent has to be asked for and to be there', () => {
  const { SSH_AUTH_SOCK } = process.env;
  const keys = (identity: string) => {
    const text = withVariable('ansible_ssh_common_args', '-J a@b').replace('/k', '/named');
    const read = readFiles({ '/i/hosts.yml': text }, ['backend'], { identity });
    return read.ok ? read.fleet.machines.map(({ keyFile, agent }) => agent ?? keyFile) : read.problems;
  };
  expect(keys('/other')).toEqual(['/other', '/other']);
  process.env['SSH_AUTH_SOCK'] = '/run/agent';
  expect(keys('agent')).toEqual(['/run/agent', '/run/agent']);
  process.env['SSH_AUTH_SOCK'] = '';
  expect(keys('agent')[0]).toMatch(
    /^--identity: expected the socket of an ssh agent in SSH_AUTH_SOCK, found none;/,
  );
  if (SSH_AUTH_SOCK === undefined) delete process.env['SSH_AUTH_SOCK'];
  else process.env['SSH_AUTH_SOCK'] = SSH_AUTH_SOCK;
});
