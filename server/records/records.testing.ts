/** The addresses of records on a store of their own, for tests: no machines, no socket. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { builtTheme } from '../files/builtTheme.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import { defaultRetention } from '../config/config.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { firstDay, type TestFolder, testStore } from '../store/testing.ts';
import { noAudit } from '../audit/audit.ts';
import { authByDefault } from '../identity/authMode.ts';
import { openAuth } from '../auth/auth.ts';
import { createApp, healthOf } from '../app.ts';
import { createOriginGuard } from '../auth/originGuard.ts';
import { connectionOf } from '../auth/proxy.ts';
import { createRecords, type RecordsOptions } from './recordRoutes.ts';
import { laterByTimer } from '../socket/testing.ts';

export type RecordsServer = TestFolder & {
  readonly base: string;
  readonly site: string;
  readonly active: Summary[];
  /** Runs that were found damaged, each time. */
  readonly damaged: string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  text(path: string): Promise<string>;
  /** Puts a page into the built site. */
  addPage(path: string, text: string): void;
};

export const today = new Date(firstDay + 20 * 86_400_000);

const writeup: LoadedWriteup = {
  id: 'w',
  file: '',
  checks: new Map(
    ['c', 'd', 'e'].map((id) => [
      id,
      { hash: 'h', file: '', check: { id, title: `Check ${id}`, documented: { value: '0' } } as never },
    ]),
  ),
  writeup: {
    title: 'A writeup',
    description: '',
    order: 1,
    limitation: { message: 'It does not work.', checks: ['c', 'd'] },
    roles: [
      { role: 'backend', short: '.20', address: '127.0.0.1', says: '' },
      { role: 'front', short: '.21', address: '127.0.0.1', says: '' },
    ],
    matrix: {
      to: ['x'],
      cells: [
        { from: 'backend', to: 'x', check: 'c' },
        { from: 'front', to: 'x', check: 'd' },
        { from: 'other', to: 'x', none: 'It has no way there.' },
      ],
    },
  },
};

export const template = `<!doctype html><html><head><title>Records · Vantage</title><meta name="description" content="old">
<meta property="og:title" content="old"><meta property="og:description" content="old"></head>
<body><svg></svg><main id="content"><!--record--><p>Records are kept by a server</p><!--/record--></main><p>the end</p></body></html>`;

/** `later` is the clock of those who wait for their turn. */
export async function recordsServer({
  limits = defaultRetention,
  later = laterByTimer,
}: Partial<Pick<RecordsOptions, 'limits' | 'later'>> = {}): Promise<RecordsServer> {
  const place = testStore();
  const site = join(place.directory, 'site');
  mkdirSync(join(site, 'runs'), { recursive: true });
  writeFileSync(join(site, 'runs', 'index.html'), template);
  writeFileSync(join(site, '404.html'), '<title>not found</title>');
  writeFileSync(join(site, 'index.html'), '<title>site</title>');
  writeFileSync(join(site, 'digits.txt'), '0123456789');
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const guard = createOriginGuard(port, []);
  const errors: unknown[] = [];
  const active: Summary[] = [];
  const damaged: string[] = [];
  const records = createRecords({
    ...{ store: place.store, writeups: new Map([['w', writeup]]), site, guard, data: place.directory },
    ...{ conditions: ['as-documented', 'healthy'], active: () => active, date: () => today },
    ...{ limits, audit: noAudit, later },
    log: (error) => errors.push(error),
    damaged: (run, _, why) => void damaged.push(`${run}: ${why}`),
  });
  const auth = openAuth({
    ...{
      choice: authByDefault,
      guard,
      audit: noAudit,
      environment: {},
      print() {},
      theme: () => builtTheme(site),
      now: () => performance.now(),
    },
    ...{ date: () => new Date(), signIns: undefined },
    ...{ writeups: new Map([['w', writeup]]), active: () => active, byProxySocket: () => false },
    peerOf: connectionOf,
    log: (error) => errors.push(error),
  });
  http.on(
    'request',
    createApp({
      site,
      embed: [],
      auth,
      health: () => healthOf('test', ['none'], { fault: () => undefined }),
      records,
      failed: (error) => errors.push(error),
    }),
  );
  const base = `http://127.0.0.1:${port}`;
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${base}${path}`, { redirect: 'manual', ...init });
  return {
    ...place,
    ...{ base, site, active, damaged, get },
    text: async (path) => (await get(path)).text(),
    addPage(path, text) {
      mkdirSync(join(site, path), { recursive: true });
      writeFileSync(join(site, path, 'index.html'), text);
    },
    close() {
      http.close();
      auth.close();
      http.closeAllConnections();
      place.close();
      if (errors.length > 0) throw new AggregateError(errors, 'the server logged errors');
    },
  };
}
