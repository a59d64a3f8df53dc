import { describe, expect, it } from 'vitest';
import { joined } from '../../core/judge/difference.ts';

describe('a difference as it is drawn', () => {
  it('keeps both sides whole', () => {
    const parts = joined([
      { text: 'LISTEN', only: 'documented' },
      { text: 'no', only: 'observed' },
      { text: ' ', only: 'both' },
      { text: '0', only: 'documented' },
      { text: 'socket', only: 'observed' },
      { text: ' 8443', only: 'both' },
    ]);
    const text = (own: string) =>
      parts
        .filter(({ only }) => only === 'both' || only === own)
        .map((part) => part.text)
        .join('');
    expect(text('documented')).toBe('LISTEN 0 8443');
    expect(text('observed')).toBe('no socket 8443');
    expect(parts).toHaveLength(3);
  });
});
