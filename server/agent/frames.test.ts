/** What the reader of the wire promises: nothing of a mark is ever payload, and nothing of the payload is ever lost, wherever chunks break. */
import { describe, expect, it } from 'vitest';
import { endMark, lineReader, parseEnd, parseGreeting, splitAt } from './frames.ts';

const NONCE = '0123456789abcdef';
const MARK = endMark(NONCE);
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Pushes the pieces; gives what came out as payload, and what followed the mark. */
function split(pieces: readonly Uint8Array[], mark = MARK): { payload: string; rest: string | undefined } {
  const cut = splitAt(mark);
  const payload: Buffer[] = [];
  let rest: Buffer | undefined;
  for (const piece of pieces) {
    if (rest !== undefined) {
      rest = Buffer.concat([rest, piece]);
      continue;
    }
    const after = cut(piece, (part) => payload.push(Buffer.from(part)));
    if (after !== undefined) rest = Buffer.from(after);
  }
  return { payload: Buffer.concat(payload).toString('latin1'), rest: rest?.toString('latin1') };
}

describe('a stream with its end mark', () => {
  const payloads = {
    plain: 'one\ntwo',
    empty: '',
    'the beginning of a mark': `x\x1e${NONCE.slice(0, 9)}`,
    'a mark with another nonce': `\x1e${'f'.repeat(16)} end exit=0\n`,
    'marks that begin over and over': `\x1e\x1e\x1e${NONCE}\x1e${NONCE} en\x1e`,
    'bytes of every value': Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1'),
  };
  it.each(Object.entries(payloads))('is taken apart at every break: %s', (_, payload) => {
    const all = bytes(`${payload}${MARK} exit=0\n`);
    for (let at = 0; at <= all.length; at += 1) {
      expect(split([all.subarray(0, at), all.subarray(at)])).toEqual({ payload, rest: ' exit=0\n' });
    }
    expect(split([...all].map((byte) => Uint8Array.of(byte)))).toEqual({ payload, rest: ' exit=0\n' });
  });

  it('is taken apart at every two breaks within the mark', () => {
    const all = bytes(`a${MARK}b`);
    for (let first = 0; first <= all.length; first += 1) {
      for (let second = first; second <= all.length; second += 1) {
        const pieces = [all.subarray(0, first), all.subarray(first, second), all.subarray(second)];
        expect(split(pieces)).toEqual({ payload: 'a', rest: 'b' });
      }
    }
  });

  it('holds back nothing but a possible beginning of the mark', () => {
    expect(split([bytes('a line\n')]).payload).toBe('a line\n');
    expect(split([bytes('a\x1e0123')]).payload).toBe('a');
    expect(split([bytes('a\x1e0124')]).payload).toBe('a\x1e0124');
  });

  it('does not keep the memory of the chunk it was given', () => {
    const cut = splitAt(MARK);
    const chunk = bytes('\x1e0123');
    const heard: string[] = [];
    const take = (part: Uint8Array): void => void heard.push(Buffer.from(part).toString('latin1'));
    cut(chunk, take);
    chunk.fill(0x78);
    cut(bytes('!'), take);
    expect(heard.join('')).toBe('\x1e0123!');
  });
});

describe('a line', () => {
  it('is read over chunks, with what follows it', () => {
    const read = lineReader(10);
    expect(read(bytes('ab'))).toBe('more');
    expect(read(bytes('c\nrest'))).toEqual({ line: 'abc', rest: bytes('rest') });
  });

  it('has a limit', () => {
    expect(lineReader(3)(bytes('abcd'))).toBe('too-long');
    expect(lineReader(3)(bytes('abcd\n'))).toBe('too-long');
    expect(lineReader(3)(bytes('abc\n'))).toMatchObject({ line: 'abc' });
  });
});

describe('a greeting', () => {
  it('has exactly four words behind its name and version', () => {
    expect(parseGreeting('vantage-agent 2 vm20 ? 6.1.0-wsl+ autobot')).toEqual({
      hostName: 'vm20',
      machineId: '?',
      kernel: '6.1.0-wsl+',
      user: 'autobot',
      gate: '',
    });
  });

  it('of an installed gate ends with its version', () => {
    const version = '0123456789abcdef'.repeat(4);
    expect(parseGreeting(`vantage-agent 2 a b c d gate:${version}`)).toMatchObject({ gate: version });
    expect(parseGreeting('vantage-agent 2 a b c d gate:short')).toBeUndefined();
  });

  it.each([
    '',
    'vantage-agent',
    'vantage-agent 3 a b c d',
    'vantage-agent 2 a b c',
    'vantage-agent 2 a b c d e',
    'Welcome! vantage-agent 2 a b c d',
    'vantage-agent 2 a b c d ',
    'vantage-agent 2 a b c \x1b[2J',
    'vantage-agent 2 a  b c d',
  ])('is nothing else: %j', (line) => {
    expect(parseGreeting(line)).toBeUndefined();
  });
});

describe('an end record', () => {
  const good = ' exit=3 how=ended';

  it('has the exit, how it ended, and whether the agent goes on', () => {
    expect(parseEnd(good)).toEqual({ exit: 3, how: 'ended', again: false });
    expect(parseEnd(`${good} again`)).toEqual({ exit: 3, how: 'ended', again: true });
  });

  it.each([
    '',
    good.trim(),
    `${good} more`,
    `${good} again again`,
    good.replace('exit=3', 'exit='),
    good.replace('exit=3', 'exit=-1'),
    good.replace('exit=3', 'exit=1e3'),
    good.replace('ended', 'fine'),
  ])('is nothing else: %j', (line) => {
    expect(parseEnd(line)).toBeUndefined();
  });
});
