/** What a reader does with the lab's conditions: applies one, reads before and after, sees who has the lab, and goes back. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';
import { connected, openBrowser, openReader, shoot } from './reader.ts';

let house: House;
let browser: Browser;
// A house for each test: a lease outlives the page that took it.
beforeAll(async () => {
  browser = await openBrowser();
});
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());
afterAll(() => browser.close());

const visit = async () => {
  const reader = await openReader(browser, house.address);
  await reader.open();
  await connected(reader.page);
  return reader;
};
const panel = (page: Page) => page.getByRole('region', { name: 'Conditions of the lab' });
const taken = { timeout: 20_000 };

describe('a condition of the lab', () => {
  it('is shown with its commands before it is applied, then before and after stand side by side, and one click goes back', async () => {
    const { page, leave } = await visit();
    const conditions = panel(page);
    await page.getByRole('button', { name: 'Run everything' }).click();
    await page
      .getByText(/^\d+ agree$/)
      .first()
      .waitFor(taken);
    await conditions.getByLabel('The lab behaves as if').selectOption('healthy');
    await conditions.getByText('guest_tcp').first().waitFor();
    expect((await house.lab.status()).condition).toBe('as-documented');
    await conditions.getByRole('button', { name: /^Apply/ }).click();
    const row = conditions.getByRole('row', { name: /From \.20 to 127\.0\.0\.1:8443/ });
    await row.getByText('connected, HTTP 200').waitFor(taken);
    expect(await row.innerText()).toMatch(/Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/);
    await page.getByText('The limitation no longer reproduces', { exact: true }).waitFor();
    await shoot(page, 'condition');
    await conditions.getByRole('button', { name: 'Back to as-documented' }).click();
    await page.getByText('The limitation reproduces', { exact: true }).waitFor(taken);
    expect((await house.lab.status()).condition).toBe('as-documented');
    await leave();
  });

  it('is seen by others, who follow along, cannot change it, and may ask to be next', async () => {
    const ada = await visit();
    const bob = await visit();
    await panel(ada.page).getByLabel('The lab behaves as if').selectOption('healthy');
    await panel(ada.page)
      .getByRole('button', { name: /^Apply/ })
      .click();
    await bob.page.getByText(/^The lab is in the condition/).waitFor(taken);
    await panel(bob.page)
      .getByText(/Reader \d+ has the lab until \d\d:\d\d UTC/)
      .waitFor();
    await panel(bob.page)
      .getByRole('button', { name: /^Ask to/ })
      .click();
    await panel(ada.page)
      .getByText(/Reader \d+ .*(asked|next)/)
      .waitFor();
    await shoot(bob.page, 'condition-of-another');
    await panel(ada.page).getByRole('button', { name: 'Back to as-documented' }).click();
    await panel(bob.page).getByText('You have the lab until').waitFor(taken);
    await ada.leave();
    await bob.leave();
  });
});

describe('each permanent fix of the writeup', () => {
  it.each([
    [
      'fix-bind-eth2',
      'The socket is listening',
      /LISTEN 0 2048 0\.0\.0\.0:8443[\s\S]*LISTEN 0 2048 172\.16\.168\.20:8443/,
    ],
    ['fix-nginx-loopback', 'Health check from .19', /200 OK[\s\S]*HTTP 502[\s\S]*worse/],
    ['fix-nat', 'From .19 to 172.16.168.20:8443', /Works normally[\s\S]*worse/],
  ])(
    'is tried in the lab, and its price is read before and after: %s',
    async (remedy, title, beforeAndAfter) => {
      const { page, leave } = await visit();
      await page.getByRole('button', { name: 'Run everything' }).click();
      await page
        .getByText(/^\d+ agree$/)
        .first()
        .waitFor(taken);
      const place = page.locator(`v-try[data-remedy="${remedy}"]`);
      await place.getByText('As verified in the lab').waitFor();
      await place.getByRole('button', { name: /^Try it in the lab/ }).click();
      await place.getByText(/^Taken in the lab/).waitFor(taken);
      const row = place.getByRole('row').filter({ has: page.getByText(title, { exact: true }) });
      await expect.poll(() => row.innerText(), { timeout: 40_000 }).toMatch(beforeAndAfter);
      expect((await house.lab.status()).condition).toBe(`as-documented+${remedy}`);
      await shoot(page, remedy);
      await place.getByRole('button', { name: 'Back to as-documented' }).click();
      await page.getByText('The limitation reproduces', { exact: true }).waitFor({ timeout: 40_000 });
      await leave();
    },
    120_000,
  );
});
