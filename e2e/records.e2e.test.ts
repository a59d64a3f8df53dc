/** Records in a reader's hands: read without a script, downloaded, replayed, linked to, compared, followed, and gone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNamed, type House, openHouse } from './house.ts';
import { listedIn, middleOf, newestOf, textAt } from './kept.ts';
import { connected, evidenceRow, openBrowser, openReader, runButton, shoot, takeBy } from './reader.ts';

const five = ['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager'];
const watched = 'tcpdump-any';

let house: House;
let browser: Browser;
/** The set of all rows as documented, and one row of it; and the same row in another condition. */
let set = '';
let agreed = '';
let differs = '';
beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse(), openBrowser()]);
  const { page, open, leave } = await openReader(browser, house.address);
  await open();
  await connected(page);
  const table = page.getByRole('region', { name: 'Evidence' });
  await takeBy(page, table.getByRole('button', { name: /^Run all/ }), five);
  [set = ''] = await listed('');
  agreed = await newest('as-documented');
  await house.lab.setCondition('healthy');
  await takeBy(page, runButton(evidenceRow(page, titleOf()), titleOf()), [watched]);
  differs = await newest('healthy');
  await house.lab.setCondition('as-documented');
  await leave();
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const titleOf = (): string => checkNamed(house, watched).title;
const text = (path: string) => textAt(house, path);
const listed = (query: string) => listedIn(house, query);
const newest = (condition: string) => newestOf(house, watched, condition);
const middle = () => middleOf(house, agreed, 'capture');
const screen = (page: Page) => page.locator('.replay-screen .xterm-rows');

describe('a reader without a script', () => {
  it('reads the history, filters it, and goes from a set to a row to the comparison', async () => {
    const { page, open, leave } = await openReader(browser, house.address, { javaScriptEnabled: false });
    await open('/runs/');
    await page.getByRole('heading', { name: 'Over time' }).waitFor();
    await page.getByRole('combobox', { name: 'Check' }).selectOption(watched);
    await page.getByRole('combobox', { name: 'Verdict' }).selectOption('differs');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect(new URL(page.url()).searchParams.get('verdict')).toBe('differs');
    await page.getByText(/^1 of \d+ runs match/).waitFor();
    await open(`/runs/${set}`);
    await page.getByRole('heading', { level: 1, name: /^5 of 5 agree · lab · / }).waitFor();
    await page.getByRole('link', { name: titleOf() }).first().click();
    const row = page.locator(`#${watched}`);
    await row.getByText('0 packets').first().waitFor();
    await row.getByText('autobot@wsl20').first().waitFor();
    await row
      .getByText(/dropped by kernel/)
      .first()
      .waitFor();
    await row.getByRole('link', { name: 'what is documented' }).click();
    await page.getByRole('heading', { level: 1, name: /what is documented/ }).waitFor();
    expect(await page.locator('.compared-row').count()).toBe(1);
    expect(await page.locator('.compared-row .diff').locator('ins, del').count()).toBe(0);
    await leave();
  });
  it('finds no part of the page that needs one', async () => {
    const { page, open, leave } = await openReader(browser, house.address, { javaScriptEnabled: false });
    await open(`/runs/${agreed}`);
    // A form needs no script.
    expect(await page.getByRole('button').filter({ visible: true }).allInnerTexts()).toEqual(['Pin']);
    await page.locator('.screen-line').filter({ hasText: 'tcpdump' }).waitFor();
    await leave();
  });
});

describe('a record', () => {
  it('can be taken along in every form', async () => {
    const { page, open, leave } = await openReader(browser, house.address);
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
  it('is played again with its own timing, and can be searched for a moment', async () => {
    const { page, open, leave } = await openReader(browser, house.address, {
      reducedMotion: 'no-preference',
    });
    await open(`/runs/${agreed}`);
    await page.getByRole('button', { name: 'Replay capture' }).click();
    await screen(page).getByText('dropped by kernel').waitFor();
    const slider = page.getByRole('slider', { name: 'Moment of capture' });
    const end = Number(await slider.inputValue());
    expect(end).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await slider.fill(String(await slider.getAttribute('min')));
    await expect.poll(() => screen(page).innerText()).not.toContain('dropped by kernel');
    await slider.press(' ');
    await screen(page).getByText('dropped by kernel').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Replay capture' }).waitFor();
    await leave();
  });
  it('opens at the moment that a link names, and gives such a link', async () => {
    const reader = { permissions: ['clipboard-read', 'clipboard-write'] };
    const { page, open, leave } = await openReader(browser, house.address, reader);
    const at = await middle();
    await open(`/runs/${set}#${watched}.capture@${at}`);
    const time = page.getByText(new RegExp(`^${at} s of `));
    await time.waitFor();
    expect(await screen(page).innerText()).not.toContain('dropped by kernel');
    // The output after this one, by key.
    await page.getByRole('slider', { name: 'Moment of capture' }).press('.');
    await time.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Link to this moment' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(new RegExp(`^${house.address}/runs/${set}#${watched}\\.capture@\\d+\\.\\d{3}$`));
    expect(link).not.toContain(`@${at}`);
    await shoot(page, 'replay');
    await leave();
  });
  it('compared with another one has the differing words marked', async () => {
    const { page, open, leave } = await openReader(browser, house.address);
    await open(`/runs/${differs}/compare?with=${agreed}`);
    await page.getByRole('heading', { name: titleOf() }).waitFor();
    const marked = await page.locator('.compared-row .diff').locator('ins, del').allInnerTexts();
    expect(marked.join(' ')).toMatch(/\b0\b/);
    expect(marked.join(' ')).toMatch(/[1-9]\d*/);
    expect(marked.join(' ')).not.toContain('packets');
    await shoot(page, 'compare');
    await leave();
  });
  it('is pinned by a reader, and stays so', async () => {
    const { page, open, leave } = await openReader(browser, house.address);
    await open(`/runs/${agreed}`);
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('button', { name: 'Unpin' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Unpin' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).waitFor();
    await leave();
  });
  it('that goes on is followed, and becomes final by itself', async () => {
    const runner = await openReader(browser, house.address);
    await runner.open();
    await connected(runner.page);
    // Silence keeps the attempt under way for some seconds.
    await house.lab.setCondition('healthy');
    await house.asRoot(
      'backend',
      'nft "table inet hang { chain in { type filter hook input priority 0; tcp dport 8443 drop; }; }"',
    );
    await runButton(evidenceRow(runner.page, titleOf()), titleOf()).click();
    await expect.poll(() => text('/runs/'), { timeout: 10_000 }).toContain('Running now');
    const run = /Running now[\s\S]*?\/runs\/(\w{26})/.exec(await text('/runs/'))?.[1] ?? '';
    const { page, open, leave } = await openReader(browser, house.address);
    await open(`/runs/${run}`);
    await page.locator('v-follow[data-live]').waitFor();
    await page.locator('v-follow').waitFor({ state: 'detached', timeout: 20_000 });
    await page
      .getByText(/^started /)
      .first()
      .waitFor();
    expect(await page.title()).not.toContain('running');
    expect(await page.locator('.row-record .badge').first().getAttribute('data-verdict')).not.toBe('running');
    await house.asRoot('backend', 'nft delete table inet hang');
    await house.lab.setCondition('as-documented');
    await runner.leave();
    await leave();
  });
});

describe('what is not there', () => {
  it.each([
    ['/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV', 404, 'There is no such record here'],
    ['/runs/nonsense', 400, 'This is no address of a record'],
    ['/runs/?since=yesterday', 400, 'Records'],
  ])('%s says so, and leads on', async (path, status, heading) => {
    const { page, open, leave } = await openReader(browser, house.address);
    await open(path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect((await fetch(`${house.address}${path}`)).status).toBe(status);
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
    'finds nothing on records in $colorScheme, $viewport.width wide',
    async ({ colorScheme, viewport }) => {
      const { page, open, leave } = await openReader(browser, house.address, { colorScheme, viewport });
      for (const path of [
        '/runs/',
        `/runs/${agreed}`,
        `/runs/${set}#${watched}.capture@${await middle()}`,
        `/runs/${differs}/compare?with=${agreed}`,
      ]) {
        await open(path);
        if (path.includes('@')) await page.getByText(/^\d+\.\d{3} s of /).waitFor();
        const found = await new AxeBuilder({ page }).analyze();
        expect(found.passes.length).toBeGreaterThan(15);
        expect(
          found.violations.map(
            ({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.target.join(' ')}: ${nodes[0]?.any[0]?.message}`,
          ),
        ).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          path,
        ).toBeLessThanOrEqual(0);
      }
      await shoot(page, `records-${colorScheme}-${viewport.width}`);
      await leave();
    },
  );
});
