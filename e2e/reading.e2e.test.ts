/** A reader runs checks and reads the results. */
import { describe, expect, it } from 'vitest';
import { checkNamed, writeup } from './fixtures/server.ts';
import { connected, evidenceRow, runButton, runBy, shoot } from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();

const evidence = ['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager'];
const cells = ['manager-to-backend', 'self-loopback', 'self-own-address', 'frontend-to-backend'];

describe('a reader', () => {
  it.each(evidence)('runs the row %s and sees that documented and observed agree', async (id) => {
    const { title, documented } = checkNamed(site.server, id);
    const { page, leave } = await site.visit();
    const row = evidenceRow(page, title);
    await runBy(page, runButton(row, title), [id]);
    await row.getByText('agrees', { exact: true }).waitFor();
    const words = (await row.getByRole('cell').nth(1).innerText()).trim();
    expect(words).toBe(documented.value);
    // Opened by the run: terminal, the difference, who answered.
    const detail = page.locator(`[data-row="${id}"] details.detail`).first();
    await detail.getByText('Who answered').click();
    const text = await detail.innerText();
    expect(text).toContain(checkNamed(site.server, id).claim);
    expect(text).toMatch(/autobot@(vm19|wsl20|vm21), machine-id [0-9a-f]{32}, kernel \d.*host key SHA256:/);
    await shoot(page, `row-${id}`);
    await leave();
  });

  it('sees the output of the machine in a terminal, and the same as text', async () => {
    const { title } = checkNamed(site.server, 'ss-listen');
    const { page, leave } = await site.visit();
    await runButton(evidenceRow(page, title), title).click();
    const screen = page.locator('[data-row="ss-listen"] v-terminal').first();
    await screen
      .locator('.xterm-rows')
      .getByText(/LISTEN\s+0\s+2048\s+0\.0\.0\.0:8443/)
      .waitFor();
    await screen.getByRole('button', { name: 'As text' }).click();
    const text = screen.getByRole('group', { name: 'Terminal of this run' });
    expect(await text.innerText()).toMatch(/^LISTEN\s+0\s+2048\s+0\.0\.0\.0:8443\s+0\.0\.0\.0:\*/m);
    expect(await screen.innerText()).toMatch(/^backend \.20 · \d+ ms\n/);
    await leave();
  });

  it('runs table and matrix with one click: all agree, and the limitation reproduces', async () => {
    const { page, leave } = await site.visit();
    const status = page.getByRole('region', { name: 'Limitation status' });
    const all = [...(site.server.writeups.find(({ id }) => id === writeup)?.checks.keys() ?? [])];
    expect(all.length).toBeGreaterThanOrEqual(13);
    await runBy(page, status.getByRole('button', { name: /^(Run everything|Run all again)/ }), all);
    await status.getByText(`${all.length} agree`, { exact: true }).waitFor();
    await status.getByText('The limitation reproduces').waitFor();
    for (const region of ['Evidence', 'Vantage matrix'])
      await page
        .getByRole('region', { name: region })
        .getByText(/^\d agree$/)
        .waitFor();
    // Many verdicts at once are announced as one sentence.
    await page
      .getByRole('log', { name: 'Verdicts' })
      .getByText(/^\d+ checks run: \d+ agree, 0 differ, 0 inconclusive$/)
      .first()
      .waitFor();
    await shoot(page, 'everything');
    await leave();
  });

  it('runs the table, then every cell of the matrix; each cell names its check', async () => {
    const { page, leave } = await site.visit();
    const table = page.getByRole('region', { name: 'Evidence' });
    await runBy(page, table.getByRole('button', { name: /^Run all/ }), evidence);
    await table.getByText('5 agree', { exact: true }).waitFor();
    const matrix = page.getByRole('region', { name: 'Vantage matrix' });
    await runBy(page, matrix.getByRole('button', { name: /^(Run every cell|Run all again)/ }), cells);
    await matrix.getByText('4 agree', { exact: true }).waitFor();
    for (const id of cells) {
      const cell = matrix.locator(`td[data-row="${id}"]`);
      expect(await cell.locator('.observed').innerText(), id).toBe(
        checkNamed(site.server, id).documented.value,
      );
      expect(await cell.getByText('agrees', { exact: true }).count(), id).toBe(1);
    }
    await matrix.getByRole('link', { name: /Evidence ?, from \.20 to 127\.0\.0\.1:8443/ }).click();
    await page.locator('.cell-detail[data-row="self-loopback"]').getByText('Who answered').waitFor();
    await leave();
  });

  it('finds a row open when following its link', async () => {
    const { page, open, leave } = await site.reader();
    await open('/wsl2-mirrored-networking/#tcpdump-lo');
    const row = page.locator('#tcpdump-lo');
    await row.getByText('What each outcome means').waitFor();
    expect(await row.locator('details.detail').getAttribute('open')).not.toBeNull();
    expect(await row.evaluate((element) => element.getBoundingClientRect().top < innerHeight)).toBe(true);
    expect(await page.locator('details.detail[open]').count()).toBe(1);
    await leave();
  });

  it('needs no mouse: Tab to Run, Enter, and the verdict is announced', async () => {
    const { title } = checkNamed(site.server, 'route-lookup');
    const { page, leave } = await site.visit();
    const button = runButton(evidenceRow(page, title), title);
    await button.waitFor();
    const reached = () => button.evaluate((element) => element === document.activeElement);
    for (let presses = 0; presses < 120 && !(await reached()); presses += 1) await page.keyboard.press('Tab');
    expect(await reached()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('log', { name: 'Verdicts' }).getByText(`${title}: agrees`).waitFor();
    // The focus is not taken away by what the run draws.
    expect(
      await evidenceRow(page, title)
        .getByRole('button')
        .evaluate((element) => element === document.activeElement),
    ).toBe(true);
    await leave();
  });

  it('sees the same run on two pages, while it goes on and after its end', async () => {
    const id = 'tcpdump-any';
    const { title } = checkNamed(site.server, id);
    const acts = await site.reader();
    const looks = await site.reader();
    for (const { page, open } of [acts, looks]) {
      await open();
      await connected(page);
    }
    await looks.page.locator(`#${id} details.detail > summary`).click();
    // The open detail may say it too.
    const running = evidenceRow(looks.page, title)
      .getByText(/^running/)
      .first()
      .waitFor();
    await runBy(acts.page, runButton(evidenceRow(acts.page, title), title), [id]);
    await running;
    const facts = (await acts.page.locator(`#${id} dl.facts`).textContent()) ?? '';
    const run = /[0-9A-HJKMNP-TV-Z]{26}/.exec(facts)?.[0] ?? 'no run';
    await looks.page.locator(`#${id} dl.facts`).getByText(run).waitFor({ state: 'attached' });
    await evidenceRow(looks.page, title).getByText('agrees', { exact: true }).waitFor();
    await acts.leave();
    await looks.leave();
  });

  it('prints the output as text', async () => {
    const { title } = checkNamed(site.server, 'route-lookup');
    const { page, leave } = await site.visit();
    await runBy(page, runButton(evidenceRow(page, title), title), ['route-lookup']);
    const text = page.locator('[data-row="route-lookup"] v-terminal .twin').first();
    await text.getByText('dev loopback0 table 127').waitFor({ state: 'attached' });
    await page.emulateMedia({ media: 'print' });
    expect(await text.isVisible()).toBe(true);
    expect(await page.locator('[data-row="route-lookup"] .terminal-box').first().isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: /^Run/ }).count()).toBe(0);
    await shoot(page, 'print');
    await leave();
  });

  it('sees the position of a run in the queue while a capture has the machines to itself', async () => {
    const { page, leave } = await site.visit();
    const ids = ['tcpdump-any', 'ss-listen', 'route-lookup'];
    const rows = ids.map((id) => {
      const { title } = checkNamed(site.server, id);
      const row = evidenceRow(page, title);
      return { verdict: row.locator('v-verdict'), button: runButton(row, title) };
    });
    // All that a row says is kept, and the presses are one: the places are there for a moment only.
    const said = await Promise.all(
      rows.map(({ verdict }) =>
        verdict.evaluateHandle((element) => {
          const texts: (string | null)[] = [];
          const keep = () => texts.push(element.textContent);
          new MutationObserver(keep).observe(element, { childList: true, subtree: true });
          return texts;
        }),
      ),
    );
    const buttons = await Promise.all(rows.map(({ button }) => button.elementHandle()));
    await page.evaluate((all) => {
      for (const button of all) if (button instanceof HTMLElement) button.click();
    }, buttons);
    for (const [place, texts] of said.entries()) {
      const last = async () => (await texts.jsonValue()).at(-1);
      await expect.poll(last, { timeout: 15_000 }).toMatch(/^agrees/);
      const queued = (await texts.jsonValue()).filter((text) => text?.startsWith('queued, number'));
      if (place > 0) expect(queued).toContain(`queued, number ${place}`);
      else expect(queued).toEqual([]);
    }
    await leave();
  });

  it('is never sent to another site: the policy refuses it, and these tests would notice', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => {}));
    await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'document.title = "injected"';
      } catch {
        // Refused already here: no text becomes a script.
        script.append('document.title = "injected"');
      }
      document.body.append(script);
    });
    expect(await page.title()).not.toBe('injected');
    await expect(leave()).rejects.toThrow(/connect-src[\s\S]*require-trusted-types-for/);
  });
});
