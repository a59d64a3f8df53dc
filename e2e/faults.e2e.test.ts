/** What a reader sees when something stops, changes or breaks while the page is open; and that it comes back by itself. */
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { evidenceRow, hero, openRow, runButton, runBy, runRows, shoot } from './fixtures/browser.ts';
import { acceptPackets, checkNamed, dropPackets } from './fixtures/server.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();
afterEach(async () => {
  await answerAgain();
  await site.server.lab.setCondition('as-documented');
});

const hang = () => dropPackets(site.server);
const answerAgain = () => acceptPackets(site.server);
const manager = () => checkNamed(site.server, 'curl-from-manager').title;
const { visit } = site;
const verdict = (page: Page, title: string) => evidenceRow(page, title).locator('v-verdict');
const run = (page: Page, id: string) => {
  const { title } = checkNamed(site.server, id);
  return runBy(page, runButton(evidenceRow(page, title), title), [id]);
};

describe('a run', () => {
  it('is cancelled by the reader: the row says so, no process is left, and it can run again', async () => {
    const { page, leave } = await visit();
    await hang();
    const row = evidenceRow(page, manager());
    await runButton(row, manager()).click();
    await verdict(page, manager())
      .getByText(/^running/)
      .waitFor();
    await page.locator('[data-row="curl-from-manager"] .screen').first().getByText('running').waitFor();
    await runBy(page, row.getByRole('button', { name: /^Cancel/ }), ['curl-from-manager']);
    await verdict(page, manager()).getByText('cancelled: inconclusive').waitFor();
    await row.getByText(/was cancelled/).waitFor();
    await shoot(page, 'cancelled');
    await site.server.asRoot('manager', '! pgrep -x curl');
    await answerAgain();
    await run(page, 'curl-from-manager');
    await verdict(page, manager()).getByText('agrees', { exact: true }).waitFor();
    await leave();
  });

  it('goes on while the page reloads, and the page shows all of it', async () => {
    const stays = await visit();
    const comes = await visit();
    const { title } = checkNamed(site.server, 'tcpdump-any');
    await site.server.lab.setCondition('healthy');
    await hang();
    const text = async ({ page }: typeof stays) => {
      return (await openRow(page, 'tcpdump-any')).locator('.twin').first();
    };
    await runButton(evidenceRow(comes.page, title), title).click();
    await (await text(comes)).getByText('UDP, length 41').waitFor({ state: 'attached' });
    // On a slow machine the run may be over when the page is there again.
    await comes.page.reload();
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
  it('restarts: the page reconnects by itself and shows the last runs', async () => {
    const { page, leave } = await visit();
    await run(page, 'route-lookup');
    const { title } = checkNamed(site.server, 'route-lookup');
    // A page that is still loading is another story.
    await page.locator('#route-lookup .xterm-rows').getByText('loopback0').waitFor();
    await site.server.stopServer();
    await page.getByRole('status').getByText('Connection lost, reconnecting').waitFor();
    await shoot(page, 'lost');
    await site.server.startServer();
    await page.getByRole('status').getByText('Connected').waitFor({ timeout: 60_000 });
    await verdict(page, title).getByText('agrees', { exact: true }).waitFor();
    await page.locator('#route-lookup v-last-run time').waitFor();
    await run(page, 'route-lookup');
    // One who comes anew sees the same.
    const other = await visit();
    await verdict(other.page, title).getByText('agrees', { exact: true }).waitFor();
    await other.page.locator('#route-lookup v-last-run time').waitFor();
    await other.leave();
    await leave(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch|recordings/);
  });
});

describe('the machines', () => {
  it('backend stopped: the rows differ, word for word, and agree again after its start', async () => {
    const { page, leave } = await visit();
    await site.server.lab.service('backend', 'stop');
    for (const id of ['ss-listen', 'curl-from-manager']) {
      await run(page, id);
      await verdict(page, checkNamed(site.server, id).title).getByText('differs', { exact: true }).waitFor();
    }
    const observed = evidenceRow(page, checkNamed(site.server, 'ss-listen').title).locator('v-observed');
    expect(await observed.locator('del').first().innerText()).toContain('LISTEN');
    expect(await observed.locator('ins').first().innerText()).toContain('no socket');
    await page.locator('[data-row="ss-listen"] .means').getByText('Nothing listens on port 8443').waitFor();
    await shoot(page, 'differs');
    const both = ['self-loopback', 'self-own-address', 'manager-to-backend'];
    await runRows(page, both);
    await hero(page)
      .getByText(/^The service is down (?=.*no socket on port 8443).*Connection refused/)
      .waitFor();
    await site.server.lab.service('backend', 'start');
    await runRows(page, both);
    for (const id of ['ss-listen', 'curl-from-manager']) {
      await run(page, id);
      await verdict(page, checkNamed(site.server, id).title).getByText('agrees', { exact: true }).waitFor();
    }
    await hero(page)
      .getByText(/^The service is up, so it is this limitation/)
      .waitFor();
    await leave();
  });

  it('another condition: the status line names it, the limitation no longer reproduces; then it does again', async () => {
    const { page, leave } = await visit();
    const limitation = hero(page);
    const own = ['self-loopback', 'self-own-address'];
    await site.server.lab.setCondition('healthy');
    await page.getByRole('status').getByText('healthy').waitFor();
    await runRows(page, own);
    await limitation.getByText('No longer reproduces').waitFor();
    await limitation
      .getByText(/\d differ/)
      .first()
      .waitFor();
    await shoot(page, 'healthy');
    await site.server.lab.setCondition('as-documented');
    await page.getByRole('status').getByText('healthy').waitFor({ state: 'hidden' });
    await runRows(page, own);
    await limitation.getByText('Reproduces', { exact: true }).waitFor();
    await leave();
  });

  it('machine down: its row is inconclusive and says what to do; the others do not change', async () => {
    const { page, leave } = await visit();
    await site.server.lab.machineDown('manager');
    await run(page, 'curl-from-manager');
    await run(page, 'curl-from-manager');
    const row = evidenceRow(page, manager());
    await verdict(page, manager()).getByText('inconclusive', { exact: true }).waitFor();
    await row.getByText(/manager could not be reached.*run the row again/).waitFor();
    await shoot(page, 'inconclusive');
    await run(page, 'route-lookup');
    await verdict(page, checkNamed(site.server, 'route-lookup').title)
      .getByText('agrees', { exact: true })
      .waitFor();
    await site.server.lab.machineUp('manager');
    await run(page, 'curl-from-manager');
    await verdict(page, manager()).getByText('agrees', { exact: true }).waitFor();
    await leave();
  });
});
