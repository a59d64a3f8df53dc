/** A reader finds pages in the side bar: by mouse, by keyboard, on a phone, and without a script. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { shoot, tooWide, darkViolations, violations } from './fixtures/browser.ts';
import { serveIn, writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';

const place = mkdtempSync('/tmp/ve-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const site = useServer(() => serveIn(place));
const phone = { viewport: { width: 390, height: 844 } };

describe('a press that comes before its code', () => {
  it('is made once the code is there, and a link that opens a row is not followed', async () => {
    const { page, open, leave } = await site.reader();
    let send = () => {};
    const sent = new Promise<void>((resolve) => {
      send = resolve;
    });
    const asked = page.waitForRequest(/\/used\.[^/]+\.js$/);
    await page.route(/\/used\.[^/]+\.js$/, (route) => sent.then(() => route.continue()));
    await open();
    const title = page.locator('#ss-listen a.title[aria-expanded="false"]');
    await title.click();
    await page.locator('v-more summary').click();
    await asked;
    expect(await page.locator('[aria-expanded="true"], v-more details[open]').count()).toBe(0);
    send();
    await page.locator('#ss-listen a.title[aria-expanded="true"]').waitFor();
    await page.locator('v-more details[open]').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/${writeup}/`);
    await leave();
  });
});

describe('the side bar', () => {
  it('says where the reader is, and has what is of the writeup first', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    const nav = page.getByRole('navigation', { name: 'Site' });
    const first = nav.locator('.side-lists a').first();
    expect(await first.getAttribute('href')).toBe(`/${writeup}/`);
    expect(await first.getAttribute('aria-current')).toBe('page');
    await nav.getByRole('link', { name: 'Evidence', exact: true }).click();
    await nav.locator('[aria-current="location"]', { hasText: 'Evidence' }).waitFor();
    await nav.getByRole('link', { name: 'History of this writeup' }).click();
    await page.waitForURL(`**/runs/?writeup=${writeup}`);
    expect(await nav.getByRole('link', { name: 'Records' }).getAttribute('aria-current')).toBe('page');
    await leave();
  });

  it('finds a check by a word of its command, with the keyboard alone', async () => {
    const { page, open, leave } = await site.reader();
    await open('/');
    const box = page.getByRole('searchbox', { name: /^Find/ });
    await box.focus();
    await page.keyboard.type('tcpdump lo');
    const found = page.locator('.search a');
    await found.first().waitFor();
    await shoot(page, 'search');
    await page.keyboard.press('ArrowDown');
    expect(await found.first().evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await box.inputValue()).toBe('');
    expect(await box.evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type('records');
    await found.first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs/');
    await leave();
  });

  it('leads from a command to the page of its check', async () => {
    const { page, open, leave } = await site.reader();
    await open('/');
    await page.getByRole('searchbox').fill('ss -tln 8443');
    await page.locator(`.search a[href="/${writeup}/ss-listen/"]`).click();
    await page.waitForURL(`**/${writeup}/ss-listen/`);
    await leave();
  });

  it('folds into a menu on a phone, with the same search', async () => {
    const { page, open, leave } = await site.reader(phone);
    await open();
    await page.getByText('Contents', { exact: true }).click();
    await page.getByRole('searchbox').fill('nothing has this title');
    await page.getByText('Nothing found').waitFor();
    expect(await tooWide(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'menu-phone');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    await leave();
  });

  it('has its links and no box without a script', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open();
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'History of this writeup' }).waitFor();
    await leave();
  });

  it('axe finds no fault on the front page, in light and dark', async () => {
    const { page, open, leave } = await site.reader();
    await open('/');
    await page.getByRole('searchbox').fill('ss');
    await page.locator('.search a').first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await darkViolations(page)).toEqual([]);
    await leave();
  });
});
