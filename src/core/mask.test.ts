import { describe, expect, it } from 'vitest';
import { createMask } from './mask.ts';
import { concat } from './protocol/codec.ts';

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

  it('[S2] refuses a secret that is in ordinary text', () =>
    expect(() => createMask(new Map([['a', 'test']]))).toThrow('fewer than 8 bytes'));
});
