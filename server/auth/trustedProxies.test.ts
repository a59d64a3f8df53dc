import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { peerBehind } from './proxy.ts';

const peerOf = peerBehind(['192.0.2.10', '10.1.2.0/24']);
const from = (remoteAddress: string | undefined, ...chain: readonly string[]) =>
  peerOf({
    socket: { remoteAddress },
    headersDistinct: { 'x-forwarded-for': chain },
  } as unknown as IncomingMessage);

it.each([
  ['198.51.100.7', ['203.0.113.9'], '198.51.100.7', 'who is no trusted proxy speaks for nobody'],
  ['192.0.2.10', ['203.0.113.9'], '203.0.113.9', 'a trusted proxy names its reader'],
  ['::ffff:192.0.2.10', ['203.0.113.9'], '203.0.113.9', 'also at a socket for both families'],
  [
    '10.1.2.3',
    ['198.51.100.1, 203.0.113.9, 192.0.2.10'],
    '203.0.113.9',
    'behind two proxies, the last that is none',
  ],
  ['192.0.2.10', ['198.51.100.1', '203.0.113.9'], '203.0.113.9', 'in two headers, the last one'],
  ['192.0.2.10', ['2001:db8::7'], '2001:db8::7', 'with IPv6'],
  ['192.0.2.10', [], '192.0.2.10', 'one that names nobody is counted itself'],
  ['192.0.2.10', ['unknown'], '192.0.2.10', 'as is one whose word is no address'],
  ['192.0.2.10', ['203.0.113.9, '], '192.0.2.10', 'or is cut off'],
  [undefined, ['203.0.113.9'], '', 'nobody once the connection has closed'],
])('[T11] %s with %j is %s: %s', (connection, chain, expected, _why) => {
  expect(from(connection, ...chain)).toBe(expected);
});
