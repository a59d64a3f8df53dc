// The engine names nothing that belongs to a writeup.
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeupLiterals, writeupProblems } from './writeupFree.ts';

describe('the engine names nothing of a writeup', () => {
  const content = [
    {
      path: 'content/some-writeup/index.mdx',
      text: '---\nlifecycle: { lastReproduced: { versions: { WSL: 2, Linux: 6 } } }\nmatrix: { to: ["10.9.8.7:9443"] }\n---\nSee 10.9.8.7 at 17:54:39.\n',
    },
    { path: 'content/some-writeup/checks/route-lookup.yaml', text: 'command: ping fd00:1::5 127.0.0.1' },
    { path: 'content/some-writeup/checks/login.yaml', text: '' },
    {
      path: 'content/some-writeup/lab/lab.yaml',
      text: `user: autobot
machines: [{ name: backend, hostName: vm19, mac: 00:15:5d:aa:00:20 }]
switches: [{ name: br7, in: backend }]
links: [[{ in: a, interface: winlo }, { in: b, interface: eth0 }]]
services: { api: { listen: 0.0.0.0:7777 }, ssh: { listen: 0.0.0.0:22, user: root } }`,
    },
    {
      path: 'content/some-writeup/lab/conditions.yaml',
      text: 'conditions: [{ name: as-documented }, { name: fix-nat }, { name: healthy }]',
    },
  ];
  const literals = writeupLiterals(content, parse);

  test('what is looked for comes from content/', () => {
    expect(literals.map(({ literal }) => literal).sort()).toEqual(
      [
        ...['some-writeup', 'route-lookup', 'fix-nat', 'WSL', '9443', '7777', '10.9.8.7', 'fd00:1::5'],
        ...['00:15:5d:aa:00:20', 'autobot', 'vm19', 'br7', 'winlo'],
      ].sort(),
    );
  });

  test.each([
    ['server/a.ts', 'const port = 7777;', '7777'],
    ['server/a.ts', 'port 77771, 17777, 1.7777, v7777', ''],
    ['src/core/a.ts', '// like 10.9.8.7 here', '10.9.8.7'],
    ['src/core/a.ts', '10.9.8.70 110.9.8.7 127.0.0.1 0.0.0.0', ''],
    ['src/a.astro', 'the route-lookup check', 'route-lookup'],
    ['src/a.astro', 'backend, login, healthy, as-documented, eth0, Linux', ''],
    ['src/styles/a.css', '.some-writeup { }', 'some-writeup'],
    ['src/core/a.test.ts', 'autobot', ''],
    ['server/testing-lab.ts', 'autobot', ''],
    ['bench/a.ts', 'autobot', ''],
  ])('%s with "%s": %s', (path, text, found) => {
    expect(writeupProblems([{ path, text: `\n${text}\n` }], literals)).toEqual(
      found === '' ? [] : [expect.stringContaining(`${path}:2: names "${found}", the `)],
    );
  });
});
