/** What a reader does with the lab's conditions: applies one, reads before and after, sees who has the lab, and goes back. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { shoot } from './fixtures/browser.ts';
import { writeup } from './fixtures/server.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer('test');
const visit = (page: 'causes' | 'fixes') => site.visit({}, `/${writeup}/${page}/`);
const panel = (page: Page) => page.getByRole('region', { name: 'Conditions of the lab' });
const banner = (page: Page) => page.getByRole('region', { name: 'Condition of the lab', exact: true });
const goBack = (page: Page) => banner(page).getByRole('button', { name: 'Back to as-documented' }).click();
const slow = { timeout: 60_000 };

describe('a condition of the lab', () => {
  it('shows its commands before it is applied, then before and after side by side; one click goes back', async () => {
    const { page, leave } = await visit('causes');
    const conditions = panel(page);
    await conditions.getByLabel('The lab behaves as if').selectOption('healthy');
    await conditions.getByText(/^What it models, and its commands/).click();
    await conditions.getByText('guest_tcp').first().waitFor();
    expect((await site.server.lab.status()).condition).toBe('as-documented');
    await conditions.getByRole('button', { name: /^Apply/ }).click();
    const row = conditions.getByRole('row', { name: /From \.20 to 127\.0\.0\.1:8443/ });
    await row.getByText('connected, HTTP 200').waitFor(slow);
    expect(await row.innerText()).toMatch(/Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/);
    await banner(page).getByText('The lab is in the condition “Mirrored mode, healthy”').waitFor();
    await shoot(page, 'condition');
    await goBack(page);
    await banner(page).waitFor({ state: 'hidden', ...slow });
    expect((await site.server.lab.status()).condition).toBe('as-documented');
    await leave();
  }, 120_000);

  it('is visible to others, who cannot change it and may ask to be next', async () => {
    const ada = await visit('causes');
    const bob = await visit('fixes');
    await panel(ada.page).getByLabel('The lab behaves as if').selectOption('healthy');
    await panel(ada.page)
      .getByRole('button', { name: /^Apply/ })
      .click();
    await banner(bob.page)
      .getByText(/^The lab is in the condition/)
      .waitFor(slow);
    await banner(bob.page)
      .getByText(/Reader \d+ has the lab until \d\d:\d\d UTC/)
      .waitFor();
    await banner(bob.page)
      .getByRole('button', { name: /^Ask to/ })
      .click();
    await banner(ada.page)
      .getByText(/Reader \d+ .*(asked|next)/)
      .waitFor();
    await shoot(bob.page, 'condition-of-another');
    await goBack(ada.page);
    await banner(bob.page).getByText('You have the lab until').waitFor(slow);
    await ada.leave();
    await bob.leave();
  }, 120_000);
});

/** The rows of a comparison that changed so. */
const rowsThat = (place: Locator, change: 'better' | 'worse'): Promise<string[]> =>
  place.locator(`.try-live tr:has(.change[data-change="${change}"]) th`).allInnerTexts();

const fromOthers = [
  'API call from the frontend',
  'From .19 to 172.16.168.20:8443',
  'From .21 to 172.16.168.20:8443',
  'Health check from .19',
  'Login from .19',
  'curl from .19',
];
const [toLoopback, toItself] = ['From .20 to 127.0.0.1:8443', 'From .20 to 172.16.168.20:8443'];

describe('each permanent fix of the writeup', () => {
  it.each([
    {
      remedy: 'fix-bind-eth2',
      // It helps nobody: nothing listens on 127.0.0.1 any more, so that row cannot be judged.
      better: [],
      worse: [],
      title: 'The socket is listening',
      beforeAndAfter: /LISTEN \d+ 2048 0\.0\.0\.0:8443[\s\S]*LISTEN \d+ 2048 172\.16\.168\.20:8443/,
    },
    {
      remedy: 'fix-nginx-loopback',
      better: [toLoopback, toItself],
      worse: fromOthers,
      title: 'Health check from .19',
      beforeAndAfter: /200 OK[\s\S]*HTTP 502[\s\S]*worse/,
    },
    {
      remedy: 'fix-nat',
      better: [toLoopback],
      worse: ['A Windows service on 127.0.0.1', ...fromOthers],
      title: toLoopback,
      beforeAndAfter: /Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/,
    },
  ])(
    'is tried on a cause that it can act on, and shows what gets better and worse: $remedy',
    async ({ remedy, better, worse, title, beforeAndAfter }) => {
      const { page, leave } = await visit('fixes');
      const place = page.locator(`v-try[data-remedy="${remedy}"]`);
      await place
        .locator('.try-verified summary')
        .first()
        .getByText(/rows? stays? the same/)
        .waitFor();
      const on = place.getByLabel('on the cause');
      expect(await on.inputValue()).toBe('port-not-reserved-host-loopback');
      // The reader may choose another.
      expect(await on.locator('option').count()).toBe(3);
      await place.getByRole('button', { name: /^Try it in the lab/ }).click();
      await place.getByText(/^In the lab: before/).waitFor({ timeout: 60_000 });
      const row = place
        .locator('.try-live')
        .getByRole('row')
        .filter({ has: page.getByText(title, { exact: true }) });
      await expect.poll(() => row.innerText(), { timeout: 60_000 }).toMatch(beforeAndAfter);
      await expect
        .poll(async () => (await rowsThat(place, 'worse')).sort(), { timeout: 60_000 })
        .toEqual([...worse].sort());
      await expect
        .poll(async () => (await rowsThat(place, 'better')).sort(), { timeout: 60_000 })
        .toEqual([...better].sort());
      expect((await site.server.lab.status()).condition).toBe(`port-not-reserved-host-loopback+${remedy}`);
      await shoot(page, remedy);
      await goBack(page);
      await expect
        .poll(async () => (await site.server.lab.status()).condition, { timeout: 90_000 })
        .toBe('as-documented');
      await leave();
    },
    240_000,
  );
});
