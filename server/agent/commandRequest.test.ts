/** What an end record means: whatever leaves in doubt that all has come is `lost`, with a sentence. */
import { describe, expect, it } from 'vitest';
import { type Facts, interpretEndRecord, requestFault, encodeRequest } from './commandRequest.ts';

const sum = (digit: string): string => digit.repeat(64);
const stream = (bytes: number, sha256: string, over = false) => ({
  received: () => ({ bytes, sha256 }),
  over: () => over,
});
const facts: Facts = {
  role: 'vm20',
  stdout: stream(5, sum('a')),
  stderr: stream(0, sum('b')),
  isCancelled: false,
};
const record = (how = 'ended', exit = 0): string => ` exit=${exit} how=${how}`;

describe('an end record is believed', () => {
  it.each([
    ['ended', 0, {}, 'complete'],
    ['ended', 0, { isCancelled: true }, 'complete'],
    ['overtime', 143, {}, 'overtime'],
    ['cancelled', 143, { isCancelled: true }, 'cancelled'],
    ['cancelled', 143, { isCancelled: true, stdout: stream(5, sum('a'), true) }, 'truncated'],
    ['ended', 0, { stderr: stream(0, sum('b'), true) }, 'truncated'],
  ])('%s with exit %i and %j', (how, exit, more, wanted) => {
    expect(interpretEndRecord(record(how, exit), { ...facts, ...more })).toEqual({
      how: wanted,
      exit,
      stdout: { bytes: 5, sha256: sum('a') },
      stderr: { bytes: 0, sha256: sum('b') },
    });
  });
});

describe('an end record is not believed', () => {
  it.each([
    ['that cannot be read', ' exit=0', {}, 'cannot be read: " exit=0"'],
    [
      'of a command that lost its lease',
      record('cancelled'),
      {},
      'received nothing from this server for 6 s',
    ],
    ['of a command that left a holder', record('held'), {}, 'kept its output open'],
    ['of an agent that was damaged', record('broken'), {}, 'exit status is unknown'],
  ])('%s', (_, text, more, message) => {
    expect(interpretEndRecord(text, { ...facts, ...more })).toEqual({
      how: 'lost',
      message: expect.stringContaining(message),
    });
  });
});

describe('an order', () => {
  const limits = { seconds: 5, bytes: 10 };
  const id = 'check/step';

  it('for an installed gate carries a name and a hash, and nothing that could be run', () => {
    const text = encodeRequest({ id, command: 'cat', input: 'token', stop: 'true', limits }, 'abc', true);
    expect(text).toMatch(/^order\nabc\n0\n\n1\ntoken\n@check\/step [0-9a-f]{64}\n$/);
    const other = encodeRequest({ id, command: 'cat ', input: 'token', stop: 'true', limits }, 'abc', true);
    expect(other).not.toBe(text);
  });

  it('is seven lines', () => {
    expect(encodeRequest({ id, command: 'ss -tln', limits }, 'abc', false)).toBe(
      'order\nabc\n5\n\n0\n\nss -tln\n',
    );
    expect(encodeRequest({ id, command: 'cat', input: '', stop: 'true', limits }, 'abc', false)).toBe(
      'order\nabc\n5\ntrue\n1\n\ncat\n',
    );
  });

  it.each([
    [{ command: 'a\nb' }, 'The command must be one line'],
    [{ command: 'a\0b' }, 'The command must be one line'],
    [{ command: 'a', input: 'b\r' }, 'The input line must be one line'],
    [{ command: 'a', stop: 'b\n' }, 'The stop line must be one line'],
    [{ command: 'é'.repeat(50_001) }, 'at most 100000 bytes, but it has 100002'],
    [{ command: 'a', stop: 'b'.repeat(4001) }, 'at most 4000 bytes, but it has 4001'],
    [{ command: 'a', limits: { seconds: 0, bytes: 1 } }, 'they are 0 s and 1 bytes'],
    [{ command: 'a', limits: { seconds: 1.5, bytes: 1 } }, 'they are 1.5 s'],
    [{ command: 'a', limits: { seconds: 1, bytes: Number.POSITIVE_INFINITY } }, 'Infinity bytes'],
  ])('with a fault is not sent: %j', (order, message) => {
    expect(requestFault({ id, limits, ...order })).toMatch(message);
  });
});
