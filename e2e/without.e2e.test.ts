/** What is there for a reader without a script, without a server, and without machines. */
import { authByDefault } from '../server/identity/authMode.ts';
import { defaultRetention } from '../server/config/config.ts';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContent, type LoadedWriteup } from '../server/content/load.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { contentSecurityPolicy } from '../server/app.ts';
import { checkNamed, copyOfSite, writeup } from './house.ts';
import { evidenceRow, openBrowser, openReader, shoot } from './reader.ts';

const place = mkdtempSync('/tmp/ve-');
const content = fileURLToPath(new URL('../content', import.meta.url));
let host: Server;
let address: string;
let idle: RunningServer;
let browser: Browser;
let writeups: readonly LoadedWriteup[];
beforeAll(async () => {
  const site = copyOfSite(place);
  const files = sirv(site);
  // A static host that knows the site's policy and nothing else of ours.
  host = createServer((request, response) => {
    response.setHeader('content-security-policy', contentSecurityPolicy);
    files(request, response, () => void response.writeHead(404).end());
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  address = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const message = 'This server was started without machines.';
  idle = await startServer(
    {
      ...{
        host: '127.0.0.1',
        port: 0,
        data: `${place}/data`,
        site,
        origins: [],
        auth: authByDefault,
        keep: defaultRetention,
      },
      fleet: { kind: 'none', message },
    },
    content,
    () => {},
  );
  writeups = await loadContent(content);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await idle?.close();
  host?.close();
  host?.closeAllConnections();
  rmSync(place, { recursive: true, force: true });
});

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
    .waitFor();
  const table = page.getByRole('region', { name: 'Evidence' });
  await table.getByRole('button', { name: /^Play all recordings/ }).click();
  await table.getByText('5 played from recordings').waitFor();
  await page
    .getByRole('region', { name: 'Limitation status' })
    .getByText('The limitation reproduces, says a recording')
    .waitFor();
  await neverGreen(page);
}

describe('without a server', () => {
  it('recordings are played, labelled as such, and never in green', async () => {
    const { page, open, leave } = await openReader(browser, address);
    await open();
    await page
      .getByRole('status')
      .getByText(/^No server\. Recordings of \d{4}-\d\d-\d\d can be played\.$/)
      .waitFor();
    await playsRecordings(page);
    await page.locator('#ss-listen').scrollIntoViewIfNeeded();
    await shoot(page, 'recordings');
    await leave(noSocket);
  });
});

describe('without machines', () => {
  it('the page says why, and plays recordings', async () => {
    const { page, open, leave } = await openReader(browser, idle.address);
    await open();
    await page.getByRole('status').getByText('This server was started without machines.').waitFor();
    await playsRecordings(page);
    await leave();
  });
});

describe('without a script', () => {
  it('the documented table, the commands and what each outcome means can be read', async () => {
    const { page, open, leave } = await openReader(browser, idle.address, { javaScriptEnabled: false });
    await open();
    for (const id of ['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager']) {
      const check = checkNamed({ writeups }, id);
      const row = evidenceRow(page, check.title);
      const plain = check.documented.result.replace(/[`*]/g, '');
      expect(await row.innerText(), id).toContain(plain);
      await row.getByText('Not taken yet').waitFor();
      const detail = page.locator(`#${id} details.detail`);
      await detail.locator('summary').first().click();
      await detail
        .getByText(check.otherwise.inconclusive.means.replace(/`/g, '').slice(0, 60))
        .first()
        .waitFor();
      await detail
        .getByText(check.steps[0]?.command ?? '', { exact: true })
        .first()
        .waitFor();
    }
    expect(await page.getByRole('button', { name: /Run|Play|Cancel/ }).count()).toBe(0);
    await page.locator('#ss-listen').scrollIntoViewIfNeeded();
    await shoot(page, 'no-script');
    await leave();
  });
  it.each(['/', `/${writeup}/`, '/what-ss-proves/'])(
    '%s has one heading of the first level, and its links lead somewhere',
    async (path) => {
      const { page, open, leave } = await openReader(browser, idle.address, { javaScriptEnabled: false });
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
          const answer = await fetch(`${idle.address}${to}`);
          expect(answer.status, link).toBe(200);
          if (anchor !== undefined) expect(await answer.text(), link).toContain(`id="${anchor}"`);
        }
      }
      await leave();
    },
  );
});
