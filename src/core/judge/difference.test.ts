import { describe, expect, it } from 'vitest';
import { difference, joined } from '../report/lineDifference.ts';

describe('a difference', () => {
  it.each([
    ['LISTEN 0 2048 0.0.0.0:8443', 'LISTEN 0 128 127.0.0.1:8443'],
    ['0 packets', '10 packets'],
    ['', 'x'],
    ['same', 'same'],
    ['a'.repeat(3000), 'b'],
  ])('[D1] of "%.20s" and "%.20s" gives both back', (documented, observed) => {
    const parts = difference(documented, observed);
    expect(
      parts
        .filter(({ only }) => only !== 'observed')
        .map((part) => part.text)
        .join(''),
    ).toBe(documented);
    expect(
      parts
        .filter(({ only }) => only !== 'documented')
        .map((part) => part.text)
        .join(''),
    ).toBe(observed);
  });
  it('[D1] marks the words that differ and no others', () => {
    expect(difference('0 packets seen', '2 packets seen')).toEqual([
      { text: '0', only: 'documented' },
      { text: '2', only: 'observed' },
      { text: ' packets seen', only: 'both' },
    ]);
  });
  it('[D1] joined keeps both sides whole', () => {
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
