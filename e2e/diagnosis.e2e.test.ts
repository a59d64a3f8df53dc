/** What the pictures and the diagnosis say of what was taken: which cause fits, which way the packet took, what each option changed. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { runButton, shoot } from './fixtures/browser.ts';
import { checkNamed, writeup } from './fixtures/server.ts';
import { useLabServer, useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

const slow = { timeout: 60_000 };
const picture = (page: Page) => page.getByRole('region', { name: 'Picture of the attempts' });
const way = (page: Page) => page.getByRole('group', { name: 'The way of the packet' });
const causes = (page: Page) => page.getByRole('region', { name: 'Diagnosis' }).locator('.causes > li');
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
const segment = (page: Page, name: string): Promise<string | null> =>
  way(page)
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: true }) })
    .getAttribute('data-state');
/** The drawing of an attempt that is to be seen. */
const line = (page: Page, n: number): Promise<string | null> =>
  picture(page).locator(`.attempt[data-n="${n}"] .line[data-shown]`).getAttribute('data-drawing');
const apply = async (page: Page, condition: string): Promise<void> => {
  const panel = page.getByRole('region', { name: 'Conditions of the lab' });
  await panel.getByLabel('The lab behaves as if').selectOption(condition);
  await panel.getByRole('button', { name: /^Apply/ }).click();
};

describe('with the lab', () => {
  const site = useLabServer('test');
  const { visit } = site;

  it('all rows as documented: “As documented” fits, the others are struck out with reasons, and no interface is lit', async () => {
    const { page, leave } = await visit();
    await told(page, toLoopback).getByText('not run yet').waitFor();
    expect(await line(page, 3)).toBe('stopped-windows');
    await page.getByRole('button', { name: 'Run everything' }).click();
    const all = site.server.writeups.find(({ id }) => id === writeup)?.checks.size ?? 0;
    const status = page.getByRole('region', { name: 'Limitation status' });
    await status.getByText(`${all} agree`, { exact: true }).waitFor(slow);

    const first = causes(page).first();
    await first.getByText('“As documented”').waitFor(slow);
    expect(await first.innerText()).toContain(`“As documented” fits: explains ${all} of ${all} results`);
    const fits = await causes(page).evaluateAll((items) =>
      items.map((item) => item.getAttribute('data-fits')),
    );
    expect(fits.length).toBeGreaterThanOrEqual(6);
    expect(fits.slice(1).every((one) => one === 'no')).toBe(true);
    const struck = causes(page).filter({
      has: page.getByText('“Windows does not hold the port”', { exact: true }),
    });
    expect(await struck.locator('s').count()).toBe(1);
    await struck.locator('summary').click();
    expect(await struck.innerText()).toMatch(
      /“Packets on any interface”: predicted .*loopback0.*, observed .*0 packets/,
    );

    await expect.poll(() => told(page, toLoopback).innerText()).toContain('It ended inside Linux');
    expect(await told(page, toLoopback).innerText()).toMatch(
      /refused[\s\S]*Connection refused: as documented[\s\S]*lab, stand-in machines, condition as documented/,
    );
    expect(await told(page, fromManager).innerText()).toContain('answered with 200');
    expect([await line(page, 1), await line(page, 3)]).toEqual(['through-unknown', 'stopped-output']);
    for (const [name, state] of [
      ['Routing table 127', 'seen'],
      ['Output filter of the guest', 'ended'],
      ['lo', 'not-passed'],
      ['loopback0', 'not-passed'],
      ['Windows host, its loopback', 'not-passed'],
      ['eth2', 'unknown'],
    ] as const)
      expect(await segment(page, name), name).toBe(state);
    await way(page).scrollIntoViewIfNeeded();
    await shoot(page, 'diagnosis-as-documented');
    await leave();
  }, 120_000);

  it('names a port that Windows does not hold as the cause, and ends the path at Windows', async () => {
    const { page, leave } = await visit();
    await apply(page, 'port-not-reserved');
    const first = causes(page).first();
    await expect
      .poll(() => first.innerText(), slow)
      .toMatch(/“Windows does not hold the port” fits: explains 15 of 15 results/);
    await expect
      .poll(() => told(page, toLoopback).innerText(), slow)
      .toMatch(/refused by Windows[\s\S]*condition port not reserved/);
    expect(await line(page, 3)).toBe('stopped-windows');
    // The own address is answered there, and the page documents a refusal.
    expect(await told(page, toItself).innerText()).toMatch(
      /answered with 200[\s\S]*differs from this page, which documents “Connection refused”/,
    );
    expect(await picture(page).locator('.attempt[data-differs]').count()).toBe(1);
    for (const [name, state] of [
      ['Output filter of the guest', 'seen'],
      ['loopback0', 'seen'],
      ['Windows host, its loopback', 'ended'],
      ['Sent back by Windows, as it does while it holds 8443 for the guest', 'not-passed'],
      ['lo', 'not-passed'],
      ['The whole way, whichever it is', 'seen'],
    ] as const)
      expect(await segment(page, name), name).toBe(state);
    await shoot(page, 'diagnosis-port-not-reserved');
    await leave();
  }, 180_000);

  it('an answer alone proves no path; a path links to its row, and the selected one stands out', async () => {
    const { page, leave } = await visit();
    const { title } = checkNamed(site.server, 'self-loopback');
    const matrix = page.getByRole('region', { name: 'Vantage matrix' });
    await runButton(matrix, title).click();
    await expect
      .poll(() => told(page, toLoopback).innerText(), slow)
      .toMatch(/refused[\s\S]*No capture saw its way/);
    expect(await line(page, 3)).toBe('stopped-unknown');
    for (const name of ['lo', 'loopback0', 'Output filter of the guest', 'Windows host, its loopback'])
      expect(await segment(page, name), name).toBe('unknown');
    expect(await told(page, fromManager).innerText()).toContain('not run yet');

    const faded = (n: number) =>
      picture(page)
        .locator(`.attempt[data-n="${n}"]`)
        .evaluate((path) => Number(getComputedStyle(path).opacity) < 0.5);
    await page.mouse.move(0, 0);
    expect([await faded(1), await faded(3)]).toEqual([false, false]);
    await told(page, toLoopback).hover();
    expect([await faded(1), await faded(3)]).toEqual([true, false]);
    await page.mouse.move(0, 0);
    const path = picture(page)
      .locator('svg')
      .getByRole('link', { name: /^1: \.19 → / });
    await path.focus();
    expect([await faded(1), await faded(3)]).toEqual([false, true]);
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#manager-to-backend');
    expect(await page.locator('#manager-to-backend').count()).toBe(1);
    await leave();
  }, 120_000);

  it('the table of options shows what was verified, then what was tried here, beside “No change”', async () => {
    const { page, leave } = await visit();
    const table = page.locator('v-options table');
    const option = table.getByRole('row').filter({ hasText: 'Option 2, improved' });
    expect(await option.innerText()).toContain(
      'on “Windows does not hold the port, hostAddressLoopback=true”, as verified',
    );
    const none = table.getByRole('row').filter({ hasText: 'No change' });
    expect(await none.getByRole('cell').allInnerTexts()).toEqual(['none', 'none', 'none', 'none']);
    expect(await none.innerText()).toContain('all 15 rows stay as they are');
    const place = page.locator('v-try[data-remedy="fix-nginx-socket"]');
    await place.getByRole('button', { name: /^Try it in the lab/ }).click();
    await expect.poll(() => option.innerText(), { timeout: 90_000 }).toContain('tried here');
    const [worse, better] = [option.getByRole('cell').nth(0), option.getByRole('cell').nth(1)];
    await expect
      .poll(() => better.innerText(), slow)
      .toMatch(/2 rows[\s\S]*127\.0\.0\.1:8443[\s\S]*172\.16\.168\.20:8443/);
    await expect.poll(() => worse.innerText(), slow).toBe('none');
    expect(await option.count()).toBe(1);
    await shoot(page, 'options-tried');
    await leave();
  }, 240_000);
});

describe('without the lab', () => {
  const site = useServer(startStaticHost);

  it('both pictures are complete without a script, and say that nothing has run', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open();
    expect(await picture(page).innerText()).toMatch(/Drawn as documented. No check has run yet/);
    expect(await picture(page).locator('.attempt .line[data-shown]').count()).toBe(4);
    expect(await told(page, toLoopback).innerText()).toMatch(
      /Documented: Connection refused\. Out by loopback0/,
    );
    expect(await way(page).innerText()).toContain('Drawn from the documented rows. No check has run yet.');
    expect(await segment(page, 'Output filter of the guest')).toBe('ended');
    await leave();
  });

  it('draws recordings as recordings, never in the colour of a live verdict', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await told(page, fromManager).getByText('recording: answered with 200').waitFor(slow);
    expect(await picture(page).innerText()).toContain('Drawn from recordings: all 4 attempts');
    expect(await way(page).innerText()).toContain('recording of the lab');
    expect(await picture(page).getByText('answers', { exact: true }).count()).toBe(0);
    const colours = await page.evaluate(() => {
      const probe = document.createElement('i');
      document.body.append(probe);
      const named = (name: string) => {
        probe.style.setProperty('color', `var(${name})`);
        return getComputedStyle(probe).color;
      };
      const [agrees, differs] = [named('--agrees'), named('--differs')];
      probe.remove();
      const drawn = [...document.querySelectorAll('.attempt .line[data-shown] .way, .path-picture .segment')];
      return { earned: [agrees, differs], used: drawn.map((one) => getComputedStyle(one).stroke) };
    });
    expect(colours.used.length).toBeGreaterThan(15);
    for (const earned of colours.earned) expect(colours.used).not.toContain(earned);
    await leave(/WebSocket connection/);
  });
});
