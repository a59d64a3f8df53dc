/** What the inventory reader promises: what is needed and not plain, or not there, is refused at its line. */
import { describe, expect, it } from 'vitest';
import { good, problems, ROLES, readFiles, withVariable } from './testing.ts';

const all = (text: string): string => problems(text, ROLES).join('\n');

describe('what is needed and not plain, or not there, is refused with what to write', () => {
  it.each([
    [
      'a template',
      withVariable('ansible_host', '"{{ ip }}"'),
      ':4: expected ansible_host as a plain text, found a Jinja template "{{ ip }}"; write the value itself, for example `ansible_host: 192.0.2.20`; templates are not computed here',
    ],
    [
      'a lookup',
      withVariable('ansible_user', `"{{ lookup('env', 'USER') }}"`),
      ':5: expected ansible_user as a plain text',
    ],
    [
      'an encrypted value',
      withVariable('ansible_user', '!vault |\n        $ANSIBLE_VAULT;1.1;AES256'),
      ':5: expected ansible_user as a plain text, found a vault-encrypted value; write the value itself, for example `ansible_user: docs`',
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
      'a password instead of a key',
      withVariable('ansible_ssh_private_key_file', '\n      ansible_password: "{{ vault_x }}"'),
      ':3: expected ansible_ssh_private_key_file for vm20, found a password; only keys are used',
    ],
    [
      'two names that disagree',
      withVariable('ansible_ssh_host', '10.0.0.1'),
      ':7: expected ansible_ssh_host to say the same as ansible_host',
    ],
    ['options that change ssh', withVariable('ansible_ssh_args', '-C'), ':7: expected no ansible_ssh_args'],
    [
      'another connection',
      withVariable('ansible_connection', 'winrm'),
      'expected ansible_connection to be `ssh` or `local`, found "winrm"',
    ],
    [
      'a jump machine that is not there',
      good.replace('ProxyJump=vm19', 'ProxyJump=vm99'),
      ':21: expected the jump machine vm99 in this inventory',
    ],
    ['a circle of jumps', good.replace('ProxyJump=vm19', 'ProxyJump=vm20'), 'a circle through vm20'],
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
