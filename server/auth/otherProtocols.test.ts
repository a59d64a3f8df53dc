import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuthServer, startAuthServer, raw } from './testing.ts';

let open: AuthServer;
beforeAll(async () => {
  open = await startAuthServer([], 'local');
});
afterAll(() => open.close());

it.each(['h2c', 'TLS/1.0', 'foo', 'websockets', 'h2c, HTTP/2.0'])(
  '[T1] an offer to speak %s is ignored, as RFC 9110 7.8 says: the request is answered as any other, without a line',
  async (protocol) => {
    const before = open.audit().length;
    const ask = (path: string, ...lines: readonly string[]) =>
      raw(open.server.port, [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${open.server.port}`, ...lines]);
    const offer = ['Connection: Upgrade, HTTP2-Settings', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABk'];
    expect(await ask('/', ...offer)).toBe('HTTP/1.1 200 OK');
    for (const path of ['/ws', '/healthz', '/nowhere'])
      expect(await ask(path, ...offer)).toBe(await ask(path));
    expect(open.audit().slice(before)).toEqual([]);
  },
);
