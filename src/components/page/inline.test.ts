import { describe, expect, it } from 'vitest';
import { inlineParts } from './inline.ts';
import { matches } from '../evidence/outcomes.ts';

describe('documented cells', () => {
  it('keeps every word, with code and strong marked', () => {
    expect(inlineParts('**0 packets** (goes through `loopback0`)')).toEqual([
      { kind: 'strong', text: '0 packets' },
      { kind: 'text', text: ' (goes through ' },
      { kind: 'code', text: 'loopback0' },
      { kind: 'text', text: ')' },
    ]);
  });
  it('reads an escaped bar as a bar, also in code', () => {
    expect(inlineParts('`ss -tlnp \\| grep 8443`')).toEqual([{ kind: 'code', text: 'ss -tlnp | grep 8443' }]);
  });
  it('keeps a sign as the character that it is', () => {
    expect(inlineParts('❌ Connection refused')).toEqual([
      { kind: 'sign', text: '❌' },
      { kind: 'text', text: ' Connection refused' },
    ]);
  });
  it('never reads HTML', () => {
    expect(inlineParts('<b>x</b>')).toEqual([{ kind: 'text', text: '<b>x</b>' }]);
  });
});

describe('an outcome and its example', () => {
  it('knows a filled-in pattern, and no other', () => {
    expect(matches('exit {code}: look', 'exit 7: look')).toBe(true);
    expect(matches('exit {code}: look', 'exit 7: wait')).toBe(false);
    expect(matches('as it is', 'as it is')).toBe(true);
    expect(matches('as it is', 'as it is not')).toBe(false);
    expect(matches('{a} and {b}', 'x and y')).toBe(true);
  });
});
