import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.ts';

const guard = createGuard(8914, ['https://docs.example.org']);

describe('the guard', () => {
  it.each([
    'http://127.0.0.1:8914',
    'http://localhost:8914',
    'http://[::1]:8914',
    'https://docs.example.org',
  ])('lets the origin %s in', (origin) => expect(guard.origin(origin)).toBe(true));
  it.each([
    undefined,
    'null',
    '',
    'https://localhost:8914',
    'http://localhost',
    'http://localhost:8915',
    'http://LOCALHOST:8914',
    'http://localhost.:8914',
    'http://localhost:8914.evil.com',
    'http://evil-localhost:8914',
    'https://docs.example.org.evil.com',
    'https://docs.example.comedy',
    'https://a@docs.example.org',
    'https://docs.example.org, https://evil.example',
    'http://docs.example.org',
  ])('keeps the origin %s out', (origin) => expect(guard.origin(origin)).toBe(false));
  it('answers only for hosts of its own', () => {
    expect(['127.0.0.1:8914', 'localhost:8914', '[::1]:8914', 'docs.example.org'].every(guard.host)).toBe(
      true,
    );
    expect(
      [undefined, '', 'attacker.test', 'attacker.test:8914', '127.0.0.1', '127.0.0.1:80'].some(guard.host),
    ).toBe(false);
  });
  it('refuses an origin that is none', () => {
    for (const origin of [
      'docs.example.org',
      'https://docs.example.org/',
      'https://docs.example.org/path',
      '*',
      'nonsense',
    ])
      expect(() => createGuard(1, [origin])).toThrow('expected scheme, host and port');
  });
});
