import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../lab/testing.ts';
import { contentSecurityPolicy } from '../app.ts';
import type { TestConnection } from '../socket/testing.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/auditLine.ts';
import { limitConnections } from './connectionLimit.ts';
import { lineLimits } from '../audit/lineCounts.ts';
import { bearer, effectCheck, type AuthServer, startAuthServer, person, tokenFile } from './testing.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Keeps what would be written. */
function memory(): Audit & { readonly events: readonly AuditEvent[] } {
  const events: AuditEvent[] = [];
  return { events, write: (event) => void events.push(event), fault: () => undefined, close() {} };
}

describe('[T11] a flood', () => {
  it('of connections is dropped beyond the limit of everybody, with a line; one that leaves makes room', async () => {
    const audit = memory();
    const http = createServer((_, response) => response.end());
    limitConnections(http, { most: 3, perAddress: 1 }, audit, []);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    closing.push(
      () => http.close(),
      () => http.closeAllConnections(),
    );
    const dial = async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      closing.push(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    };
    // This machine's own address has no limit of its own: behind a proxy here all have it.
    const open = [await dial(), await dial(), await dial()];
    const fourth = await dial();
    if (!fourth.destroyed) await once(fourth, 'close');
    expect(audit.events).toMatchObject([{ action: 'refused-limit', target: 'connection' }]);
    open[0]?.destroy();
    await until('there is room again', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      return answer?.status === 200;
    });
  }, 20_000);

  it('of connections of one address elsewhere is ended beyond its limit', () => {
    const audit = memory();
    const http = createServer();
    limitConnections(http, { most: 100, perAddress: 2 }, audit, ['192.0.2.8/30']);
    const from = (remoteAddress: string) => {
      const socket = {
        remoteAddress,
        destroyed: false,
        once() {},
        destroy() {
          socket.destroyed = true;
        },
      };
      http.listeners('connection').at(-1)?.call(http, socket);
      return socket.destroyed;
    };
    // A trusted proxy brings everybody.
    expect(['192.0.2.9', '192.0.2.9', '192.0.2.9'].map(from)).toEqual([false, false, false]);
    expect(['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map(from)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(audit.events.map(({ principal }) => principal.peer)).toEqual(['192.0.2.1']);
  });

  it('of pages is refused with 503 beyond the limit, and those who are in go on', async () => {
    const ada = person('ada', 'view');
    const open: AuthServer = await startAuthServer([effectCheck('reads', 'read')], 'token', tokenFile([ada]));
    closing.push(() => open.close());
    const pages: TestConnection[] = [];
    for (let n = 0; n < 200; n += 1) pages.push(await open.server.connect(bearer(ada)));
    await expect(open.server.connect(bearer(ada))).rejects.toThrow('503');
    expect(open.audit('refused-limit').length).toBe(1);
    pages[0]?.send({ type: 'watch', writeup: 'w' });
    await pages[0]?.next('welcome');
    pages[1]?.close();
    await pages[1]?.closed;
    await until('there is room again', async () => {
      const page = await open.server.connect(bearer(ada)).catch(() => undefined);
      return page !== undefined;
    });
  }, 30_000);
});

describe('[T11] what is refused', () => {
  it('to one viewer, on very many sockets, is counted beyond a limit; what happened before is there, and another person is not hidden by it', async () => {
    const [vera, ada] = [person('vera', 'view'), person('ada', 'run:read')];
    const checks = [effectCheck('reads', 'read')];
    const open = await startAuthServer(checks, 'token', tokenFile([vera, ada]), { lines: lineLimits });
    closing.push(() => open.close());
    const run = (n: number) => ({
      type: 'run',
      key: `click-${String(n).padStart(4, '0')}`,
      checks: ['reads'],
    });
    const begins = async () => {
      const page = await open.server.connect(bearer(ada));
      page.send({ type: 'watch', writeup: 'w' });
      page.send(run(0));
      await page.next('accepted');
      await page.next('summary', ({ summary }) => summary.state === 'ended');
    };
    await begins();
    const happened = open.audit('run', 'run-ended');
    const messages = 39;
    for (let socket = 0; socket < 20; socket += 1) {
      const page = await open.server.connect(bearer(vera));
      for (let n = 0; n < messages; n += 1) page.send(run(n));
      await page.until(() => page.heard.filter(({ type }) => type === 'refused').length === messages);
      page.close();
    }
    // A minute may end in between, and then another one begins.
    expect(open.audit('refused-right').length).toBeLessThanOrEqual(2 * lineLimits.perPerson.refused);
    expect(open.audit('run', 'run-ended')).toEqual(happened);
    await expect(open.server.connect(bearer(person('eve')))).rejects.toThrow('401');
    expect(open.audit('refused-identity').length).toBe(1);
  });
});

describe('[T7] the policy', () => {
  it('of every page is this one, word for word', () => {
    expect(contentSecurityPolicy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
  });
});
