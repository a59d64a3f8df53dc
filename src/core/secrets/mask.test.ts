import { describe, expect, it } from 'vitest';
import { createMask } from './mask.ts';
import { longestGapBytes } from './base64Groups.ts';
import { toLines } from '../judge/lines.ts';
import { concat } from '../protocol/codec.ts';
import { dice } from '../testing.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('a mask', () => {
  const text = 'x secret-token-1 secret-token-12 secret-tok secret-token-1';
  const secrets = new Map([
    ['token', 'secret-token-1'],
    ['longer', 'secret-token-12'],
  ]);
  it('[S1] hides a secret wherever the stream is cut', () => {
    for (let one = 0; one <= text.length; one += 1)
      for (let two = one; two <= text.length; two += 1) {
        const mask = createMask(secrets);
        const parts = [text.slice(0, one), text.slice(one, two), text.slice(two)].map((part) =>
          mask.feed(encode(part)),
        );
        expect(decode(concat([...parts, mask.flush()]))).toBe('x ‹token› ‹longer› secret-tok ‹token›');
      }
  });
  it('[S1] holds back only what could be the start of a secret, and one group of base64', () => {
    const mask = createMask(secrets);
    expect(decode(mask.feed(encode('abc. sec')))).toBe('abc. ');
    expect(decode(mask.feed(encode('ond. ')))).toBe('second. ');
    expect(decode(mask.feed(encode('wordy')))).toBe('w');
    expect(decode(mask.flush())).toBe('ordy');
  });

  const value = `p"a's <s>&w/ö+1`;
  const bytes = encode(value);
  const base64 = (before: string) => btoa(String.fromCharCode(...encode(before), ...bytes, ...encode('z!')));
  const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', value],
    ['as JSON', JSON.stringify(value).slice(1, -1)],
    ['in a URL', encodeURIComponent(value)],
    [
      'as HTML',
      value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
    ],
    ['as a shell word', value.replaceAll("'", `'\\''`)],
    ['as lower hex', hex],
    ['as upper hex', hex.toUpperCase()],
    ['backwards', [...value].reverse().join('')],
    ...['', 'u', 'u:'].flatMap((before) => [
      [`as base64 behind ${before.length} bytes`, base64(before)] as const,
      [`as base64url behind ${before.length} bytes`, url(base64(before))] as const,
    ]),
  ];
  it.each(forms)('[S3] hides a secret %s, wherever the stream is cut and in single bytes', (_, form) => {
    const text = encode(`before. ${form} after.`);
    const one = createMask(new Map([['token', value]]));
    const whole = decode(concat([one.feed(text), one.flush()]));
    expect(whole).toMatch(/^before\. ‹token›[^ ]* ?after\.$/);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const mask = createMask(new Map([['token', value]]));
      const parts = [mask.feed(text.subarray(0, cut)), mask.feed(text.subarray(cut)), mask.flush()];
      expect(decode(concat(parts))).toBe(whole);
    }
    const single = createMask(new Map([['token', value]]));
    const bits = [...text].map((byte) => single.feed(Uint8Array.of(byte)));
    expect(decode(concat([...bits, single.flush()]))).toBe(whole);
  });
  it('[S3] leaves nothing of a secret in base64 that could be decoded', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const mask = createMask(new Map([['token', 'correct-horse-battery']]));
      const text = encode(btoa(`${before}correct-horse-battery-more`));
      const shown = decode(concat([mask.feed(text), mask.flush()]));
      const rest = shown.replaceAll('‹token›', '').replaceAll('=', '');
      expect(atob(rest.slice(0, rest.length - (rest.length % 4)))).not.toMatch(/corr|horse|batt|tery/);
    }
  });

  /** What a terminal does not show, between the characters of a secret: colours, a title, a link, a character set, half a word in bold. */
  const sequences = [
    '\u001b[31m',
    '\u001b[1;38;5;9m',
    '\u001b]0;t\u0007',
    '\u001b]8;;http://x\u001b\\',
    '\u001b(B',
    '\u001b[K',
  ];
  const cutAt = (text: Uint8Array, size: number, mask = createMask(new Map([['token', value]]))): string => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < text.length; at += size) parts.push(mask.feed(text.subarray(at, at + size)));
    return decode(concat([...parts, mask.flush()]));
  };
  it.each(forms)('[S4] hides a secret %s with escape sequences inside of it', (_, form) => {
    const letters = [...form];
    const everywhere = sequences.map((sequence) => ({ inside: letters.join(sequence), sequence }));
    const somewhere = letters.map((_, at) => {
      const sequence = sequences[at % sequences.length] ?? '';
      return { inside: [...letters.slice(0, at), sequence, ...letters.slice(at)].join(''), sequence };
    });
    for (const { inside, sequence } of [...everywhere, ...somewhere]) {
      const text = encode(`before. ${inside} after.`);
      const whole = cutAt(text, text.length);
      // Sequences beside the secret stay; of base64, a group beside it goes.
      expect(whole.replaceAll(sequence, '')).toMatch(/^before\. ‹token›[^ ]* ?after\.$/);
      expect(cutAt(text, 1)).toBe(whole);
    }
  });
  it('[S4] leaves sequences alone that are in no secret, finished or not', () => {
    for (const sequence of sequences)
      for (let length = 1; length <= sequence.length; length += 1) {
        const text = `p"a's${sequence}x ${sequence} p${sequence.slice(0, length)}`;
        for (const size of [1, 1000]) expect(cutAt(encode(text), size)).toBe(text);
      }
  });
  it('[S5] carries a bounded number of bytes, whatever comes', () => {
    const longest = Math.max(...forms.map(([, form]) => encode(form).length));
    const bound = (longest + 8) * (longestGapBytes + 1);
    for (const piece of ['\u001b[31m', '\u001b]0;', '\u001b', 'p\u001b[m', '\u001b[1;', 'cCJ\u001b[mhJ3']) {
      const mask = createMask(new Map([['token', value]]));
      let carried = 0;
      let most = 0;
      const chunk = encode(`p${piece.repeat(40)}`);
      for (let count = 0; count < 300; count += 1) {
        carried += chunk.length - mask.feed(chunk).length;
        most = Math.max(most, carried);
      }
      expect(most).toBeLessThanOrEqual(bound);
    }
  });
  it('[S4] more than the bounded number of bytes of sequences between two characters is not looked through', () => {
    const [first = '', ...rest] = [...value];
    const text = (count: number) => encode(`${first}${'\u001b[0m'.repeat(count)}${rest.join('')}.`);
    const fits = Math.floor(longestGapBytes / 4);
    for (const size of [1, 5, 4096]) {
      expect(cutAt(text(fits), size)).toBe('‹token›.');
      expect(cutAt(text(fits + 1), size)).not.toContain('‹token›');
    }
  });
  it('[S4] cut anywhere it gives the same: hundreds of streams of secrets, halves of them and sequences', () => {
    const roll = dice(630);
    const tooMany = '\u001b[0m'.repeat(70);
    const pieces = [
      ...sequences,
      ...forms.map(([, form]) => form),
      'p"a',
      "'s <s>",
      '&w/ö+1',
      '\u001b',
      '\u001b[',
      '\u001b]',
      ' ',
      'cCJ',
      '\n',
      tooMany,
    ];
    for (let round = 0; round < 500; round += 1) {
      const made = Array.from({ length: 1 + roll(9) }, () => {
        const piece = pieces[roll(pieces.length)] ?? '';
        const at = roll(piece.length + 1);
        return roll(2)
          ? piece
          : `${piece.slice(0, at)}${sequences[roll(sequences.length)]}${piece.slice(at)}`;
      }).join('');
      const text = encode(made);
      const whole = cutAt(text, text.length);
      expect(cutAt(text, 1), `round ${round}`).toBe(whole);
      const mask = createMask(new Map([['token', value]]));
      const parts: Uint8Array[] = [];
      for (let at = 0; at < text.length;) {
        const size = 1 + roll(40);
        parts.push(mask.feed(text.subarray(at, at + size)));
        at += size;
      }
      expect(decode(concat([...parts, mask.flush()])), `round ${round}`).toBe(whole);
      // What a terminal shows of it has no secret, unless more sequences than are looked through stood inside of one.
      if (!made.includes(tooMany)) expect(toLines(whole).join('\n'), `round ${round}`).not.toContain(value);
    }
  });

  it.each([
    ['test', 'fewer than 8 bytes'],
    ['{', 'fewer than 8 bytes'],
    ['', 'fewer than 8 bytes'],
    ['aaaaaaaaaaaa', 'fewer than 4 different characters'],
    ['        ', 'fewer than 4 different characters'],
    ['{\n  "a": 1,\n}', 'control characters'],
    ['secret\u001b[m12', 'control characters'],
  ])('[S2] refuses %j, which is in ordinary text or no secret', (secret, why) =>
    expect(() => createMask(new Map([['a', secret]]))).toThrow(why),
  );
});
