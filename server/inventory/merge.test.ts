/** Which value counts. What is expected here is what `ansible-inventory --list` of ansible-core 2.14.18 printed for the same files; `profile` is of 2.22. */
import { describe, expect, it } from 'vitest';
import { diskOf } from './testing.ts';
import { readSource, sourceOf } from './sources.ts';
import { emptyTree } from './tree.ts';
import { createVariables } from './variables.ts';

/** A variable of every host, after all `names` were merged. */
function read(
  names: readonly string[],
  files: Readonly<Record<string, string>>,
  variable = 'ansible_user',
): Record<string, string> {
  const disk = diskOf(files);
  const sources = names.map((name) => sourceOf(name, disk));
  const tree = emptyTree();
  const faults: unknown[] = [];
  const addProblem = (...fault: unknown[]): void => void faults.push(fault);
  for (const { home, files: own } of sources)
    for (const file of own) readSource(file, disk, { tree, home, addProblem });
  expect(faults).toEqual([]);
  const variables = createVariables(tree, sources, disk);
  return Object.fromEntries(
    [...tree.hosts.values()].map((host) => {
      const node = variables(host).get(variable)?.node;
      return [host.name, node?.kind === 'text' ? node.text : ''];
    }),
  );
}

const layers = {
  '/i/hosts.yml': `
all:
  vars: { ansible_user: all }
  children:
    outer:
      vars: { ansible_user: outer }
      children:
        inner:
          vars: { ansible_user: inner }
          hosts: { h: { ansible_user: host } }
`,
};
/** The same without what counts most, again and again. */
const without = (...gone: readonly string[]): Record<string, string> => ({
  '/i/hosts.yml': gone.reduce(
    (text, one) => text.replace(`{ ansible_user: ${one} }`, '{}'),
    layers['/i/hosts.yml'],
  ),
});

describe('a value counts', () => {
  const beside = {
    '/i/group_vars/all.yml': 'ansible_user: file-all',
    '/i/group_vars/outer.yml': 'ansible_user: file-outer',
    '/i/group_vars/inner/a.yml': 'ansible_user: file-inner-a',
    '/i/group_vars/inner/b.yml': 'ansible_user: file-inner',
    '/i/host_vars/h.yml': 'ansible_user: file-host',
  };
  const some = (...names: readonly (keyof typeof beside)[]) =>
    Object.fromEntries(names.map((name) => [name, beside[name]]));

  it.each([
    ['of host_vars before the host in the file', { ...layers, ...beside }, 'file-host'],
    [
      'of the host in the file before group_vars',
      { ...layers, ...some('/i/group_vars/inner/b.yml', '/i/group_vars/all.yml') },
      'host',
    ],
    [
      'of group_vars/GROUP before group_vars/all, the innermost first, and of its files the last',
      {
        ...without('host'),
        ...some(
          '/i/group_vars/inner/a.yml',
          '/i/group_vars/inner/b.yml',
          '/i/group_vars/outer.yml',
          '/i/group_vars/all.yml',
        ),
      },
      'file-inner',
    ],
    [
      'of group_vars/all before the innermost group in the file',
      { ...without('host'), ...some('/i/group_vars/all.yml') },
      'file-all',
    ],
    ['of the innermost group before the outer one', without('host'), 'inner'],
    ['of the outer group before all', without('host', 'inner'), 'outer'],
    ['of all where nobody else says anything', without('host', 'inner', 'outer'), 'all'],
  ] as const)('%s', (_, files, expected) => {
    expect(read(['/i/hosts.yml'], files)).toEqual({ h: expected });
  });

  it('of groups that are equally deep by ansible_group_priority, then by name', () => {
    const file = (priority: string) =>
      `a: { vars: { ansible_user: a${priority} }, hosts: { h: } }\nb: { vars: { ansible_user: b }, hosts: { h: } }\n`;
    expect(read(['/i/x.yml'], { '/i/x.yml': file('') })).toEqual({ h: 'b' });
    expect(read(['/i/x.yml'], { '/i/x.yml': file(', ansible_group_priority: 10') })).toEqual({ h: 'a' });
  });

  it('of a group by its longest way from all', () => {
    const text =
      'all: { children: { z: { hosts: { h: }, vars: { ansible_user: z } }, a: { children: { b: { children: { c: { hosts: { h: }, vars: { ansible_user: c } } } } } } } }';
    expect(read(['/i/x.yml'], { '/i/x.yml': text })).toEqual({ h: 'c' });
  });
});

describe('several inventories', () => {
  it('are merged in the order in which they are named', () => {
    const files = {
      '/i/one.yml': 'g: { vars: { ansible_user: one }, hosts: { h: { ansible_port: 1 }, k: } }',
      '/j/two': 'h ansible_port=2\n[g]\nl\n[g:vars]\nansible_user=two\n',
    };
    expect(read(['/i/one.yml', '/j/two'], files)).toEqual({ h: 'two', k: 'two', l: 'two' });
    expect(read(['/j/two', '/i/one.yml'], files)).toEqual({ h: 'one', k: 'one', l: 'one' });
    expect(read(['/i/one.yml', '/j/two'], files, 'ansible_port')).toEqual({ h: '2', k: '', l: '' });
  });

  it('give their group_vars one after the other: an outer group of the later before an inner one of the earlier', () => {
    const files = {
      '/i/one.yml': 'a: { children: { b: { hosts: { h: } } } }',
      '/j/two.yml': 'b: { hosts: { h: } }',
      '/i/group_vars/b.yml': 'ansible_user: one-b',
      '/j/group_vars/a.yml': 'ansible_user: two-a',
    };
    expect(read(['/i/one.yml', '/j/two.yml'], files)).toEqual({ h: 'two-a' });
    expect(read(['/j/two.yml', '/i/one.yml'], files)).toEqual({ h: 'one-b' });
  });

  it('in a folder are read in the order of their names, without what Ansible passes over', () => {
    const files = {
      '/i/20-b': '[g]\nh ansible_user=b',
      '/i/10-a.yml': 'g: { hosts: { h: { ansible_user: a } } }',
      '/i/30.cfg': 'no inventory',
      '/i/40.bak': 'no inventory',
      '/i/.hidden': 'no inventory',
      '/i/group_vars/g.yml': 'ansible_port: 7',
    };
    expect(read(['/i'], files)).toEqual({ h: 'b' });
    expect(read(['/i'], files, 'ansible_port')).toEqual({ h: '7' });
  });
});

describe('names of hosts', () => {
  const names = (text: string, file = '/i/x.yml') => Object.keys(read([file], { [file]: text }));
  it.each([
    ['web[01:03]', 'web01 web02 web03'],
    ['web[1:10:4].example.org', 'web1.example.org web5.example.org web9.example.org'],
    ['db-[a:c]', 'db-a db-b db-c'],
    ['r[1:2]n[1:2]', 'r1n1 r1n2 r2n1 r2n2'],
    ['w[:2]', 'w0 w1 w2'],
    ['w[098:101]', 'w098 w099 w100 w101'],
    ['vm20:2222', 'vm20'],
  ])('%s', (pattern, expected) => {
    expect(names(`g: { hosts: { "${pattern}": } }`)).toEqual(expected.split(' '));
    expect(names(`[g]\n${pattern}\n`, '/i/x')).toEqual(expected.split(' '));
  });

  it('may have a port behind them, which counts where the host is named first', () => {
    const file = { '/i/x': 'a:2222\nb\nc:1 ansible_port=3\n[g]\nb:4\n' };
    expect(read(['/i/x'], file, 'ansible_port')).toEqual({ a: '2222', b: '', c: '3' });
  });
});

describe('INI', () => {
  it('is read with its comments, quotes and escapes', () => {
    const text = `# c
; c
first ansible_user=plain # comment
[web] # comment
a ansible_user='single' ansible_port=1
b ansible_user="dou\\"ble"
c ansible_user=a\\ b
d ansible_user=x#comment
e ansible_user=
[web:vars]
ansible_user = of the group
[top:children]
web # comment
`;
    expect(read(['/i/hosts'], { '/i/hosts': text })).toEqual({
      first: 'plain',
      a: 'single',
      b: 'dou"ble',
      c: 'a b',
      d: 'x',
      e: '',
    });
    expect(
      read(['/i/hosts'], { '/i/hosts': '[web]\nf\n[web:vars]\nansible_user = "of the group"\n' }),
    ).toEqual({ f: 'of the group' });
  });
});

describe('JSON of ansible-inventory --list', () => {
  it('is read, with _meta, groups of groups, and values that were encrypted or unsafe', () => {
    const text = JSON.stringify({
      _meta: {
        hostvars: {
          vm20: { ansible_user: 'autobot', ansible_port: 22, x: [1, { y: null }] },
          vm21: { ansible_user: { __ansible_unsafe: 'frank' } },
        },
        profile: 'inventory_legacy',
      },
      all: { children: ['ungrouped', 'apps'] },
      apps: { children: ['backend'], vars: { ansible_user: 'group' } },
      backend: { hosts: ['vm20', 'vm21', 'vm22'] },
      plain: ['vm23'],
    });
    const files = { '/i/f.json': text };
    expect(read(['/i/f.json'], files)).toEqual({ vm20: 'autobot', vm21: 'frank', vm22: 'group', vm23: '' });
    expect(read(['/i/f.json'], files, 'ansible_port')['vm20']).toBe('22');
  });
});
