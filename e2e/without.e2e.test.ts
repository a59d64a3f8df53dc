/** What a reader sees without a script, without a server, and without machines. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContent, type LoadedWriteup } from '../server/content/load.ts';
import { evidenceRow, hero, shoot } from './fixtures/browser.ts';
import { checkNamed, content, serveIn, writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

const place = mkdtempSync('/tmp/ve-');
const host = useServer(startStaticHost);
const idle = useServer(() => serveIn(place));
let writeups: readonly LoadedWriteup[];
beforeAll(async () => {
  writeups = await loadContent(content);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const noSocket = /WebSocket connection/;

/** Nothing on the page wears the colours of a verdict that was earned here. */
async function neverGreen(page: Page): Promise<void> {
  expect(await page.locator('.badge[data-verdict="agrees"]').count()).toBe(0);
  const [recording, agrees] = await page.evaluate(() => {
    const badge = document.querySelector('.badge[data-verdict="recording"]');
    if (badge === null) throw new Error('expected a badge of a recording');
    const look = (element: Element) => {
      const { color, backgroundColor } = getComputedStyle(element);
      return [color, backgroundColor];
    };
    const earned = badge.cloneNode(true) as HTMLElement;
    earned.setAttribute('data-verdict', 'agrees');
    badge.after(earned);
    const both = [look(badge), look(earned)];
    earned.remove();
    return both;
  });
  expect(recording?.[0]).not.toBe(agrees?.[0]);
  expect(recording?.[1]).not.toBe(agrees?.[1]);
}

async function playsRecordings(page: Page): Promise<void> {
  const { title, documented } = checkNamed({ writeups }, 'ss-listen');
  const row = evidenceRow(page, title);
  await row.getByRole('button', { name: /^Play recording/ }).click();
  await row.getByText('recording: agrees').waitFor();
  expect(await row.locator('v-observed').innerText()).toBe(documented.value);
  const detail = page.locator('#ss-listen');
  await detail
    .locator('.xterm-rows')
    .getByText(/LISTEN\s+0\s+2048/)
    .first()
    .waitFor();
  await detail.getByText(/^recorded/).waitFor();
  await detail
    .getByText(/recording of the lab/)
    .first()
    .waitFor({ state: 'attached' });
  await hero(page)
    .getByRole('button', { name: /^Play all recordings/ })
    .click();
  await hero(page)
    .getByText(/^\d+ played from recordings$/)
    .waitFor();
  await hero(page).getByText('Reproduces, says a recording').waitFor();
  await neverGreen(page);
}

describe('without a server', () => {
  it('plays recordings, labelled as such, never in green', async () => {
    const { page, open, leave } = await host.reader();
    await open();
    await page
      .getByRole('status')
      .getByText(/No server\. Recordings of \d{4}-\d\d-\d\d can be played\.$/)
      .waitFor();
    await playsRecordings(page);
    await page.locator('#ss-listen').scrollIntoViewIfNeeded();
    await shoot(page, 'recordings');
    await leave(noSocket);
  });
});

describe('without machines', () => {
  it('says why, and plays recordings', async () => {
    const { page, open, leave } = await idle.reader();
    await open();
    await page.getByRole('status').getByText('This server was started without machines.').waitFor();
    await playsRecordings(page);
    await leave();
  });
});

describe('without a script', () => {
  it('shows the documented table, the commands and what each outcome means', async () => {
    const { page, open, leave } = await idle.reader({ javaScriptEnabled: false });
    await open();
    for (const id of ['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager']) {
      const check = checkNamed({ writeups }, id);
      const row = evidenceRow(page, check.title);
      const plain = check.documented.result.replace(/[`*]/g, '');
      expect(await row.innerText(), id).toContain(plain);
      await row.getByText('not run', { exact: true }).waitFor();
      await row.getByRole('link', { name: check.title }).click();
      const detail = page.getByRole('main');
      await detail
        .getByText(check.otherwise.inconclusive.means.replace(/`/g, '').slice(0, 60))
        .first()
        .waitFor();
      await detail
        .getByText(check.steps[0]?.command ?? '', { exact: true })
        .first()
        .waitFor();
      await page.goBack();
    }
    expect(await page.getByRole('button', { name: /Run|Play|Cancel/ }).count()).toBe(0);
    await page.locator('#ss-listen').scrollIntoViewIfNeeded();
    await shoot(page, 'no-script');
    await leave();
  });
  it.each(['/', `/${writeup}/`, `/${writeup}/ss-listen/`, '/what-ss-proves/'])(
    '%s has one h1, and all its links work',
    async (path) => {
      const { page, open, leave } = await idle.reader({ javaScriptEnabled: false });
      await open(path);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      const links = await page
        .locator('a[href^="#"], a[href^="/"]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
      for (const link of new Set(links)) {
        const [to = '', anchor] = link.split('#');
        if (to === '' && anchor !== undefined)
          expect(await page.locator(`[id="${anchor}"]`).count(), link).toBe(1);
        else {
          const answer = await fetch(`${idle.server.address}${to}`);
          expect(answer.status, link).toBe(200);
          if (anchor !== undefined) expect(await answer.text(), link).toContain(`id="${anchor}"`);
        }
      }
      await leave();
    },
  );
});
