import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noAudit } from '../audit/audit.ts';
import { ourTheme } from '../files/builtTheme.ts';
import { createOriginGuard } from '../auth/originGuard.ts';
import type { AuditEvent } from '../audit/auditLine.ts';
import { anonymous } from './principal.ts';
import { createLoginRoutes } from '../auth/loginRoutes.ts';
import { type AuthServer, startAuthServer, type Person, person, tokenFile } from '../auth/testing.ts';

const [ada, bob] = [person('ada', 'view'), person('bob', 'view')];
let open: AuthServer;
beforeEach(async () => {
  open = await startAuthServer([], 'token', tokenFile([ada, bob]));
});
afterEach(() => open.close());

const signedIn = async ({ token }: Person): Promise<{ readonly cookie: string }> => {
  const answer = await fetch(`${open.base}/login`, {
    ...{ method: 'POST', redirect: 'manual', headers: { origin: open.base } },
    body: new URLSearchParams({ token }),
  });
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const get = (path: string, headers: Record<string, string>) => fetch(`${open.base}${path}`, { headers });

describe('twenty sessions of one person', () => {
  it('[T6] are all: one more ends the one that was not used for longest, and nobody else’s', async () => {
    const other = await signedIn(bob);
    const [used, unused] = [await signedIn(ada), await signedIn(ada)];
    const [page, idle] = [await open.server.connect(used), await open.server.connect(unused)];
    for (let more = 0; more < 19; more += 1) {
      expect((await get('/', used)).status).toBe(200);
      await signedIn(ada);
    }
    expect(await idle.closed).toBe(1008);
    expect((await get('/', unused)).status).toBe(401);
    expect((await get('/', other)).status).toBe(200);
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
  });
});

describe('a server with as many sessions as it can have', () => {
  it('says so to who comes new, once in the log, and signs nobody out', async () => {
    const events: AuditEvent[] = [];
    const signIn = createLoginRoutes({
      method: { kind: 'token', personOf: () => ({ id: 'eve', name: 'eve', basis: [] }) },
      guard: {
        ...createOriginGuard(1, []),
        allowsHost: () => true,
        originOf: () => open.base,
        allowsOrigin: () => true,
      },
      sessions: { open: async () => undefined, async end() {} },
      audit: { ...noAudit, write: (event) => void events.push(event) },
      theme: () => ourTheme,
      ...{ onLogout() {}, now: () => 0, log() {}, peerOf: () => '127.0.0.1' },
    });
    const http = createServer((request, response) => void signIn(request, response, anonymous('')));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    for (let more = 0; more < 3; more += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/login`, {
        ...{ method: 'POST', headers: { origin: open.base }, body: new URLSearchParams({ token: 'x' }) },
      });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60']);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await answer.text()).toContain('Too many people are signed in here just now');
    }
    http.close();
    expect(events).toMatchObject([{ action: 'refused-limit', target: '/login' }]);
  });
});
