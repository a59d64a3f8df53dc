/** Texts that are small and mean much: each is refused in a sentence before it takes long. */
import { describe, expect, it } from 'vitest';
import { FILE, problems } from './testing.ts';

describe('a text that would take long, or much, is refused', () => {
  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const bombs: Record<string, readonly [text: string, message: RegExp, file?: string]> = {
    'billion laughs': [
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${lines(9, (i) => `b${i}: &b${i} [${Array(10).fill(i === 0 ? '*a' : `*b${i - 1}`)}]`)}\n`,
      /aliases that lead to at most 100000 values/,
    ],
    'merge keys of merge keys': [
      `a: &m0 { hosts: { x: } }\n${lines(40, (i) => `g${i}: &m${i + 1}\n  <<: [*m${i}, *m${i}]\n  children: *m${i}`)}\n`,
      /aliases that lead to at most 100000 values/,
    ],
    'a million quotes': ['"'.repeat(1_000_000), /pieces of YAML|YAML/],
    'a million brackets': ['['.repeat(1_000_000), /pieces of YAML/],
    'nested deeply': ['{a: '.repeat(20_000), /expected YAML/],
    'indented deeply': [lines(1400, (i) => `${' '.repeat(i)}a:`), /expected/],
    'many anchors': ['&a '.repeat(70_000), /expected (YAML|at most)/],
    'many keys': [lines(40_000, (i) => `k${i}:`), /at most 5000 hosts and 1000 groups|pieces of YAML/],
    'a range of everything': [
      'backend:\n  hosts:\n    web[1:999999999]:\n',
      /:3: expected the name of a host, or a range of them, found a range of more than 2000 hosts in "web\[1:999999999\]"/,
    ],
    'ranges of ranges': [
      `backend:\n  hosts:\n    "${'[1:9]'.repeat(12)}":\n`,
      /a range of more than 2000 hosts/,
    ],
    'many ranges': [
      `backend:\n  hosts:\n${lines(20_000, (i) => `    w${i}[1:2000]:`)}`,
      /at most 5000 hosts|pieces of YAML/,
    ],
    'many ranges in INI': [
      `[backend]\n${lines(50_000, () => 'w[1:2000]')}`,
      /at most 5000 hosts/,
      '/i/hosts',
    ],
    'a long chain of groups': [
      lines(3000, (i) => `[g${i}:children]\ng${i + 1}`),
      /at most 5000 hosts and 1000 groups/,
      '/i/hosts',
    ],
    'a line of a megabyte': [`a ${'x="'.repeat(299_999)}`, /expected a host with its variables/, '/i/hosts'],
    'JSON nested deeply': ['['.repeat(500_000), /expected/, '/i/f.json'],
    'JSON of many hosts': [
      JSON.stringify({
        _meta: { hostvars: Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [i, {}])) },
      }),
      /at most 5000 hosts/,
      '/i/f.json',
    ],
  };

  it.each(Object.keys(bombs))('%s', (name) => {
    const [text, message, file = FILE] = bombs[name] ?? ['', /x/];
    const before = performance.now();
    const found = problems(text, ['backend'], file);
    const ms = performance.now() - before;
    expect(found[0]).toMatch(message);
    expect(found[0]?.length).toBeLessThan(400);
    // On a quiet machine all are below half a second; the limit leaves room for a noisy one.
    expect(ms).toBeLessThan(5000);
  });
});
