/** Bytes that nobody of ours wrote, some thousand of them from a fixed seed: read as far as they make sense or refused, soon, and never believed. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/core/judge/judge.ts';
import { createMask } from '../../src/core/secrets/mask.ts';
import { matchLines } from '../../src/core/judge/lines.ts';
import { compile } from '../../src/core/check/pattern.ts';
import { concat, decodeEntries, decodeMessage, encodeEntry } from '../../src/core/protocol/codec.ts';
import { upSchema } from '../../src/core/protocol/up.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { capture, complete, dice } from '../../src/core/testing.ts';
import { frame, readFrames } from './frames.ts';

const rounds = 1500;
const bytesOf = (roll: (sides: number) => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => roll(256));

/** Some bytes changed, left out, doubled or moved. */
function harmed(bytes: Uint8Array, roll: (sides: number) => number): Uint8Array {
  const at = roll(bytes.length);
  const length = 1 + roll(12);
  const [before, cut, after] = [bytes.slice(0, at), bytes.slice(at, at + length), bytes.slice(at + length)];
  const ways = [
    () => concat([before, bytesOf(roll, cut.length), after]),
    () => concat([before, after]),
    () => concat([before, cut, cut, after]),
    () => concat([before, bytesOf(roll, length), cut, after]),
    () => bytes.slice(0, at),
  ];
  return ways[roll(ways.length)]?.() ?? bytes;
}

const entries: readonly Entry[] = [
  {
    seq: 0,
    at: 0,
    body: {
      ...{ kind: 'header', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', writeup: 'w', check: 'c', title: 'T' },
      ...{ checkHash: 'h', documented: '0', steps: [{ id: 's', role: 'b', command: 'true' }], fleet: 'f' },
      ...{ source: 'lab', condition: '', startedAt: '', commit: '', by: '' },
    },
  },
  {
    seq: 1,
    at: 3,
    body: { kind: 'output', step: 's', stream: 'stdout', bytes: Uint8Array.of(0, 1, 2, 255) },
  },
  { seq: 2, at: 4, body: { kind: 'skipped', until: 9, bytes: { s: 4000 } } },
  { seq: 9, at: 9, body: { kind: 'closed', how: 'finished', endedAt: '' } },
];

describe('a fuzzer over', () => {
  it('the codec: harmed entries are refused with an error or decode to entries, in little time', () => {
    const roll = dice(914);
    const whole = concat(entries.map(encodeEntry));
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const bytes = roll(4) === 0 ? bytesOf(roll, roll(300)) : harmed(whole, roll);
      for (const decode of [decodeEntries, decodeMessage])
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          refused += 1;
        }
    }
    expect(refused).toBeGreaterThan(rounds);
  });

  it('the record reader: what is read of a harmed file is what was written, up to the harm', () => {
    const roll = dice(20);
    const written = entries.map((entry) => Buffer.from(encodeEntry(entry)));
    const file = Buffer.concat(entries.map((entry) => frame(encodeEntry(entry))));
    let damaged = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { entries: read, after, length } = readFrames(Buffer.from(harmed(file, roll)));
      // A frame that was doubled is whole: what follows it is refused by its number, not by its checksum.
      for (const one of read) expect(written.some((known) => known.equals(concat(one)))).toBe(true);
      expect(length).toBeLessThanOrEqual(file.length + 24);
      if (after !== 'end') damaged += 1;
    }
    expect(damaged).toBeGreaterThan(rounds / 2);
  });

  it('messages of a page: anything that is not exactly one is refused', () => {
    const roll = dice(8443);
    const good = [
      '{"type":"watch","writeup":"w"}',
      '{"type":"run","key":"abcdefgh","checks":["c"]}',
      '{"type":"save","key":"abcdefgh","runs":["01ARZ3NDEKTSV4RRFFQ69G5FAV"],"title":"t","note":""}',
    ];
    const atoms = [
      '__proto__',
      'constructor',
      '../x',
      '\u202e',
      '1e999',
      'null',
      '[]',
      '{}',
      '"',
      ',',
      ':',
      'exec',
    ];
    for (const text of good) expect(upSchema.safeParse(JSON.parse(text)).success).toBe(true);
    for (let round = 0; round < rounds; round += 1) {
      const text = good[roll(good.length)] ?? '';
      const at = roll(text.length);
      const changed = `${text.slice(0, at)}${atoms[roll(atoms.length)]}${text.slice(at + roll(6))}`;
      let said: unknown;
      try {
        said = JSON.parse(changed);
      } catch {
        continue;
      }
      const parsed = upSchema.safeParse(said);
      if (parsed.success)
        expect(['watch', 'run', 'save', 'present', 'follow', 'cancel']).toContain(parsed.data.type);
    }
  });

  it('the matchers: expressions of any shape are refused or answer in linear time', () => {
    const roll = dice(5);
    const atoms = [
      '(a+)+',
      '(a|a)*',
      '[a-',
      '\\d{1,50}',
      '.*',
      '(?:x|y)+',
      '\\',
      '(?=a)',
      '\\1',
      'é',
      '$',
      '^',
      '{9999}',
    ];
    const text = `${'a'.repeat(20_000)}!\n${'x'.repeat(1000)}`;
    let answered = 0;
    const began = performance.now();
    for (let round = 0; round < 300; round += 1) {
      const regex = Array.from({ length: 1 + roll(4) }, () => atoms[roll(atoms.length)]).join('');
      try {
        const pattern = compile(regex);
        pattern.matches(text);
        matchLines(text.split('\n'), [{ regex }], 'kept');
        answered += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
    expect(answered).toBeGreaterThan(50);
    // Not a measurement: a backtracking engine would need years for the first of them.
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('the judge: no output makes it throw, and only a documented one makes it agree', () => {
    const roll = dice(127);
    const words = [
      '0 packets',
      '10 packets',
      'UDP, length 41',
      'dropped by kernel',
      '\n',
      '\u001b[2K',
      'Flags [S]',
      ' IP ',
      'lo',
      ':',
    ];
    for (let round = 0; round < rounds; round += 1) {
      const text = () =>
        Array.from({ length: roll(12) }, () => words[roll(words.length)]).join(roll(2) ? ' ' : '');
      const results = new Map([
        ['capture', complete({ stdout: text(), stderr: text(), exit: roll(3) })],
        ['stimulus', complete({ exit: [0, 7, 28, 1][roll(4)] ?? 1 })],
      ]);
      const { verdict } = judge(capture, results);
      const [first] = results.values();
      // Its controls: ended well, the kernel dropped nothing, the canary was seen.
      const sound =
        first?.how === 'complete' && first.step.exit === 0 && first.step.stdout.includes('UDP, length 41');
      if (verdict === 'agrees') expect(sound).toBe(true);
    }
  });

  it('the mask: cut anywhere it gives the same, and no secret is left', () => {
    const roll = dice(31);
    const secret = 'tok-3f9a7c21e5';
    const pieces = [
      secret,
      btoa(`x${secret}y`),
      'tok-3f9a',
      encodeURIComponent(secret),
      ' ',
      'abc',
      '=',
      '\n',
    ];
    const encoder = new TextEncoder();
    for (let round = 0; round < rounds; round += 1) {
      const text = encoder.encode(
        Array.from({ length: 1 + roll(8) }, () => pieces[roll(pieces.length)]).join(''),
      );
      const once = createMask(new Map([['token', secret]]));
      const whole = concat([once.feed(text), once.flush()]);
      const parts = createMask(new Map([['token', secret]]));
      const out: Uint8Array[] = [];
      for (let at = 0; at < text.length;) {
        const length = 1 + roll(7);
        out.push(parts.feed(text.subarray(at, at + length)));
        at += length;
      }
      out.push(parts.flush());
      expect(concat(out)).toEqual(whole);
      const shown = new TextDecoder().decode(whole);
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(btoa(`x${secret}y`).slice(4, 16));
    }
  });
});
