/** A review on the big screen: led by keys, followed on a second screen, and saved at its end. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { checkNamed, writeup } from './fixtures/server.ts';
import { escaped, shoot, violations } from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();

const slow = { timeout: 60_000 };
const screen = { viewport: { width: 1920, height: 1080 } };
const visit = (query = '', how = {}) => site.visit({ ...screen, ...how }, `/${writeup}/${query}`);
const shown = (page: Page) => page.getByRole('dialog', { name: /^Presentation/ });
const menu = (page: Page) => page.locator('v-more summary');
const present = async (page: Page) => {
  await menu(page).click();
  await page.getByRole('button', { name: /^Present/ }).click();
};
/** Ends a presentation that has results, without a report. */
const end = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Save a report' }).waitFor();
  await page.keyboard.press('Escape');
};
const heading = (page: Page, name: string) =>
  shown(page).getByRole('heading', { level: 2, name, exact: true });
const title = (id: string) => checkNamed(site.server, id).title;
const verdict = (page: Page, word: string) =>
  shown(page).locator('.slide-result v-verdict').getByText(word, { exact: true });
/** The checks in the order of the page. */
const rows = (page: Page) =>
  page
    .locator('[data-row]')
    .evaluateAll((found) => found.map((one) => (one instanceof HTMLElement ? (one.dataset.row ?? '') : '')));
const axe = (page: Page) => violations(page, 'dialog.present');

describe('a presentation', () => {
  it('works with the keyboard alone: next check, run, difference, matrix, picture, help; and restores the focus', async () => {
    const { page, leave } = await visit();
    // A single key starts nothing outside of the presentation: who speaks to the computer, or slips, would set it off.
    await page.keyboard.press('p');
    await menu(page).focus();
    expect(await shown(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const [first = '', second = '', third = ''] = await rows(page);
    await heading(page, title(first)).waitFor();
    await shown(page).getByText('Not run yet.').waitFor();
    await page.keyboard.press('ArrowRight');
    await heading(page, title(second)).waitFor();
    await page.keyboard.press('r');
    await verdict(page, 'agrees').waitFor(slow);
    await shown(page)
      .locator('.slide-result')
      .getByText(/just now/)
      .waitFor(slow);
    await shown(page).locator('.xterm-rows').first().waitFor(slow);
    await shoot(page, 'present-check');
    await page.keyboard.press('d');
    await shown(page).locator('.slide-record').waitFor({ state: 'hidden' });
    await page.keyboard.press(' ');
    await heading(page, title(third)).waitFor();
    await page.keyboard.press('v');
    await heading(page, 'All checks').waitFor();
    await page.keyboard.press('r');
    const all = site.server.writeups.find(({ id }) => id === writeup)?.checks.size ?? 0;
    await shown(page).getByText(`${all} agree`, { exact: true }).waitFor(slow);
    await shoot(page, 'present-matrix');
    // Whether the limitation reproduces is in sight in every view.
    await shown(page).locator('v-limitation').getByText('Reproduces').waitFor(slow);
    await page.keyboard.press('g');
    await heading(page, 'The picture').waitFor();
    await shown(page).locator('svg[viewBox]').first().waitFor();
    await page.keyboard.press('?');
    await shown(page).getByText('Runs every check.').waitFor();
    await page.keyboard.press('Escape');
    await shown(page).getByText('Runs every check.').waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowLeft');
    await heading(page, title(third)).waitFor();
    expect(await axe(page)).toEqual([]);
    await end(page);
    await shown(page).waitFor({ state: 'detached' });
    expect(await menu(page).evaluate((one) => one === document.activeElement)).toBe(true);
    await leave();
  }, 60_000);

  it('moves a second screen along, tells it when it ends, and lets a follower leave', async () => {
    const leads = await visit();
    const looks = await visit();
    const waits = await visit('?follow');
    await waits.page.getByText('Nobody presents now.').waitFor();
    const [first = '', second = ''] = await rows(leads.page);
    await present(leads.page);
    const banner = looks.page.getByRole('region', { name: 'Presentation' });
    await banner
      .getByText(new RegExp(`^Reader \\d+ presents row 1 of \\d+: ${escaped(title(first))}$`))
      .waitFor();
    await shoot(looks.page, 'present-banner');
    // Whoever came by the address follows at once; others when they say so.
    await heading(waits.page, title(first)).waitFor();
    expect(await shown(looks.page).count()).toBe(0);
    await banner.getByRole('button', { name: 'Follow' }).click();
    await leads.page.keyboard.press('ArrowRight');
    await leads.page.keyboard.press('d');
    for (const { page } of [looks, waits]) {
      await heading(page, title(second)).waitFor();
      await shown(page).locator('.present-stage[data-view="difference"]').waitFor();
      await shown(page)
        .getByText(/^Following Reader \d+$/)
        .waitFor();
    }
    await leads.page.keyboard.press('v');
    await heading(waits.page, 'All checks').waitFor();
    // A follower looks on: its keys start nothing and lead nowhere.
    for (const key of ['r', 'a', 'ArrowRight', 's']) await waits.page.keyboard.press(key);
    await shown(leads.page)
      .getByText(/2 other readers are here/)
      .waitFor();
    await heading(waits.page, 'All checks').waitFor();
    expect(await leads.page.getByText(/^(running|queued)/).count()).toBe(0);
    await looks.page.keyboard.press('Escape');
    await shown(looks.page).waitFor({ state: 'detached' });
    await banner.getByText(/^Reader \d+ presents/).waitFor();
    await shoot(waits.page, 'present-following');
    await end(leads.page);
    await shown(waits.page)
      .getByText(/^The presenter has left/)
      .waitFor();
    await banner.waitFor({ state: 'hidden' });
    for (const { leave } of [leads, looks, waits]) await leave();
  });

  it('belongs to one presenter: a second one is told who presents, and shows on the own screen only', async () => {
    const leads = await visit();
    const tries = await visit();
    await present(leads.page);
    await shown(leads.page)
      .getByText(/^You present/)
      .waitFor();
    await present(tries.page);
    await shown(tries.page)
      .getByText(/^On this screen only\. Reader \d+ presents this writeup now/)
      .waitFor();
    await leads.leave();
    // Nobody else presents any more: the place is taken.
    await shown(tries.page)
      .getByText(/^You present/)
      .waitFor(slow);
    await tries.leave();
  });

  it('ends with a report: typed text stays until it is saved, and its Markdown and its link are one press away', async () => {
    const { page, leave } = await visit('', { permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await present(page);
    await page.keyboard.press('r');
    await verdict(page, 'agrees').waitFor(slow);
    await shown(page).getByRole('button', { name: 'Copy link to follow' }).click();
    await expect.poll(copied).toBe(`${site.server.address}/${writeup}/?follow`);
    await page.keyboard.press('Escape');
    const dialog = page.getByRole('dialog', { name: 'Save a report' });
    await dialog.getByLabel('Title').waitFor();
    // Typing is typing: no key of the presentation is heard.
    await page.keyboard.type('drag a pavg');
    await page.keyboard.press('Tab');
    await page.keyboard.type('**Concluded**: it reproduces.');
    await dialog.getByRole('button', { name: 'Go back' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await shown(page).waitFor();
    await page.keyboard.press('Escape');
    expect(await dialog.getByLabel('Title').inputValue()).toBe('drag a pavg');
    await dialog.getByLabel('Title').fill('Review of 24 November');
    expect(await axe(page)).toEqual([]);
    await shoot(page, 'save');
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: 'Review of 24 November' });
    await link.waitFor(slow);
    const path = (await link.getAttribute('href')) ?? '';
    expect(path).toMatch(/^\/runs\/[0-9A-HJKMNP-TV-Z]{26}$/);
    await shoot(page, 'saved');
    await page.getByRole('button', { name: 'Copy link', exact: true }).last().click();
    await expect.poll(copied).toBe(`${site.server.address}${path}`);
    await page.getByRole('button', { name: 'Copy Markdown for the issue' }).click();
    await expect.poll(copied).toContain(`${site.server.address}${path}`);
    expect(await copied()).toContain('Concluded');
    const answer = await fetch(`${site.server.address}${path}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Review of 24 November');
    await page.getByRole('button', { name: 'Close' }).click();
    await shown(page).waitFor({ state: 'detached' });
    await leave();
  });

  it.each([
    ['a phone', { viewport: { width: 390, height: 844 } }],
    ['a projector in the dark', { ...screen, colorScheme: 'dark' as const }],
  ])(
    'keeps everything in sight on %s, and axe finds no fault',
    async (_, how) => {
      const { page, leave } = await visit('', how);
      await present(page);
      for (const key of ['d', 'v', 'g', 'c']) {
        await page.keyboard.press(key);
        expect(await axe(page), key).toEqual([]);
        const wide = await shown(page).evaluate((one) => one.scrollWidth - one.clientWidth);
        expect(wide, key).toBe(0);
        for (const part of ['.present-top', '.present-head', '.present-keys'])
          expect(
            await shown(page)
              .locator(part)
              .evaluate((one) => {
                const { top, bottom } = one.getBoundingClientRect();
                return top >= 0 && bottom <= innerHeight + 1 && bottom > top;
              }),
            `${key} ${part}`,
          ).toBe(true);
      }
      await leave();
      // Four readings with axe take most of it, on a machine that is shared.
    },
    120_000,
  );
});
