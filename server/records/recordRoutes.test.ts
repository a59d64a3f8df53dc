import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putRun, putSet } from '../store/testing.ts';
import { defaultRetention } from '../config/config.ts';
import { type RecordsServer, recordsServer, template, today } from './records.testing.ts';

let server: RecordsServer;
let agreed = '';
let differs = '';
let set = '';
let gone = '';
const hostile = '<script>alert(1)</script><!--/record-->$& "\'';
beforeAll(async () => {
  server = await recordsServer();
  const { store } = server;
  gone = await putRun(store, { day: 0 });
  for await (const _ of store.retain({ runs: 0, days: 1e6, bytes: 1e12 }, new Date('2026-11-02T00:00:00Z')));
  agreed = await putRun(store, { day: 1, output: `${hostile}\n` });
  differs = await putRun(store, {
    day: 2,
    verdict: 'differs',
    observed: hostile,
    header: { title: hostile },
  });
  set = await putSet(store, 3, [agreed, differs]);
});
afterAll(() => server.close());

const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('the page of a record', () => {
  it('has the verdict in its title and its preview card, in the layout of the site', async () => {
    const text = await server.text(`/runs/${agreed}`);
    const card = 'A check: agrees · lab · 2 Nov 2026';
    expect(text).toContain(`<title>${card} · Vantage</title>`);
    expect(text).toContain(`<meta property="og:title" content="${card}">`);
    expect(text).toMatch(/<meta property="og:description" content="[^"]*agrees with the page/);
    expect(text).not.toContain('Records are kept by a server');
    expect(text).toMatch(/<p>the end<\/p><\/body><\/html>$/);
    expect(await server.text(`/runs/${set}`)).toContain('<title>1 of 2 agree · lab');
  });
  it('never treats text of a machine or a reader as markup, nor as a place of the layout', async () => {
    for (const path of [
      `/runs/${agreed}`,
      `/runs/${differs}`,
      `/runs/${set}`,
      '/runs/',
      `/runs/${differs}/compare?with=documented`,
    ]) {
      const text = await server.text(path);
      expect(text, path).not.toContain('<script>alert');
      expect(text.match(/<!--\/record-->/g), path).toHaveLength(1);
    }
    expect(await server.text(`/runs/${differs}`)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(await server.text('/runs/?check=%22%3E%3Cscript%3E')).not.toContain('<script>');
  });
  it('is sent again only when it changed, and never to shared caches', async () => {
    const first = await server.get(`/runs/${agreed}`);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = first.headers.get('etag') ?? '';
    const again = await server.get(`/runs/${agreed}`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await server.store.keeping.keep(agreed, { by: 'Ada', at: today }, defaultRetention);
    expect((await server.get(`/runs/${agreed}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
    await server.store.keeping.release(agreed);
  });
  it('has the same policy and headers as every other answer', async () => {
    const { headers } = await server.get(`/runs/${agreed}`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect((await server.get(`/runs/${agreed}`, { method: 'POST' })).status).toBe(405);
    const head = await server.get(`/runs/${agreed}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
  it('comes with a new layout as soon as the site was built again', async () => {
    const file = join(server.site, 'runs', 'index.html');
    writeFileSync(file, template.replace('the end', 'another end'));
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(await server.text(`/runs/${agreed}`)).toContain('another end');
    writeFileSync(file, template);
    utimesSync(file, new Date(), new Date(Date.now() + 9000));
  });
});

describe('what is not there', () => {
  it.each([
    ['/runs/nonsense', 400, 'no address of a record'],
    ['/runs/%E0%A4%A', 400, 'no address of a record'],
    ['/runs/..%2f..%2fetc%2fpasswd', 400, 'no address of a record'],
    [`/runs/${unknown}`, 404, 'no such record here'],
    [`/runs/${unknown.toLowerCase()}`, 400, 'no address of a record'],
    [`/runs/${unknown}.json`, 404, `has no record ${unknown}`],
    [`/runs/${unknown}/entries`, 404, 'no such record here'],
    [`/runs/${unknown}/compare`, 404, 'no such record here'],
    [`/runs/${unknown}.exe`, 404, 'no such part of a record'],
    [`/runs/${unknown}/other`, 404, 'no such part of a record'],
  ])('%s: %i, in a sentence', async (path, status, message) => {
    const answer = await server.get(path);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
  it('a record that was removed says so, when and why', async () => {
    for (const path of [`/runs/${gone}`, `/runs/${gone}/entries`, `/runs/${gone}/compare`]) {
      const answer = await server.get(path);
      expect(answer.status).toBe(410);
      expect(await answer.text()).toMatch(/removed 2026-11-02 00:00:00 UTC.*pinned/s);
    }
    expect((await server.get(`/runs/${gone}.md`)).status).toBe(410);
  });
  it('the site answers other addresses', async () => {
    expect((await server.get('/runsx')).status).toBe(404);
    expect(await server.text('/nothing')).toContain('not found');
  });
});

describe('a record as a file', () => {
  it.each([
    ['json', 'application/json; charset=utf-8', /"vantage": 2/],
    ['txt', 'text/plain; charset=utf-8', /alert\(1\)/],
    ['cast', 'application/x-asciicast', /^\{"version":2/],
    ['v3.cast', 'application/x-asciicast', /^\{"version":3/],
    ['md', 'text/markdown; charset=utf-8', /agrees/],
    ['html', 'text/html; charset=utf-8', /<!doctype html>/],
    ['junit.xml', 'application/xml; charset=utf-8', /<testsuite/],
    ['tap', 'text/plain; charset=utf-8', /^TAP version 14/],
  ])('.%s has its type, its name, and is not guessed at', async (form, type, holds) => {
    const answer = await server.get(`/runs/${agreed}.${form}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="vantage-${agreed}.${form}"`,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toMatch(holds);
  });
  it('of a set has no single terminal, and says where those of its runs are', async () => {
    const answer = await server.get(`/runs/${set}.cast`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain(`/runs/${agreed}.cast`);
  });
});
