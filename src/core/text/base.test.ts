/** Addresses below the path of a site. */
import { describe, expect, it } from 'vitest';
import { baseFault, belowBase, htmlBelowBase, withoutBase } from './base.ts';

describe('a base', () => {
  it.each(['/', '/docs/', '/team/docs-1/'])('[I1] %s is one', (base) => {
    expect(baseFault(base, ['wsl'])).toBeUndefined();
  });
  it.each(['', 'docs', '/docs', 'docs/', '//', '/a//b/', '/../', '/a b/', '/a?b/', 'https://x/'])(
    '[I1] %j is none, and the sentence shows one',
    (base) => expect(baseFault(base)).toContain('like /docs/'),
  );
  it('[I1] is not the name of a writeup', () => {
    expect(baseFault('/wsl/', ['wsl'])).toContain('the name of a writeup');
  });
});

describe('an address', () => {
  it.each([
    ['/', '/docs/'],
    ['/runs/?a=/b', '/docs/runs/?a=/b'],
    ['/docs/runs/', '/docs/runs/'],
    ['//elsewhere/x', '//elsewhere/x'],
    ['https://elsewhere/x', 'https://elsewhere/x'],
    ['#part', '#part'],
    ['x/', 'x/'],
  ])('[I2] %s is %s below /docs/', (address, below) => {
    expect(belowBase('/docs/', address)).toBe(below);
    expect(belowBase('/', address)).toBe(address);
  });
  it('[I2] is known with and without the base', () => {
    expect(withoutBase('/docs/', '/docs/runs/x?y')).toBe('/runs/x?y');
    expect(withoutBase('/docs/', '/docs/')).toBe('/');
    expect(withoutBase('/docs/', '/runs/x')).toBe('/runs/x');
    expect(withoutBase('/docs/', '/docsy/')).toBe('/docsy/');
  });
});

describe('markup', () => {
  it('[I3] has its addresses below the base, and its text as it was', () => {
    const made = htmlBelowBase(
      '/docs/',
      '<a class="x" href="/a/" title="a > b">href="/a/"</a><form action="/login"><img alt=\'"\' src="/i.svg"/><a href="#x"><a href="/docs/y">&lt;a href="/z"&gt;',
    );
    expect(made).toBe(
      '<a class="x" href="/docs/a/" title="a > b">href="/a/"</a><form action="/docs/login"><img alt=\'"\' src="/docs/i.svg"/><a href="#x"><a href="/docs/y">&lt;a href="/z"&gt;',
    );
  });
  it('[I3] stays as it is at the root', () => {
    expect(htmlBelowBase('/', '<a href="/a/">')).toBe('<a href="/a/">');
  });
});
