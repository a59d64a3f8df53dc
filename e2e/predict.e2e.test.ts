/** Predict, then run: the question comes before the result, and the answer says why the others are wrong. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { shoot, violations } from './fixtures/browser.ts';
import { writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

// Recordings are enough: no lab is needed to learn with them.
const site = useServer(startStaticHost);

const row = (page: Page, check: string) => page.locator(`[data-row="${check}"]`).first();
const play = (within: Locator) => within.getByRole('button', { name: /^Play recording/ });
const pressSwitch = async (page: Page) => {
  await page.locator('v-more summary').click();
  await page.getByRole('switch', { name: /^Predict first/ }).click();
  await page.keyboard.press('Escape');
};
const predictFirst = async (page: Page) => {
  await pressSwitch(page);
  await page.locator('[data-predict="asking"]').first().waitFor({ state: 'attached' });
};
/** A static host has no socket. */
const expected = /404|WebSocket/;

describe('predict, then run', () => {
  it('asks before the result of a row is shown, says which it was, and why the others are wrong', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await predictFirst(page);
    const loopback = row(page, 'self-loopback');
    expect(await loopback.locator('v-verdict').isVisible()).toBe(false);
    const inPicture = page.locator('.attempts-picture li[data-check="self-loopback"] .attempt-said');
    expect(await inPicture.isVisible()).toBe(false);
    await play(loopback).click();
    const question = loopback.getByRole('group', { name: /^Prediction/ });
    await question.getByText('What do you expect?').waitFor();
    expect(await question.getByRole('button').count()).toBe(4);
    expect(await violations(page, '.predict')).toEqual([]);
    await shoot(page, 'predict-asking');
    await question.getByRole('button', { name: 'Connection refused' }).click();
    await question.getByText('Right: Connection refused.').waitFor({ timeout: 60_000 });
    await question.getByText('connected, HTTP 200').waitFor();
    await shoot(page, 'predict-right');
    expect(await loopback.locator('v-verdict').isVisible()).toBe(true);
    expect(await inPicture.isVisible()).toBe(true);

    const other = row(page, 'self-own-address');
    await play(other).click();
    const wrong = other.getByRole('group', { name: /^Prediction/ });
    await wrong.getByRole('button', { name: 'connected, HTTP 200' }).click();
    await wrong.getByText('You expected connected, HTTP 200.').waitFor({ timeout: 60_000 });
    await wrong.getByText('It was Connection refused.').waitFor();
    // What the reader expected comes first, with what it would have meant.
    expect(await wrong.locator('dt').first().textContent()).toBe('connected, HTTP 200');
    expect((await wrong.locator('dd').first().textContent())?.length).toBeGreaterThan(20);
    expect(await violations(page, '.predict')).toEqual([]);
    await shoot(page, 'predict-wrong');
    await leave(expected);
  }, 120_000);

  it('stays switched on in this browser, asks once a tab, and leaves no trace when it is switched off', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await predictFirst(page);
    const loopback = row(page, 'self-loopback');
    await play(loopback).click();
    await loopback.getByRole('button', { name: 'Run without a guess' }).click();
    await page.reload();
    await page.locator('[data-row][data-predict="asking"]').first().waitFor();
    expect(await loopback.getAttribute('data-predict')).toBeNull();
    await pressSwitch(page);
    expect(await page.locator('[data-predict]').count()).toBe(0);
    await leave(expected);
  });

  it('asks on the page of a check too', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await predictFirst(page);
    await open(`/${writeup}/self-loopback/`);
    const own = row(page, 'self-loopback');
    await play(own).click();
    await own.getByRole('button', { name: 'no answer in 5 s' }).click();
    await own.getByText('You expected no answer in 5 s.').waitFor({ timeout: 60_000 });
    await leave(expected);
  });
});
