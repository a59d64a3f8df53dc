/** A reader runs checks and reads the results. */
import { describe, expect, it } from 'vitest';
import { checkNamed, writeup } from './fixtures/server.ts';
import {
  connected,
  evidenceRow,
  hero,
  opened,
  openRow,
  runAll,
  runButton,
  runBy,
  shoot,
} from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();

const evidence = ['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager'];

describe('a reader', () => {
  it('runs each row, sees that documented and observed agree, and reads the output of the machine in a terminal, as text and on paper', async () => {
    const { page, leave } = await site.visit();
    for (const id of evidence) {
      const { title, documented } = checkNamed(site.server, id);
      const row = evidenceRow(page, title);
      await runBy(page, runButton(row, title), [id]);
      await row.getByText('agrees', { exact: true }).waitFor();
      const words = (await row.getByRole('cell').nth(1).innerText()).trim();
      expect(words, id).toBe(documented.value);
      // Opened by the run: terminal, the difference, who answered.
      const part = opened(page, id);
      await part.getByText('Who answered').waitFor();
      expect(await part.textContent(), id).toMatch(
        /autobot@(vm19|wsl20|vm21), machine-id [0-9a-f]{32}, kernel \d.*host key SHA256:/,
      );
      await shoot(page, `row-${id}`);
    }
    const screen = page.locator('[data-row="ss-listen"] v-terminal').first();
    await screen
      .locator('.xterm-rows')
      .getByText(/LISTEN\s+0\s+2048\s+0\.0\.0\.0:8443/)
      .waitFor();
    await screen.getByRole('button', { name: 'As text' }).click();
    const text = screen.getByRole('group', { name: 'Terminal of this run' });
    expect(await text.innerText()).toMatch(/^LISTEN\s+0\s+2048\s+0\.0\.0\.0:8443\s+0\.0\.0\.0:\*/m);
    expect(await screen.innerText()).toMatch(/^backend \.20 · [\d.]+ m?s\n/);

    const printed = page.locator('[data-row="route-lookup"] v-terminal .twin').first();
    await printed.getByText('dev loopback0 table 127').waitFor({ state: 'attached' });
    await page.emulateMedia({ media: 'print' });
    expect(await printed.isVisible()).toBe(true);
    expect(await page.locator('[data-row="route-lookup"] .terminal-box').first().isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: /^Run/ }).count()).toBe(0);
    await shoot(page, 'print');
    await leave();
  });

  it('runs everything with one click: all agree, the limitation reproduces, what opened by itself folds again, and a row that the reader pressed stays open', async () => {
    const { page, leave } = await site.visit();
    const all = [...(site.server.writeups.find(({ id }) => id === writeup)?.checks.keys() ?? [])];
    expect(all.length).toBeGreaterThanOrEqual(13);
    const { title } = checkNamed(site.server, 'ss-listen');
    await runBy(page, runButton(evidenceRow(page, title), title), ['ss-listen']);
    const opens = page.locator('#self-loopback > .opened:not([hidden]) .xterm').waitFor({ timeout: 90_000 });
    // In sight while the button is pressed.
    await page.setViewportSize({ width: 1280, height: 1400 });
    // Some rows are on the page of causes only.
    const shown = await page
      .locator('v-last-run')
      .evaluateAll((found) => found.map((one) => one.dataset['check'] ?? ''));
    await Promise.all([opens, runBy(page, runAll(page), shown)]);
    await hero(page).getByText(`${all.length} agree`, { exact: true }).waitFor();
    await hero(page).getByText('Reproduces', { exact: true }).waitFor();
    await expect
      .poll(() => page.locator('.row > .opened:not([hidden])').count(), { timeout: 60_000 })
      .toBe(1);
    expect(await opened(page, 'ss-listen').isVisible()).toBe(true);
    // Many verdicts at once are announced as one sentence.
    await page
      .getByRole('log', { name: 'Verdicts' })
      .getByText(/^\d+ checks run: \d+ agree, 0 differ, 0 inconclusive$/)
      .first()
      .waitFor();
    await shoot(page, 'everything');
    await leave();
  });

  it('finds a row open when following its link, also an old one; a link to nothing says so', async () => {
    const { page, open, leave } = await site.reader();
    for (const link of ['#tcpdump-lo', '#matrix-tcpdump-lo']) {
      await open(`/${writeup}/${link}`);
      await opened(page, 'tcpdump-lo')
        .getByRole('link', { name: 'Commands, controls and outcomes' })
        .waitFor();
      const row = page.locator('#tcpdump-lo');
      await expect
        .poll(() => row.evaluate((element) => element.getBoundingClientRect().top < innerHeight))
        .toBe(true);
      expect(await page.locator('.row > .opened:not([hidden])').count()).toBe(1);
      await open('/');
    }
    await open(`/${writeup}/#no-such-check`);
    await page.getByText('Nothing on this page is named “no-such-check” any more.').waitFor();
    await leave();
  });

  it('reads all about one check at its own address', async () => {
    const check = checkNamed(site.server, 'tcpdump-lo');
    const { page, open, leave } = await site.reader();
    await open(`/${writeup}/tcpdump-lo/`);
    for (const name of [check.title, 'What runs', 'What has to hold', 'What each outcome means', 'Samples'])
      await page.getByRole('heading', { name, exact: true }).waitFor();
    await runBy(page, page.locator('v-run button'), ['tcpdump-lo']);
    await page.locator('v-verdict').getByText('agrees', { exact: true }).waitFor();
    await page.locator('v-record .xterm-rows').first().waitFor();
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
    await openRow(looks.page, id);
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

  it('sees the position of a run in the queue while a capture runs, beside which nothing sends', async () => {
    const { page, leave } = await site.visit();
    const ids = ['tcpdump-any', 'plain-curl', 'health-check'];
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
      await expect.poll(last, { timeout: 60_000 }).toMatch(/^agrees/);
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
