/** What the inventory reader promises: what is needed and not plain, or not there, is refused at its line. */
import { describe, expect, it } from 'vitest';
import { good, problems, ROLES, readFiles, withVariable } from './testing.ts';

const all = (text: string): string => problems(text, ROLES).join('\n');

describe('what is needed and not plain, or not there, is refused with what to write', () => {
  it.each([
    [
      'a template',
      withVariable('ansible_host', '"{{ ip }}"'),
      ':4: expected ansible_host as a plain text, or of variables of this inventory, found a template with a variable that is not there: "{{ ip }}"; write the value itself, for example `ansible_host: 192.0.2.20`; `ansible vm20 -i INVENTORY -m debug -a var=ansible_host` prints it',
    ],
    [
      'a lookup',
      withVariable('ansible_user', `"{{ lookup('env', 'USER') }}"`),
      ':5: expected ansible_user as a plain text, or of variables of this inventory, found a Jinja template "{{ lookup(',
    ],
    [
      'an encrypted value',
      withVariable('ansible_user', '!vault |\n        $ANSIBLE_VAULT;1.1;AES256'),
      ':5: expected ansible_user as a plain text, found a vault-encrypted value; write the value itself, for example `ansible_user: docs`; `ansible vm20 -i INVENTORY -m debug -a var=ansible_user` prints it',
    ],
    [
      'a word that YAML reads as true',
      withVariable('ansible_user', 'yes'),
      'found yes, which is no text without quotes',
    ],
    [
      'no user',
      good.replace(/ {4}ansible_user: autobot\n/, ''),
      ':8: expected ansible_user for vm19, found none; write for example `ansible_user: docs`',
    ],
    [
      'options that change ssh',
      withVariable('ansible_ssh_args', '-F ssh.cfg'),
      ':7: expected ansible_ssh_args to be a jump host, a time to connect, and options that Vantage sets itself, found Config "ssh.cfg"; write the jump host of that file as',
    ],
    [
      'another program for ssh',
      withVariable('ansible_ssh_executable', '/opt/ssh'),
      ':7: expected ansible_ssh_executable to be `ssh`, found "/opt/ssh"',
    ],
    [
      'another connection',
      withVariable('ansible_connection', 'winrm'),
      'expected ansible_connection to be `ssh` or `local`, found "winrm"',
    ],
    [
      'a jump machine that is not there',
      good.replace('ProxyJump=vm19', 'ProxyJump=vm99'),
      ':21: expected the jump host vm99 in this inventory, found no such machine; write it among the hosts, or `-o ProxyJump=user@vm99`',
    ],
    [
      'a circle of jumps',
      good.replace('172.16.168.19', '172.16.168.19\n          ansible_ssh_common_args: -J vm20'),
      'a circle through vm19',
    ],
    [
      'a jump host twice',
      good.replace('ProxyJump=vm19', 'ProxyJump=vm19,vm19'),
      'expected each jump host of vm20 once, found vm19 twice',
    ],
    [
      'a jump host with two logins',
      good.replace('ProxyJump=vm19', 'ProxyJump=root@vm19'),
      ':21: expected one login at the jump host vm19, found user root beside autobot; write `-o ProxyJump=vm19`, with the login at vm19 itself',
    ],
    [
      'a jump host without a user',
      good.replace('ProxyJump=vm19', 'ProxyJump=jump.example.org'),
      ':21: expected the jump host jump.example.org in this inventory, found no such machine; write it among the hosts, or `-o ProxyJump=user@jump.example.org`',
    ],
    [
      'a template in a circle',
      withVariable('ansible_host', '"{{ a }}"\n      a: "{{ b }}"\n      b: "{{ a }}"'),
      ':4: expected ansible_host as a plain text, or of variables of this inventory, found a circle through a of vm20',
    ],
    [
      'a template that grows',
      withVariable(
        'ansible_host',
        `"{{ v0 }}"\n${Array.from({ length: 9 }, (_, i) => `      v${i}: "${`{{ v${i + 1} }}`.repeat(9)}"\n`).join('')}      v9: x`,
      ),
      'found a template',
    ],
    [
      'a template that is a program',
      withVariable('ansible_host', '"{% if true %}a{% endif %}"'),
      'found more than variables in a template: "{% if true %}a{% endif %}"',
    ],
    [
      'one address twice',
      good.replace(
        'fd00::21", vantage_role: browser, vantage_socket: run/vm21.sock',
        '172.16.168.20", vantage_role: browser, ansible_ssh_common_args: "-J vm19"',
      ),
      'a place of its own for vm21',
    ],
    [
      'names that differ by case',
      good.replace('vm21:', 'VM20:'),
      'expected names that differ by more than case',
    ],
    [
      'two files of pinned keys',
      good
        .replace('ansible_host: 172.16.168.19', 'vantage_known_hosts: a')
        .replace('vars: { ansible_user: inner }', 'vars: { ansible_user: inner, vantage_known_hosts: b }'),
      'expected one file of pinned keys for all machines',
    ],
    [
      'a host as a list',
      'backend:\n  hosts:\n    - vm20\n',
      ':3: expected the hosts of the group "backend" as names with a colon, found a list',
    ],
    [
      'a variable beside the hosts',
      'backend:\n  ansible_user: x\n',
      ':2: expected `hosts`, `children` or `vars` in the group "backend", found "ansible_user"; write variables below `vars:`',
    ],
    [
      'a group within itself',
      'a:\n  children:\n    b:\n      children:\n        a:\n',
      'expected groups that do not contain themselves',
    ],
    ['a key twice', good.replace('    apps:', '    manager:'), ':11: expected "manager" once'],
    [
      'a variable twice',
      withVariable('x', 'y\n      ansible_host: 10.0.0.1'),
      ':8: expected ansible_host of the machine "vm20" once, found another one in line 4',
    ],
    ['an alias of itself', 'a: &x\n  vars: *x\n', ':2: expected aliases that lead to at most'],
    ['two documents', `${good}---\n${good}`, 'expected YAML'],
    ['a tab', 'a:\n\thosts:\n', ':2: expected YAML'],
    ['an empty file', '', ':1: expected at least one host'],
    ['a list', '- a\n', ':1: expected the inventory as names with a colon, found a list'],
    ['10 MB', `#${'x'.repeat(10_000_000)}`, 'expected an inventory of at most 1048576 bytes'],
    ['an encrypted file', '$ANSIBLE_VAULT;1.1;AES256\n3131\n', 'found a vault-encrypted file'],
  ])('%s', (_, text, message) => {
    const found = all(text);
    expect(
      message.split('|').some((one) => found.includes(one)),
      found,
    ).toBe(true);
  });

  it.each(['022', '1_000', '0x1F', '1.50', '10.20', '1.0e+3', '1:30'])(
    '%s, a number that comes back from Ansible as another text',
    (user) => {
      expect(problems(withVariable('ansible_user', user))).toEqual([
        expect.stringContaining(`found ${user}, which is no text without quotes`),
      ]);
      const ini = `[backend]\nvm20 ansible_host=10.0.0.1 ansible_user=${user}\n`;
      expect(problems(ini, ['backend'], '/srv/hosts')).toEqual([
        expect.stringContaining(`found "${user}", which Ansible may not read as a text`),
      ]);
    },
  );
  it.each(['7', '1.5', '0', '10.2.0', 'a1e3'])('not %s', (user) => {
    expect(problems(withVariable('ansible_user', user)).join()).not.toContain('without quotes');
  });

  it('an encrypted file of variables is named when something is missing', () => {
    const read = readFiles(
      {
        '/i/hosts.yml': 'backend: { hosts: { vm20: { ansible_host: 10.0.0.1 } } }',
        '/i/group_vars/all/vault.yml': '$ANSIBLE_VAULT;1.1;AES256\n3131\n',
      },
      ['backend'],
    );
    expect(read.ok || read.problems[0]).toBe(
      '/i/hosts.yml:1: expected ansible_user for vm20, found none in plain text (group_vars/all is vault-encrypted and was not read); write for example `ansible_user: docs`',
    );
  });

  it('reports every problem of the machines that are needed, in the order of the lines', () => {
    const text = good.replace('172.16.168.19', '1.2.3').replace('2222', '0').replace('fd00::21', 'x y');
    const lines = problems(text, ROLES).map((problem) => Number(/:(\d+):/.exec(problem)?.[1]));
    expect([...new Set(lines)]).toEqual([10, 13, 25]);
  });
});
