import { describe, expect, it } from 'vitest';
import { createOriginGuard } from './originGuard.ts';

const guard = createOriginGuard(8914, ['https://docs.example.org']);

describe('the guard', () => {
  it.each([
    'http://127.0.0.1:8914',
    'http://localhost:8914',
    'http://[::1]:8914',
    'https://docs.example.org',
  ])('lets the origin %s in', (origin) => expect(guard.allowsOrigin(origin)).toBe(true));
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
  ])('keeps the origin %s out', (origin) => expect(guard.allowsOrigin(origin)).toBe(false));
  it('answers only for hosts of its own', () => {
    for (const host of ['127.0.0.1:8914', 'localhost:8914', '[::1]:8914', 'docs.example.org'])
      expect([host, guard.allowsHost(host)]).toEqual([host, true]);
    for (const host of [undefined, '', 'attacker.test', 'attacker.test:8914', '127.0.0.1', '127.0.0.1:80'])
      expect([host, guard.allowsHost(host)]).toEqual([host, false]);
    for (const host of ['docs.example.org:80', 'docs.example.org:', 'docs.example.org.', 'xdocs.example.org'])
      expect([host, guard.allowsHost(host)]).toEqual([host, false]);
  });
  it('knows a host in capitals, and with the port of its scheme', () => {
    for (const host of ['DOCS.example.ORG', 'docs.example.org:443', 'Docs.Example.Org:443'])
      expect([host, guard.originOf(host)]).toEqual([host, 'https://docs.example.org']);
    expect(guard.originOf('LOCALHOST:8914')).toBe('http://localhost:8914');
    const usual = createOriginGuard(80, []);
    for (const host of ['localhost:80', 'LOCALHOST']) expect(usual.originOf(host)).toBe('http://localhost');
    expect([usual.allowsOrigin('http://localhost'), usual.allowsOrigin('http://localhost:80')]).toEqual([
      true,
      false,
    ]);
  });
  it('refuses an origin that is none', () => {
    for (const origin of [
      'docs.example.org',
      'https://docs.example.org/',
      'https://docs.example.org/path',
      '*',
      'nonsense',
    ])
      expect(() => createOriginGuard(1, [origin])).toThrow('expected scheme, host and port');
  });
});
