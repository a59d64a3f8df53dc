/** What no page says, byte by byte: each ends its own connection with a code and one line in the audit log, starts nothing and costs nothing. */
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectCheck, type AuthServer, startAuthServer } from '../auth/testing.ts';
import { frameOf, type RawSocket, rawSocket } from './rawSocket.testing.ts';

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer([effectCheck('quick', 'read'), effectCheck('other', 'read')], 'local');
});
afterAll(() => open.close());

const text = 0x81;
const watch = '{"type":"watch","writeup":"w"}';
const run = '{"type":"run","key":"click-0001","checks":["quick"]}';
const raw = (lines?: readonly string[]) => rawSocket(open.server.port, lines);
const mib = () => process.memoryUsage().rss / 1024 / 1024;

/** Sends, and expects the connection to be ended so, with one line, no run, and no memory kept. */
async function refused(bytes: readonly Uint8Array[], code: number, grownMib = 32): Promise<void> {
  const [lines, memory] = [open.audit().length, mib()];
  const socket = await raw();
  for (const one of bytes) socket.send(one);
  expect(await socket.ended).toBe(code);
  expect(mib() - memory).toBeLessThan(grownMib);
  expect(open.audit().slice(lines)).toMatchObject(
    [{ action: 'refused-message', target: '/ws', via: 'local', peer: '127.0.0.1', outcome: /./ }].map(
      (line) => ({ ...line, outcome: expect.stringMatching(line.outcome) }),
    ),
  );
}

describe('[T9] a frame', () => {
  const pieces = (count: number) =>
    Buffer.concat([
      frameOf({ first: 0x01 }, 'a'),
      ...Array.from({ length: count }, () => frameOf({ first: 0x00 }, 'a')),
      frameOf({ first: 0x80 }, 'a'),
    ]);
  it.each<[string, number, readonly Uint8Array[]]>([
    [
      'with bytes that are not UTF-8',
      1007,
      [frameOf({ first: text }, Uint8Array.of(0x22, 0xc3, 0x28, 0x22))],
    ],
    ['with an overlong slash', 1007, [frameOf({ first: text }, Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))]],
    [
      'with half a pair of UTF-16 as UTF-8',
      1007,
      [frameOf({ first: text }, Uint8Array.of(0xed, 0xa0, 0x80))],
    ],
    [
      'with a letter cut in two, whose second half never comes',
      1007,
      [frameOf({ first: 0x01 }, Uint8Array.of(0x22, 0xe2, 0x82)), frameOf({ first: 0x80 }, '"')],
    ],
    ['without a mask', 1002, [frameOf({ first: text, masked: false }, watch)]],
    ['with the first reserved bit', 1002, [frameOf({ first: 0xc1 }, watch)]],
    ['with the second reserved bit', 1002, [frameOf({ first: 0xa1 }, watch)]],
    ['with the third reserved bit', 1002, [frameOf({ first: 0x91 }, watch)]],
    ['of the unknown kind 0xB', 1002, [frameOf({ first: 0x8b }, '')]],
    ['of the unknown kind 3', 1002, [frameOf({ first: 0x83 }, watch)]],
    ['that is a ping of 126 bytes', 1002, [frameOf({ first: 0x89 }, 'p'.repeat(126))]],
    ['that is a ping in pieces', 1002, [frameOf({ first: 0x09 }, 'p')]],
    ['that says it has 2^62 bytes', 1009, [frameOf({ first: text, length: 2n ** 62n }, watch)]],
    ['that says it has 2^63 bytes', 1009, [frameOf({ first: text, length: 2n ** 63n }, watch)]],
    ['of 17 KiB', 1009, [frameOf({ first: text }, `"${'a'.repeat(17 * 1024)}"`)]],
    [
      'of 18 KiB in two pieces',
      1009,
      [frameOf({ first: 0x01 }, 'a'.repeat(9216)), frameOf({ first: 0x80 }, 'a'.repeat(9216))],
    ],
    ['in a hundred thousand pieces of one byte', 1008, [pieces(100_000)]],
    ['that goes on with what never began', 1002, [frameOf({ first: 0x80 }, watch)]],
    [
      'that begins while another goes on',
      1002,
      [frameOf({ first: 0x01 }, '"'), frameOf({ first: text }, watch)],
    ],
    ['that closes with 1005', 1002, [frameOf({ first: 0x88 }, Uint8Array.of(0x03, 0xed))]],
    ['that closes with half a code', 1002, [frameOf({ first: 0x88 }, Uint8Array.of(0x03))]],
    [
      'that closes with words that are no UTF-8',
      1007,
      [frameOf({ first: 0x88 }, Uint8Array.of(0x03, 0xe8, 0xff))],
    ],
    ['of bytes instead of text', 4400, [frameOf({ first: 0x82 }, watch)]],
    [
      'that is broken, with a run behind it',
      1002,
      [frameOf({ first: 0x8b }, ''), frameOf({ first: text }, watch), frameOf({ first: text }, run)],
    ],
  ])('%s ends its connection with %i and one line', (_, code, bytes) => refused(bytes, code));

  const answer = async (socket: RawSocket, holds: string) =>
    expect.poll(() => socket.texts().some((one) => one.includes(holds))).toBe(true);
  it('in pieces that cut a letter in two is read whole, and so is one as long as a message may be', async () => {
    const socket = await raw();
    const save = Buffer.from(
      '{"type":"save","key":"click-0002","runs":["01ARZ3NDEKTSV4RRFFQ69G5FAV"],"title":"é","note":""}',
    );
    const middle = save.indexOf(0xc3) + 1;
    socket.send(frameOf({ first: text }, watch.padEnd(16 * 1024)));
    await answer(socket, '"welcome"');
    socket.send(frameOf({ first: 0x01 }, save.subarray(0, middle)));
    socket.send(frameOf({ first: 0x80 }, save.subarray(middle)));
    await answer(socket, '"click-0002"');
    socket.drop();
  });
});

describe('[T10] compression', () => {
  it('is not agreed on, whoever offers it', async () => {
    const socket = await raw(['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits']);
    expect(socket.head).not.toMatch(/extensions|deflate/i);
    socket.drop();
  });
  it('of 200 MB into 200 KB is refused as it is, and nothing is inflated', async () => {
    const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 });
    expect(bomb.length).toBeLessThan(256 * 1024);
    await refused([frameOf({ first: 0xc1 }, bomb)], 1002, 16);
  }, 20_000);
});

describe('[T9] a text', () => {
  const keyed = (checks: string) => `{"type":"run","key":"click-0003","checks":${checks}}`;
  it.each([
    ['nothing', ''],
    ['a depth of 8,000', `${'['.repeat(8000)}${']'.repeat(8000)}`],
    ['a depth of 10,000 that is not closed', '['.repeat(10_000)],
    ['objects in objects', '{"a":'.repeat(2600)],
    ['a foreign prototype', '{"__proto__":{"type":"watch","writeup":"w"}}'],
    ['a prototype beside the rest', '{"type":"watch","writeup":"w","__proto__":{"admin":true}}'],
    ['a constructor', '{"type":"watch","writeup":"w","constructor":{"prototype":{"a":1}}}'],
    ['NaN', '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":NaN}'],
    ['Infinity', '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":1e999}'],
    ['2^53 + 1', '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":9007199254740993}'],
    ['less than nothing', '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":-1}'],
    ['half a number', '{"type":"follow","run":"01ARZ3NDEKTSV4RRFFQ69G5FAV","from":0.5}'],
    ['a lone surrogate', '{"type":"watch","writeup":"\\ud800"}'],
    ['a byte order mark', `\ufeff${watch}`],
    ['a huge array', keyed(`[${'"quick",'.repeat(1500)}"quick"]`)],
    ['a number for a list', keyed('1')],
    ['a list for a name', keyed('[["quick"]]')],
    ['an object for a name', keyed('[{"toString":"quick"}]')],
    ['a list for a key', '{"type":"run","key":["click-0003"],"checks":["quick"]}'],
    ['null for a name', '{"type":"watch","writeup":null}'],
    ['a list for a type', '{"type":["watch"],"writeup":"w"}'],
    ['an unknown type', '{"type":"exec","writeup":"w"}'],
    ['a type of every object', '{"type":"toString"}'],
    ['a command beside a check', keyed('["quick"],"command":"id"')],
    ['a comment', `${watch}//`],
    ['two messages', `${watch}${watch}`],
    ['a NUL', `{"type":"watch","writeup":"w\\u0000"}`],
    ['a list', `[${watch}]`],
    ['a word', '"watch"'],
    ['null', 'null'],
  ])('with %s ends its connection with 4400 and one line', (_, said) =>
    refused([frameOf({ first: text }, watch), frameOf({ first: text }, said)], 4400),
  );

  it('that names a thing twice means the last, for the check that is asked about and the one that is run', async () => {
    const socket = await raw();
    socket.send(frameOf({ first: text }, watch));
    socket.send(frameOf({ first: text }, keyed('["quick"],"checks":["other"]')));
    await expect.poll(() => open.audit('run-ended').length).toBe(1);
    expect(open.audit('run', 'run-ended').map(({ target }) => target.split(' ')[0])).toEqual([
      'other',
      'other',
    ]);
    socket.drop();
  });

  it('none of all these has started anything else, or put anybody else out', async () => {
    expect(open.audit('run').length).toBe(1);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    const page = await open.server.connect();
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
  });
});
