/** A reader in a real Chromium, who notices everything that a reader must never meet. What is read is left to the tests. */
import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { writeup } from './house.ts';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the terminal remarks when the machine had no time for it: true of a machine under load, and nothing that a reader meets. */
const slowMachine = /^task queue exceeded allotted deadline by \d+ms$/;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: switches });

export type Reader = {
  readonly page: Page;
  /** Goes to a path of the site. */
  open(path?: string): Promise<void>;
  /** Ends the visit, and fails if something went wrong in it that `allowed` does not cover. */
  leave(allowed?: RegExp): Promise<void>;
};

/** A page with a profile of its own at `address`. Requests to elsewhere, errors and refusals of the policy are kept for `leave`. */
export async function openReader(
  browser: Browser,
  address: string,
  how: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...how });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const wrong: string[] = [];
  const origin = new URL(address).origin;
  const seen = (url: string) => {
    if (!url.startsWith('data:') && new URL(url.replace(/^ws/, 'http')).origin !== origin)
      wrong.push(`request to ${url}`);
  };
  page.on('request', (request) => seen(request.url()));
  page.on('websocket', (socket) => seen(socket.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !slowMachine.test(message.text()))
      wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that is left gives up what it was loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') wrong.push(`failed: ${request.url()}`);
  });
  if (how.javaScriptEnabled !== false)
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`policy: ${violatedDirective} refused ${blockedURI}`),
      );
    });
  return {
    page,
    async open(path = `/${writeup}/`) {
      await page.goto(`${address}${path}`, { waitUntil: 'load' });
    },
    async leave(allowed = /^\b$/) {
      await context.close();
      const found = wrong.filter((line) => !allowed.test(line));
      if (found.length > 0) throw new Error(`expected an undisturbed visit, found:\n${found.join('\n')}`);
    },
  };
}

/** The page is connected and its fleet is ready. */
export async function connected(page: Page): Promise<void> {
  await page.getByRole('status').getByText('Connected').waitFor();
}

/** The row of a check in the evidence table. */
export const evidenceRow = (page: Page, title: string): Locator =>
  page
    .getByRole('region', { name: 'Evidence' })
    .getByRole('row')
    .filter({ has: page.getByText(title, { exact: true }) });

export const runButton = (within: Page | Locator, title: string): Locator =>
  within.getByRole('button', {
    name: new RegExp(`^(Run|Run again|Play recording) ?: ?${escaped(title)}$`),
  });

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Presses a button, and resolves when each of these checks was taken after that, as the page shows it. */
export async function takeBy(page: Page, button: Locator, checks: readonly string[]): Promise<void> {
  const pressed = Date.now();
  await button.click();
  await page.waitForFunction(
    ([ids, since]) =>
      ids.every((id) => {
        const taken = document.querySelector(`v-last-run[data-check="${id}"] time`)?.getAttribute('datetime');
        return Date.parse(taken ?? '') >= since;
      }),
    [checks, pressed] as const,
    { timeout: 15_000 },
  );
}

/** What axe finds wrong with the page, each with where. */
export async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  // Whoever finds nothing has to have looked.
  if (found.passes.length <= 15)
    throw new Error(`axe: expected rules that pass, found ${found.passes.length}`);
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(' ')}: ${any[0]?.message ?? ''}`),
  );
}

/** Keeps a picture of the page where VANTAGE_SHOTS says, for people who want to look at it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const { VANTAGE_SHOTS: directory } = process.env;
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: `${directory}/${name}.png` });
}
