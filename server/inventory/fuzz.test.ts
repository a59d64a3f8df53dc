/** Inventories that nobody would write, some thousand of them from a fixed seed: each is read or refused, soon, and what is accepted is harmless. */
import { describe, expect, it } from 'vitest';
import { dice } from '../../src/core/testing.ts';
import { sshConfig } from '../ssh/sshConfig.ts';
import type { Inventory } from './inventory.ts';
import { readFiles } from './testing.ts';

const SEED = 20260914;
const ROUNDS = 600;
const LIMIT_MS = 1000;

const seeds = {
  '/i/a.yml': `all:
  vars: &base { ansible_user: autobot, ansible_ssh_private_key_file: ~/.ssh/k, vantage_known_hosts: pins }
  children:
    manager: { hosts: { "vm[18:19]": { ansible_ssh_common_args: "-o ConnectTimeout=3" } } }
    outer:
      children:
        backend:
          vars:
            <<: *base
            ansible_port: 2222
          hosts:
            vm20:
              ansible_host: 172.16.168.20
              ansible_ssh_common_args: "-J vm18 -o ConnectTimeout=5"
              secret: !vault |
                $ANSIBLE_VAULT;1.1;AES256
                3131
`,
  '/i/hosts': `vm20 ansible_host=172.16.168.20 ansible_user='autobot' # c
[manager]
vm[18:19]:2222 ansible_ssh_private_key_file=/k ansible_ssh_common_args=''
[backend]
vm20 ansible_ssh_private_key_file="/a b/k" ansible_connection=ssh
[apps:children]
backend
[all:vars]
ansible_user = autobot
ansible_ssh_common_args = -o ProxyJump=vm18
`,
  '/i/f.json': JSON.stringify(
    {
      _meta: {
        hostvars: {
          vm20: { ansible_host: '172.16.168.20', ansible_port: 22, ansible_user: 'autobot' },
          vm19: { ansible_user: { __ansible_unsafe: 'autobot' }, ansible_ssh_private_key_file: '/k' },
        },
      },
      all: { children: ['backend', 'manager'], vars: { ansible_ssh_private_key_file: '/k' } },
      backend: { hosts: ['vm20'] },
      manager: { hosts: ['vm19'] },
    },
    null,
    1,
  ),
} as const;
const NAMES = Object.keys(seeds) as (keyof typeof seeds)[];

const tokens = [
  ...[
    '\n',
    ' ',
    '  ',
    '\t',
    '\r',
    ':',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
    '#',
    '=',
    '\\',
    ',',
    '?',
    '%',
  ],
  ...[
    '&a ',
    '*a',
    '<<: ',
    '!vault ',
    '!!js/function ',
    '---\n',
    '...\n',
    '\0',
    '\ufeff',
    '\u2028',
    '\u202e',
    '\x1b[2J',
    '\ud800',
  ],
  ...[
    '-oProxyCommand=touch MARK',
    '$(touch MARK)',
    '`touch MARK`',
    ';touch MARK',
    '{{ x }}',
    '{% x %}',
    '../../etc/x',
  ],
  ...[
    '__proto__',
    'constructor',
    'null',
    'true',
    '~',
    '0x7f',
    '1e3',
    '::',
    '%eth0',
    '[1:99999999]',
    '[a:z:2]',
    '[01:3]',
  ],
  ...[
    'all',
    'vars',
    'hosts',
    'children',
    'backend',
    'vm20',
    'ansible_host: ',
    'ansible_user=',
    '_meta',
    'hostvars',
  ],
  ...[
    '[backend:vars]\n',
    '[x:children]\nbackend\n',
    '[backend:children]\nx\n',
    'vantage_role: manager',
    'é',
    '\u0455',
  ],
];

function mutated(text: string, roll: (sides: number) => number): string {
  let now = text;
  for (let changes = 1 + roll(6); changes > 0; changes -= 1) {
    const at = roll(now.length + 1);
    const end = Math.min(now.length, at + roll(40));
    const token = tokens[roll(tokens.length)] ?? '';
    const kind = roll(6);
    if (kind === 0) now = now.slice(0, at) + now.slice(end);
    else if (kind === 1) now = now.slice(0, at) + token + now.slice(end);
    else if (kind === 2) now = now.slice(0, at) + token.repeat(1 + roll(200)) + now.slice(at);
    else if (kind === 3) now = now.slice(0, at) + now.slice(at, end).repeat(1 + roll(30)) + now.slice(end);
    else if (kind === 4) now = now.slice(0, at) + String.fromCharCode(roll(0x250)) + now.slice(at + 1);
    else now = now.slice(0, at) + token + now.slice(at);
  }
  return now.slice(0, 20_000);
}

/** Nothing that a terminal, a shell line or ssh's configuration could take for more than it is. */
function harmless(read: Inventory): void {
  if (!read.ok) {
    expect(read.problems.length).toBeGreaterThan(0);
    for (const message of read.problems)
      expect(message).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]/);
    return;
  }
  for (const machine of read.fleet.machines) {
    expect(machine.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
    expect(machine.address).toMatch(/^[A-Za-z0-9:][A-Za-z0-9.:-]*$/);
    expect(machine.user).toMatch(/^[a-z_][a-z0-9_-]{0,31}$/);
    expect(machine.port >= 1 && machine.port <= 65535 && Number.isInteger(machine.port)).toBe(true);
    expect(machine.keyFile + read.fleet.knownHosts).not.toMatch(/["\n\r\0]/);
    const names = read.fleet.machines.map(({ name }) => name);
    for (const jump of machine.jumps ?? []) expect(names).toContain(jump);
  }
  const words = new Set(
    sshConfig(read.fleet, () => '/c')
      .split('\n')
      .map((line) => line.split(' ')[0]),
  );
  for (const word of ['ProxyCommand', 'LocalCommand', 'Match', 'Include', 'LocalForward', 'RemoteCommand'])
    expect(words).not.toContain(word);
}

describe('whatever stands in an inventory', () => {
  it.each(NAMES)('the fuzzer begins with one that is fine: %s', (name) => {
    const read = readFiles({ [name]: seeds[name] }, ['backend']);
    expect(read.ok ? [] : read.problems).toEqual([]);
  });

  it.each(NAMES)(
    `it is read or refused with sentences, within ${LIMIT_MS} ms: %s`,
    (name) => {
      const roll = dice(SEED + NAMES.indexOf(name));
      let accepted = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const text = mutated(seeds[name], roll);
        const beside =
          roll(3) === 0 ? { '/i/group_vars/all.yml': mutated('ansible_user: autobot\n', roll) } : {};
        const mapping =
          roll(5) === 0 ? { '/i/vantage.yaml': mutated('roles:\n  backend: vm20\n', roll) } : {};
        // Time of the processor, because a busy machine is no fault of the reader.
        const before = process.cpuUsage();
        const read = readFiles({ [name]: text, ...beside, ...mapping }, ['backend', 'manager']);
        const { user, system } = process.cpuUsage(before);
        const where = `seed ${SEED}, round ${round} of ${name}: ${JSON.stringify(text.slice(0, 400))}`;
        expect((user + system) / 1000, where).toBeLessThan(LIMIT_MS);
        harmless(read);
        if (read.ok) accepted += 1;
      }
      // Otherwise it would be a test of the first error only.
      expect(accepted).toBeGreaterThan(ROUNDS / 50);
    },
    120_000,
  );
});
