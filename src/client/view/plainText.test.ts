import { describe, expect, it } from 'vitest';
import { createPlainText } from './screenText.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const all = (...chunks: Uint8Array[]) => {
  const plain = createPlainText();
  return chunks.map((chunk) => plain.feed(chunk)).join('');
};

describe('output as plain text', () => {
  it('leaves colours, titles and clipboard sequences out', () => {
    expect(all(bytes('\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]52;c;aGk=\x1b\\done'))).toBe('red done');
  });
  it('knows a sequence that is split over chunks', () => {
    expect(all(bytes('a\x1b['), bytes('31'), bytes('mb'))).toBe('ab');
  });
  it('knows a letter that is split over chunks', () => {
    const [first, ...rest] = bytes('ü');
    expect(all(Uint8Array.of(first ?? 0), Uint8Array.of(...rest))).toBe('ü');
  });
  it('makes every line end the same', () => {
    expect(all(bytes('a\r'), bytes('\nb\rc\n'))).toBe('a\nb\nc\n');
  });
  it('shows bytes that are no text as the replacement sign', () => {
    expect(all(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\ufffdb');
  });
  it('[U2] names the marks that turn a line round or are not seen', () => {
    expect(all(bytes('\u202eSSAP\u200b FAIL\rPASS\n'))).toBe('‹U+202E›SSAP‹U+200B› FAIL\nPASS\n');
  });
  it('does not hold back text for ever when a sequence never ends', () => {
    const text = 'x'.repeat(10_000);
    expect(all(bytes(`\x1b]0;${text}`)).length).toBeGreaterThan(9_000);
  });
});
