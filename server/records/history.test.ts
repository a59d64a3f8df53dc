import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putRun, putSet } from '../store/testing.ts';
import { type RecordsServer, recordsServer } from './records.testing.ts';

let server: RecordsServer;
const ids: string[] = [];
beforeAll(async () => {
  server = await recordsServer();
});
afterAll(() => server.close());

const titles = (text: string) =>
  [...text.matchAll(/class="history-title" href="\/runs\/(\w+)"/g)].map(([, id]) => id);

describe('the page of the history', () => {
  it('says that there is no record yet, and leads to the writeups', async () => {
    const answer = await server.get('/runs/');
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('No record yet');
    expect(text).toContain('<a href="/w/">A writeup</a>');
  });
  it('lists sets and runs, newest first, page by page, each once', async () => {
    for (let day = 0; day < 90; day += 1)
      ids.push(await putRun(server.store, { day, verdict: day < 45 ? 'agrees' : 'differs' }));
    const set = await putSet(server.store, 88.5, ids.slice(86, 88));
    const seen: (string | undefined)[] = [];
    let next: string | undefined = '/runs';
    let pages = 0;
    for (; next !== undefined; pages += 1) {
      const text: string = await server.text(next);
      seen.push(...titles(text));
      next = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    const runs = ids.filter((id) => !ids.slice(86, 88).includes(id));
    expect(seen).toEqual([...runs, set].sort().reverse());
    expect(pages).toBe(3);
    for (const day of [86, 87]) expect(await server.text('/runs/')).toContain(`<a href="/runs/${ids[day]}"`);
  });
  it('shows where a row first changed, with its day, as a link to the record', async () => {
    const text = await server.text('/runs/?since=2026-12-01');
    const strip = /<ol class="strip-cells"[\s\S]*?<\/ol>/.exec(text)?.[0] ?? '';
    expect(strip.match(/data-change="verdict"/g)).toHaveLength(1);
    expect(strip).toMatch(new RegExp(`data-change="verdict"><a href="/runs/${ids[45]}"`));
    expect(text).toMatch(/agrees → differs, <a href="\/runs\/\w+"><time datetime="2026-12-16T00:00:00.000Z"/);
  });
  it('keeps the filter in the form, in the list and in the address of the next page', async () => {
    const text = await server.text('/runs?verdict=agrees&check=c&until=2026-11-20');
    expect(titles(text)).toEqual(ids.slice(0, 20).reverse());
    expect(text).toMatch(/<option value="agrees" selected>/);
    expect(text).toContain('value="2026-11-20"');
    // The strip has every verdict all the same: it would hide each change otherwise.
    expect(await server.text('/runs?verdict=differs')).toMatch(/strip-cells[\s\S]*data-verdict="agrees"/);
  });
  it('says when nothing matches, and how many there are', async () => {
    const answer = await server.get('/runs?role=front');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/No record matches[\s\S]*90 are kept/);
  });
  it.each([
    ['verdict=green', 'expected agrees, differs or inconclusive, found “green”'],
    ['source=moon', 'expected live or lab, found “moon”'],
    ['since=2026-02-30', 'expected a day like 2026-11-22, found “2026-02-30”'],
    ['until=yesterday', 'expected a day like 2026-11-22, found “yesterday”'],
    ['since=2026-11-20&until=2026-11-10', 'lies after “to”'],
    ['check=%3Cscript%3E', 'expected the id of a check'],
    ['writeup=..%2F..', 'expected the name of a writeup'],
    ['before=nothing', 'is no id of a record'],
  ])('refuses %s in a sentence, and keeps the form', async (query, message) => {
    const answer = await server.get(`/runs/?${query}&role=backend`);
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain(message);
    expect(text).toMatch(/<option value="backend" selected>/);
    expect(titles(text)).toEqual([]);
  });
});

describe('one check', () => {
  it('has its strip and the line of its last run as a part for a page', async () => {
    const text = await server.text('/runs/strip?writeup=w&check=c');
    expect(text.match(/<ol class="strip-cells"/g)).toHaveLength(1);
    expect(titles(text)).toEqual([ids.at(-1)]);
    expect(text).not.toContain('<html');
    for (const none of ['writeup=w&check=e', 'writeup=w', 'writeup=%3Cb%3E&check=c'])
      expect(await server.text(`/runs/strip?${none}`)).toBe('');
  });
  it('shows its last run on its own page, without a script, with output and who answered', async () => {
    const around = ['<main><div data-last-run data-check="c">', '</div></main>'];
    server.addPage('w/c', around.join(''));
    const answer = await server.get('/w/c/');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    const text = await answer.text();
    expect(text.startsWith(around[0] ?? '')).toBe(true);
    expect(text.endsWith(around[1] ?? '')).toBe(true);
    expect(text).toContain(`/runs/${ids.at(-1)}`);
    expect(text).toMatch(/data-verdict="differs"[\s\S]*backend \$[\s\S]*one\n[\s\S]*Who answered/);
    expect(text).not.toMatch(/id="c["'.]|<v-/);
    // The file as it was built, which is the site's to send.
    expect(await server.text('/w/c/?part')).not.toContain('/runs/');
  });
  it('leaves its page as it is when it has not run', async () => {
    const page = '<main><div data-last-run data-check="e"></div></main>';
    server.addPage('w/e', page);
    expect(await server.text('/w/e/')).toBe(page);
  });
  it('that is gone says so, and where its records and the checks of today are', async () => {
    await putRun(server.store, { day: 91, header: { check: 'old-one' } });
    await putRun(server.store, { day: 92, header: { writeup: 'renamed' } });
    for (const [path, title, records] of [
      ['/w/old-one/', 'This check is gone', '/runs/?writeup=w&amp;check=old-one'],
      ['/w/never-was', 'This check is gone', ''],
      ['/renamed/', 'This writeup is gone', '/runs/?writeup=renamed'],
      ['/renamed/c/', 'This writeup is gone', '/runs/?writeup=renamed&amp;check=c'],
    ] as const) {
      const answer = await server.get(path);
      expect(answer.status, path).toBe(404);
      const text = await answer.text();
      expect(text, path).toContain(`<h1>${title}</h1>`);
      expect(text, path).toContain(`href="${records}`);
      expect(text, path).toContain('<a href="/w/">A writeup</a>');
    }
    for (const path of ['/nothing/', '/nothing/at-all/', '/w/%2e%2e/x'])
      expect(await server.text(path)).toContain('not found');
  });
});
