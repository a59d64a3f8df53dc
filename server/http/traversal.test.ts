/** Ids that are paths: each is answered with 400 or 404, and no file is opened but those of the store and the site. */
import fs, { renameSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../auth/testing.ts';
import { logOf } from '../store/reading.ts';
import { putRun } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from '../records/records.testing.ts';

let server: RecordsServer;
let run = '';
const opened: string[] = [];
const watched = [
  'openSync',
  'open',
  'readFileSync',
  'readFile',
  'createReadStream',
  'readdirSync',
  'readdir',
] as const;
const before = new Map<string, unknown>();
const own = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
const promised = fs.promises as unknown as typeof own;

beforeAll(async () => {
  server = await recordsServer();
  run = await putRun(server.store, { day: 1, output: 'hello\n' });
  for (const [holder, names] of [
    [own, watched],
    [promised, ['open', 'readFile', 'readdir']],
  ] as const)
    for (const name of names) {
      const real = holder[name];
      if (real === undefined) throw new Error(`expected fs.${name}`);
      before.set(`${holder === own ? '' : 'promises.'}${name}`, real);
      holder[name] = (...args) => {
        opened.push(String(args[0]));
        return real.apply(holder, args);
      };
    }
  syncBuiltinESMExports();
});
afterAll(() => {
  for (const [name, real] of before) {
    const holder = name.startsWith('promises.') ? promised : own;
    holder[name.replace('promises.', '')] = real as (typeof own)[string];
  }
  syncBuiltinESMExports();
  server.close();
});

const port = () => Number(new URL(server.base).port);
const get = (path: string) => raw(port(), [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port()}`]);
const outside = () => opened.filter((path) => !path.startsWith(server.directory));

describe('[T38] an id that is a path', () => {
  const ids = [
    ...['..', '../', '../../etc/passwd', '..%2f..%2fetc%2fpasswd', '%2e%2e', '%2e%2e/%2e%2e/etc/passwd'],
    ...[
      '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '..%5c..%5cetc',
      '..%c0%afetc',
      '%252e%252e%252f',
      '....//etc/passwd',
    ],
    ...[
      '%00',
      `01ARZ3NDEKTSV4RRFFQ69G5FAV%00.json`,
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'index.sqlite',
      '~root',
    ],
    ...[
      'a'.repeat(4096),
      '../'.repeat(1300),
      '%2e%2e%2f'.repeat(400),
      'con',
      '.',
      '*',
      'file:%2f%2f%2fetc%2fpasswd',
    ],
    ...['01ARZ3NDEKTSV4RRFFQ69G5FAV/../../etc/passwd', '01ARZ3NDEKTSV4RRFFQ69G5FAI', '\u0660'.repeat(26)],
  ];
  const forms = [
    '/runs/ID',
    '/runs/ID.json',
    '/runs/ID/entries',
    '/runs/ID/compare',
    '/runs/ID.bundle.tar.gz',
  ];
  const places = [
    ...forms,
    '/changes/w/ID',
    '/changes/ID/c',
    '/badge/ID.svg',
    '/badge/ID.json',
    '/ID',
    '/_astro/ID',
  ];
  it.each(places)('in %s opens nothing elsewhere', async (place) => {
    for (const id of ids) {
      const asked = place.replace('ID', id);
      const first = await get(encodeURI(asked).replaceAll('%25', '%'));
      expect(first, asked.slice(0, 80)).toMatch(/^HTTP\/1\.1 (400|404|308|200) /);
      // `..` taken literally leads to an address of the site, which is no leak; what is opened decides.
      if (place.startsWith('/runs/ID') && !/^\.|\//.test(id))
        expect(first, asked.slice(0, 80)).toMatch(/ 40[04] /);
    }
    expect(outside()).toEqual([]);
  });
  it('after another one, to compare with, opens nothing elsewhere', async () => {
    for (const id of ids) {
      const first = await get(`/runs/${run}/compare?with=${encodeURIComponent(id)}`);
      expect(first, id.slice(0, 80)).toMatch(/ 40[04] | 200 /);
    }
    expect(outside()).toEqual([]);
  });
  it('is seen by this test when it is not: what is opened for a record that is there is in the list', async () => {
    opened.length = 0;
    expect(await get(`/runs/${run}.json`)).toContain(' 200 ');
    expect(opened).toContain(logOf(server.directory, run));
  });
});

it('[T38] a link in the place of a record is not followed: the record is told to be damaged, and no byte of what it leads to is sent', async () => {
  const [whole, linked] = [
    await putRun(server.store, { day: 2, output: 'hello\n' }),
    await putRun(server.store, { day: 3, output: 'hello\n' }),
  ];
  expect(await server.text(`/runs/${whole}.txt`)).toContain('hello');
  const file = logOf(server.directory, linked);
  renameSync(file, join(server.directory, 'elsewhere'));
  symlinkSync(join(server.directory, 'elsewhere'), file);
  for (const form of ['', '.txt', '.json', '.bundle.tar.gz', '/compare'])
    expect((await server.get(`/runs/${linked}${form}`)).status, form).toBe(410);
  for (const form of ['.log', '/entries']) {
    const answer = await server.get(`/runs/${linked}${form}`);
    expect(answer.status, form).toBe(410);
    expect(await answer.text(), form).not.toContain('hello');
  }
});
