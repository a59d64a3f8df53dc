import { describe, expect, it } from 'vitest';
import { attacks } from '../../core/testing-hostile.ts';
import { createScreenText, wrapCommand } from './screenText.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const shown = (text: string | Uint8Array, size = Number.POSITIVE_INFINITY) => {
  const screen = createScreenText();
  const bytes = typeof text === 'string' ? encode(text) : text;
  let out = '';
  for (let at = 0; at < bytes.length; at += size) out += screen.feed(bytes.subarray(at, at + size));
  return out;
};

describe('on a screen', () => {
  it.each(attacks)('[U3] nothing but colours reaches the terminal, and what came is read: %j', (attack) => {
    for (const size of [1, 2, 5, Number.POSITIVE_INFINITY]) {
      const text = shown(`a${attack}\nb\n`, size);
      expect(text).not.toMatch(/[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
      expect(text.startsWith('a')).toBe(true);
      expect(text.endsWith('\nb\n')).toBe(true);
      // Not left out: a picture or a name for every character that is not one.
      expect(text.length).toBeGreaterThanOrEqual(`a${attack}\nb\n`.length);
    }
  });
  it('[U3] colours, returns, backspaces, tabs and ends of lines stay', () => {
    const text = '\u001b[1;31mred\u001b[0m\t\u001b[38;5;8mgrey\u001b[m 10%\r20%\b\r\nok\n';
    for (const size of [1, 2, 5, Number.POSITIVE_INFINITY]) expect(shown(text, size)).toBe(text);
  });
  it('[U3] marks of direction and what has no width are named, and other scripts are left', () => {
    expect(shown('\u202eSSAP\u200b שלום 👩‍💻', 1)).toBe('‹U+202E›SSAP‹U+200B› שלום 👩‹U+200D›💻');
  });
  it('[U3] bytes that are no text are the replacement sign, wherever they are cut', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xe2, 0x82, 0x62, 0x0a);
    const whole = shown(bytes);
    expect(whole.replaceAll('\ufffd', '')).toBe('ab\n');
    for (const size of [1, 2, 3]) expect(shown(bytes, size)).toBe(whole);
  });
  it('[U3] 10 MB of a sequence that never ends are shown, and not held', () => {
    const screen = createScreenText();
    let length = 0;
    const piece = encode('x'.repeat(64_000));
    length += screen.feed(encode('\u001b]52;c;')).length;
    for (let sent = 0; sent < 10_000_000; sent += piece.length) length += screen.feed(piece).length;
    expect(length).toBeGreaterThan(10_000_000);
  });
});

describe('a long command', () => {
  const command = `curl --noproxy '*' -w '{"a b":1}' "x \\" y" https://a/`;
  it('breaks at blanks outside of quotes, so that a shell reads the same', () => {
    const lines = wrapCommand(command, 24, 8).split('\n');
    expect(lines).toEqual([
      ...['curl \\', `  --noproxy '*' -w \\`, `  '{"a b":1}' \\`, `  "x \\" y" https://a/`],
    ]);
    expect(lines.every((line) => line.length <= 24)).toBe(true);
  });
  it('stays whole where it has room, and where it cannot be broken', () => {
    expect(wrapCommand(command, 80, 8)).toBe(command);
    expect(wrapCommand('x'.repeat(40), 24, 0)).toBe('x'.repeat(40));
    expect(wrapCommand(`it's not closed`, 10, 0).replaceAll(' \\\n ', '')).toBe(`it's not closed`);
  });
});
