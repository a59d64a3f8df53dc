/** What the picture of the attempts says of the last runs: how each ended, and by which way. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { runRows, strokes } from './fixtures/browser.ts';
import { checkNamed } from './fixtures/server.ts';
import { useLabServer, useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

const slow = { timeout: 60_000 };
const picture = (page: Page) => page.locator('v-attempts');
/** By which way, as the title of the word says. */
const way = async (page: Page, attempt: string) =>
  (await told(page, attempt).locator('.attempt-word').getAttribute('title', { timeout: 60_000 })) ?? '';
/** The line of the list that tells an attempt in words. */
const told = (page: Page, attempt: string): Locator =>
  picture(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: attempt, exact: true }) });
const [toLoopback, toItself, fromManager] = [
  '.20 → 127.0.0.1:8443',
  '.20 → 172.16.168.20:8443',
  '.19 → 172.16.168.20:8443',
];
/** The drawing of an attempt that is to be seen. */
const line = (page: Page, n: number): Promise<string | null> =>
  picture(page).locator(`.attempt[data-n="${n}"] .line[data-shown]`).getAttribute('data-drawing');

describe('with the lab', () => {
  const site = useLabServer('test');
  const { visit } = site;

  it('an answer alone proves no path; with the captures each attempt ends where the runs show that it ended, links to its check, and stands out when it is selected', async () => {
    const { page, leave } = await visit();
    await told(page, toLoopback).getByText('documented: Connection refused').waitFor();
    expect(await line(page, 3)).toBe('stopped-windows');
    await runRows(page, ['self-loopback']);
    await expect.poll(() => way(page, toLoopback), slow).toMatch(/refused.*No capture saw its way/);
    expect(await line(page, 3)).toBe('stopped-unknown');
    expect(await told(page, fromManager).innerText()).toContain('documented: Works normally');
    await runRows(page, ['manager-to-backend', 'self-loopback', 'tcpdump-any', 'tcpdump-lo']);
    await expect.poll(() => way(page, toLoopback), slow).toContain('It ended inside Linux');
    expect(await told(page, toLoopback).innerText()).toMatch(/refused[\s\S]*as documented/);
    await expect.poll(() => told(page, fromManager).innerText(), slow).toContain('answered with 200');
    expect([await line(page, 1), await line(page, 3)]).toEqual(['through-unknown', 'stopped-output']);

    const faded = (n: number) =>
      picture(page)
        .locator(`.attempt[data-n="${n}"]`)
        .evaluate((path) => Number(getComputedStyle(path).opacity) < 0.5);
    await page.mouse.move(0, 0);
    expect([await faded(1), await faded(3)]).toEqual([false, false]);
    await told(page, toLoopback).hover();
    expect([await faded(1), await faded(3)]).toEqual([true, false]);
    await page.mouse.move(0, 0);
    await told(page, fromManager).getByRole('link').focus();
    expect([await faded(1), await faded(3)]).toEqual([false, true]);
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { level: 1, name: checkNamed(site.server, 'manager-to-backend').title })
      .waitFor();
    await leave();
  }, 120_000);

  it('draws what differs from the page, under a condition of the lab', async () => {
    const { page, leave } = await visit();
    await site.server.lab.setCondition('port-not-reserved');
    await page.getByRole('status').getByText('port not reserved').waitFor();
    await runRows(page, ['self-loopback', 'self-own-address', 'tcpdump-any', 'tcpdump-lo']);
    await expect.poll(() => way(page, toLoopback), slow).toMatch(/refused by Windows/);
    expect(await line(page, 3)).toBe('stopped-windows');
    // The own address is answered there, and the page documents a refusal.
    expect(await told(page, toItself).innerText()).toMatch(
      /answered with 200[\s\S]*differs: documented is “Connection refused”/,
    );
    expect(await picture(page).locator('.attempt[data-differs]').count()).toBe(1);
    await leave();
  }, 120_000);
});

describe('without the lab', () => {
  const site = useServer(startStaticHost);

  it('is complete without a script, and says that nothing has run', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open();
    expect(await picture(page).innerText()).toMatch(/As documented: nothing has run yet/);
    expect(await picture(page).locator('.attempt .line[data-shown]').count()).toBe(4);
    expect(await told(page, toLoopback).innerText()).toContain('documented: Connection refused');
    await leave();
  });

  it('draws recordings as recordings, never in the colour of a live verdict', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await told(page, fromManager).getByText('recording: answered with 200').waitFor(slow);
    expect(await picture(page).innerText()).toContain('From recordings.');
    expect(await picture(page).getByText('answers', { exact: true }).count()).toBe(0);
    const colours = await strokes(page, '.attempt .line[data-shown] .way');
    expect(colours.used.length).toBeGreaterThanOrEqual(4);
    for (const earned of colours.earned) expect(colours.used).not.toContain(earned);
    await leave(/WebSocket connection/);
  });
});
