/** Records in a reader's hands: read without a script, downloaded, replayed, linked to, compared, followed, and gone. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { acceptPackets, checkNamed, dropPackets } from './fixtures/server.ts';
import { recordIds, middleOfStep, newestRecord, textAt } from './fixtures/records.ts';
import {
  connected,
  evidenceRow,
  runButton,
  runBy,
  shoot,
  tooWide,
  violations,
  hero,
  runAll,
} from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const watched = 'tcpdump-any';

const site = useLabServer();
/** The set of all rows as documented, one row of it, and the same row in another condition. */
let set = '';
let agreed = '';
let differs = '';
beforeAll(async () => {
  const { page, leave } = await site.visit();
  await runBy(page, runAll(page), [watched]);
  await hero(page).getByText('17 agree', { exact: true }).waitFor({ timeout: 60_000 });
  [set = ''] = await listed('');
  agreed = await newest('as-documented');
  await site.server.lab.setCondition('healthy');
  await runBy(page, runButton(evidenceRow(page, titleOf()), titleOf()), [watched]);
  differs = await newest('healthy');
  await site.server.lab.setCondition('as-documented');
  await leave();
});

const titleOf = (): string => checkNamed(site.server, watched).title;
const text = (path: string) => textAt(site.server, path);
const listed = (query: string) => recordIds(site.server, query);
const newest = (condition: string) => newestRecord(site.server, watched, condition);
const middle = () => middleOfStep(site.server, agreed, 'capture');
const screen = (page: Page) => page.locator('v-replay .xterm-rows');

describe('a reader without a script', () => {
  it('reads the history, filters it, and goes from a set to a row to the comparison', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open('/runs/');
    await page.getByRole('heading', { name: 'Over time' }).waitFor();
    await page.getByRole('combobox', { name: 'Check' }).selectOption(watched);
    await page.getByRole('combobox', { name: 'Verdict' }).selectOption('differs');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect(new URL(page.url()).searchParams.get('verdict')).toBe('differs');
    await page.getByText(/^1 of \d+ runs match/).waitFor();
    await open(`/runs/${set}`);
    await page.getByRole('heading', { level: 1, name: /^17 of 17 agree · lab · / }).waitFor();
    await page.getByRole('link', { name: titleOf() }).first().click();
    const row = page.locator(`#${watched}`);
    await row.getByText('0 packets').first().waitFor();
    await row.getByText('Who answered, when, and how it was judged').click();
    await row.getByText('autobot@wsl20').first().waitFor();
    await row.getByText('dropped by kernel').first().waitFor();
    await row.getByRole('link', { name: 'This run alone' }).click();
    await page.getByRole('heading', { level: 1, name: titleOf() }).waitFor();
    await page.getByRole('link', { name: 'what is documented' }).click();
    await page.getByRole('heading', { level: 1, name: /what is documented/ }).waitFor();
    expect(await page.locator('.compared-row').count()).toBe(1);
    expect(await page.locator('.compared-row .diff').locator('ins, del').count()).toBe(0);
    await leave();
  });
  it('finds nothing on a record that needs one', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open(`/runs/${agreed}`);
    // A form needs no script.
    expect(await page.getByRole('button').filter({ visible: true }).allInnerTexts()).toEqual(['Pin']);
    await page.locator('.screen-line').filter({ hasText: 'tcpdump' }).waitFor();
    await leave();
  });
});

describe('the filter of the history', () => {
  it('applies at once: the address follows, and the focus stays', async () => {
    const { page, open, leave } = await site.reader();
    await open('/runs/');
    const verdicts = page.getByRole('combobox', { name: 'Verdict' });
    expect(await page.getByRole('button', { name: 'Show', exact: true }).isVisible()).toBe(false);
    await verdicts.focus();
    await verdicts.selectOption('differs');
    await page.getByText(/^1 of \d+ runs match/).waitFor();
    expect(new URL(page.url()).search).toBe('?verdict=differs');
    expect(await verdicts.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByText(/^\d+ runs kept/).waitFor();
    await leave();
  });
});

describe('a record', () => {
  it('can be downloaded in every format', async () => {
    const { page, open, leave } = await site.reader();
    await open(`/runs/${agreed}`);
    const links = page.getByRole('navigation', { name: 'This record elsewhere' }).locator('a[download]');
    const found = new Map<string, string | null>();
    for (const href of await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href))) {
      const answer = await fetch(href);
      expect(answer.status, href).toBe(200);
      found.set(href.slice(href.indexOf('.', href.lastIndexOf('/')) + 1), answer.headers.get('content-type'));
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(200);
    }
    expect(Object.fromEntries(found)).toMatchObject({
      json: 'application/json; charset=utf-8',
      md: 'text/markdown; charset=utf-8',
      html: 'text/html; charset=utf-8',
      cast: 'application/x-asciicast',
      'junit.xml': 'application/xml; charset=utf-8',
      tap: 'text/plain; charset=utf-8',
    });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      links.filter({ hasText: 'Markdown' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`vantage-${agreed}.md`);
    await leave();
  });
  it('replays with its own timing, and can be searched', async () => {
    const { page, open, leave } = await site.reader({
      reducedMotion: 'no-preference',
    });
    await open(`/runs/${agreed}`);
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await screen(page).getByText('dropped by kernel').waitFor();
    const slider = page.getByRole('slider', { name: 'Moment of this run' });
    const end = Number(await slider.inputValue());
    expect(end).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await slider.fill(String(await slider.getAttribute('min')));
    await expect.poll(() => screen(page).innerText()).not.toContain('dropped by kernel');
    await slider.press(' ');
    await screen(page).getByText('dropped by kernel').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Replay', exact: true }).waitFor();
    await leave();
  });
  it('opens at the moment that a link names, and offers such a link', async () => {
    const reader = { permissions: ['clipboard-read', 'clipboard-write'] };
    const { page, open, leave } = await site.reader(reader);
    const at = await middle();
    await open(`/runs/${set}#${watched}.capture@${at}`);
    const time = page.getByText(new RegExp(`^${at} s of `));
    await time.waitFor();
    expect(await screen(page).innerText()).not.toContain('dropped by kernel');
    // The output after this one, by key.
    await page.getByRole('slider', { name: 'Moment of this run' }).press('.');
    await time.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Link to this moment' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(
      new RegExp(`^${site.server.address}/runs/${set}#${watched}\\.[a-z-]+@\\d+\\.\\d{3}$`),
    );
    expect(link).not.toContain(`@${at}`);
    await shoot(page, 'replay');
    await leave();
  });
  it('marks the differing words when compared with another one', async () => {
    const { page, open, leave } = await site.reader();
    await open(`/runs/${differs}/compare?with=${agreed}`);
    await page.getByRole('heading', { name: titleOf() }).waitFor();
    const marked = await page.locator('.compared-row .diff').locator('ins, del').allInnerTexts();
    expect(marked.join(' ')).toMatch(/\b0\b/);
    expect(marked.join(' ')).toMatch(/[1-9]\d*/);
    expect(marked.join(' ')).not.toContain('packets');
    await shoot(page, 'compare');
    await leave();
  });
  it('is pinned by a reader, and stays pinned', async () => {
    const { page, open, leave } = await site.reader();
    await open(`/runs/${agreed}`);
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('button', { name: 'Unpin' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Unpin' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).waitFor();
    await leave();
  });
  it('of a run that goes on updates itself until it is final', async () => {
    const { page, open, leave } = await site.reader();
    await open('/runs/');
    const runner = await site.reader();
    await runner.open();
    await connected(runner.page);
    // Silence keeps the attempt under way for some seconds.
    await site.server.lab.setCondition('healthy');
    await dropPackets(site.server);
    await runButton(evidenceRow(runner.page, titleOf()), titleOf()).click();
    await expect.poll(() => text('/runs/'), { timeout: 60_000 }).toContain('Running now');
    const run = /Running now[\s\S]*?\/runs\/(\w{26})/.exec(await text('/runs/'))?.[1] ?? '';
    await open(`/runs/${run}`);
    await page.locator('v-follow[data-live]').waitFor();
    await page.locator('v-follow').waitFor({ state: 'detached', timeout: 60_000 });
    await page.getByText('started ').first().waitFor();
    expect(await page.title()).not.toContain('running');
    expect(await page.locator('.row-record .badge').first().getAttribute('data-verdict')).not.toBe('running');
    await acceptPackets(site.server);
    await site.server.lab.setCondition('as-documented');
    for (const one of [runner, { leave }]) await one.leave();
  });
});

describe('what is not there', () => {
  it.each([
    ['/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV', 404, 'There is no such record here'],
    ['/runs/nonsense', 400, 'This is no address of a record'],
    ['/runs/?since=yesterday', 400, 'Records'],
  ])('%s says so, and links to somewhere useful', async (path, status, heading) => {
    const { page, open, leave } = await site.reader();
    await open(path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect((await fetch(`${site.server.address}${path}`)).status).toBe(status);
    await page.locator('main a[href="/runs/"]').first().waitFor();
    await leave(/status of (404|400)/);
  });
});

describe('axe', () => {
  // Each theme on one screen, as for the writeup.
  it.each([
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 375, height: 740 } },
  ] as const)(
    'finds no fault on records: $colorScheme, $viewport.width wide',
    async ({ colorScheme, viewport }) => {
      const { page, open, leave } = await site.reader({ colorScheme, viewport });
      for (const path of [
        '/runs/',
        `/runs/${agreed}`,
        `/runs/${set}#${watched}.capture@${await middle()}`,
        `/runs/${differs}/compare?with=${agreed}`,
      ]) {
        await open(path);
        if (path.includes('@')) await page.getByText(/^\d+\.\d{3} s of /).waitFor();
        expect(await violations(page), path).toEqual([]);
        expect(await tooWide(page), path).toBe(0);
      }
      await shoot(page, `records-${colorScheme}-${viewport.width}`);
      await leave();
    },
  );
});
