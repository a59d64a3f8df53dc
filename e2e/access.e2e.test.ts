/** The page for every reader: axe finds nothing, in both themes, on desk and phone, before and after checks have run. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';
import { connected, openBrowser, openReader, shoot, takeBy } from './reader.ts';

let house: House;
let browser: Browser;
beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  // Whoever finds nothing has to have looked.
  expect(found.passes.length).toBeGreaterThan(15);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(' ')}: ${any[0]?.message ?? ''}`),
  );
}
/** Nothing is wider than the screen, so that nobody has to scroll sideways to read. */
const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

/** Colours do not depend on the width, nor the layout on the theme: each theme on one screen finds what all four looks would, in half the time. */
const looks = [
  { colorScheme: 'light', on: 'a desk', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', on: 'a phone', viewport: { width: 375, height: 740 } },
] as const;

describe('axe', () => {
  it.each(looks)(
    'finds nothing on the page for operators, with every file opened: $colorScheme on $on',
    async ({ colorScheme, viewport }) => {
      const { page, leave } = await openReader(browser, house.address, { colorScheme, viewport });
      await page.goto(`${house.address}/operate/`);
      await page.getByRole('heading', { name: 'Run it on your fleet' }).waitFor();
      // Each click makes the list of those that are shut shorter.
      const shut = page.locator('.fold:not([open]) > summary');
      while ((await shut.count()) > 0) await shut.first().click();
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      await leave();
    },
  );
  it.each(looks)('finds nothing in $colorScheme on $on', async ({ colorScheme, on, viewport }) => {
    const { page, open, leave } = await openReader(browser, house.address, { colorScheme, viewport });
    await open();
    await connected(page);
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    const table = page.getByRole('region', { name: 'Evidence' });
    await takeBy(page, table.getByRole('button', { name: /^Run all/ }), [
      'ss-listen',
      'tcpdump-lo',
      'tcpdump-any',
      'route-lookup',
      'curl-from-manager',
    ]);
    for (const id of ['ss-listen', 'tcpdump-any']) {
      await page.locator(`#${id} details.detail > summary`).click();
      await page.locator(`#${id} .xterm-rows`).first().waitFor();
    }
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    await page.locator('#ss-listen').scrollIntoViewIfNeeded();
    await shoot(page, `${colorScheme}-${on.slice(2)}`);
    await leave();
  });
  it.each(['/', '/what-ss-proves/', '/no-such-page'])('finds nothing on %s', async (path) => {
    const { page, open, leave } = await openReader(browser, house.address);
    await open(path);
    expect(await violations(page)).toEqual([]);
    // The browser itself remarks on the status of a page that is not there.
    await leave(path === '/no-such-page' ? /404/ : undefined);
  });
});
