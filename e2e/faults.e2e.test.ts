/** What a reader sees when something stops, changes or breaks while the page is open; and that it comes back by itself. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkNamed, type House, openHouse } from './house.ts';
import { connected, evidenceRow, openBrowser, openReader, runButton, shoot, takeBy } from './reader.ts';

let house: House;
let browser: Browser;
beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});
afterEach(async () => {
  await answerAgain();
  await house.lab.setCondition('as-documented');
});

/** Whoever connects to the backend hears nothing, and waits for its own limit. */
const hang = () =>
  house.asRoot(
    'backend',
    'nft "table inet hang { chain in { type filter hook input priority 0; tcp dport 8443 drop; }; }"',
  );
const answerAgain = () => house.asRoot('backend', 'nft "add table inet hang; delete table inet hang"');
const manager = () => checkNamed(house, 'curl-from-manager').title;
const visit = async () => {
  const reader = await openReader(browser, house.address);
  await reader.open();
  await connected(reader.page);
  return reader;
};
const verdict = (page: Page, title: string) => evidenceRow(page, title).locator('v-verdict');
const run = (page: Page, id: string) => {
  const { title } = checkNamed(house, id);
  return takeBy(page, runButton(evidenceRow(page, title), title), [id]);
};

describe('a run', () => {
  it('is cancelled by the reader; it says so, nothing runs on, and it can be taken again', async () => {
    const { page, leave } = await visit();
    await hang();
    const row = evidenceRow(page, manager());
    await runButton(row, manager()).click();
    await verdict(page, manager())
      .getByText(/^running/)
      .waitFor();
    await page.locator('[data-row="curl-from-manager"] .screen').first().getByText('running').waitFor();
    await takeBy(page, row.getByRole('button', { name: /^Cancel/ }), ['curl-from-manager']);
    await verdict(page, manager()).getByText('cancelled: inconclusive').waitFor();
    await row.getByText(/was cancelled/).waitFor();
    await shoot(page, 'cancelled');
    await house.asRoot('manager', '! pgrep -x curl');
    await answerAgain();
    await run(page, 'curl-from-manager');
    await verdict(page, manager()).getByText('agrees', { exact: true }).waitFor();
    await leave();
  });

  it('goes on while the page is loaded again, and the page misses nothing of it', async () => {
    const stays = await visit();
    const comes = await visit();
    const { title } = checkNamed(house, 'tcpdump-any');
    await house.lab.setCondition('healthy');
    await hang();
    const text = async ({ page }: typeof stays) => {
      const detail = page.locator('[data-row="tcpdump-any"] details.detail').first();
      if ((await detail.getAttribute('open')) === null) await detail.locator('summary').first().click();
      return detail.locator('.twin').first();
    };
    await runButton(evidenceRow(comes.page, title), title).click();
    await (await text(comes)).getByText('UDP, length 41').waitFor({ state: 'attached' });
    await comes.page.reload();
    await verdict(comes.page, title)
      .getByText(/^running/)
      .waitFor();
    const twins = [await text(comes), await text(stays)];
    for (const twin of twins) await twin.getByText('UDP, length 43').waitFor({ state: 'attached' });
    for (const { page } of [comes, stays])
      await verdict(page, title).getByText('differs', { exact: true }).waitFor();
    await shoot(comes.page, 'reloaded');
    const [again, before] = await Promise.all(twins.map((twin) => twin.textContent()));
    expect(again).toMatch(/packets? captured/);
    expect(again).toBe(before);
    await comes.leave();
    await stays.leave();
  });
});

describe('the server', () => {
  it('is started again: the page comes back by itself, and shows what was last taken', async () => {
    const { page, leave } = await visit();
    await run(page, 'route-lookup');
    const { title } = checkNamed(house, 'route-lookup');
    // A page that is still loading is another story.
    await page.locator('#route-lookup .xterm-rows').getByText('loopback0').waitFor();
    await house.stopServer();
    await page.getByRole('status').getByText('Connection lost, reconnecting').waitFor();
    await shoot(page, 'lost');
    await house.startServer();
    await page.getByRole('status').getByText('Connected').waitFor({ timeout: 20_000 });
    await verdict(page, title).getByText('agrees', { exact: true }).waitFor();
    await page
      .locator('#route-lookup summary v-taken')
      .getByText(/^(last )?taken/)
      .first()
      .waitFor();
    await run(page, 'route-lookup');
    // One who comes anew sees the same.
    const other = await visit();
    await verdict(other.page, title).getByText('agrees', { exact: true }).waitFor();
    await other.page
      .locator('#route-lookup summary v-taken')
      .getByText(/^(last )?taken/)
      .first()
      .waitFor();
    await other.leave();
    await leave(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch|recordings/);
  });
});

describe('the machines', () => {
  it('backend stopped: the rows differ, word for word, and agree again when it is back', async () => {
    const { page, leave } = await visit();
    await house.lab.service('backend', 'stop');
    for (const id of ['ss-listen', 'curl-from-manager']) {
      await run(page, id);
      await verdict(page, checkNamed(house, id).title).getByText('differs', { exact: true }).waitFor();
    }
    const observed = evidenceRow(page, checkNamed(house, 'ss-listen').title).locator('v-observed');
    expect(await observed.locator('del').first().innerText()).toContain('LISTEN');
    expect(await observed.locator('ins').first().innerText()).toContain('no socket');
    await page.locator('[data-row="ss-listen"] .means').getByText('Nothing listens on port 8443').waitFor();
    await shoot(page, 'differs');
    await house.lab.service('backend', 'start');
    for (const id of ['ss-listen', 'curl-from-manager']) {
      await run(page, id);
      await verdict(page, checkNamed(house, id).title).getByText('agrees', { exact: true }).waitFor();
    }
    await leave();
  });

  it('another condition: the status line names it, and the limitation is said to be gone; then to be back', async () => {
    const { page, leave } = await visit();
    const matrix = page.getByRole('region', { name: 'Vantage matrix' });
    const every = matrix.getByRole('button', { name: /^(Run every cell|Take them again)/ });
    const limitation = page.getByRole('region', { name: 'Limitation status' });
    const own = ['self-loopback', 'self-own-address'];
    await house.lab.setCondition('healthy');
    await page.getByRole('status').getByText('healthy').waitFor();
    await takeBy(page, every, own);
    await limitation.getByText('The limitation no longer reproduces').waitFor();
    await matrix.getByText('2 agree, 2 differ').waitFor();
    await matrix.scrollIntoViewIfNeeded();
    await shoot(page, 'healthy');
    await house.lab.setCondition('as-documented');
    await page.getByRole('status').getByText('as documented').waitFor();
    await takeBy(page, every, own);
    await limitation.getByText('The limitation reproduces').waitFor();
    await leave();
  });

  it('machine down: the row is inconclusive and says what to do, the others are untouched', async () => {
    const { page, leave } = await visit();
    await house.lab.machineDown('manager');
    await run(page, 'curl-from-manager');
    await run(page, 'curl-from-manager');
    const row = evidenceRow(page, manager());
    await verdict(page, manager()).getByText('inconclusive', { exact: true }).waitFor();
    await row.getByText(/manager could not be reached.*run the row again/).waitFor();
    await shoot(page, 'inconclusive');
    await run(page, 'route-lookup');
    await verdict(page, checkNamed(house, 'route-lookup').title)
      .getByText('agrees', { exact: true })
      .waitFor();
    await house.lab.machineUp('manager');
    await run(page, 'curl-from-manager');
    await verdict(page, manager()).getByText('agrees', { exact: true }).waitFor();
    await leave();
  });
});
