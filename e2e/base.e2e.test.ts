/** A site below a path of a host that it shares, behind a real nginx with TLS: one address passes the path on, the other takes it away. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, tokenFile } from '../server/auth/testing.ts';
import { until } from '../server/lab/testing.ts';
import type { RunningServer } from '../server/server.ts';
import { nginx, nginxIn, tlsSite } from '../server/telemetry/testing.ts';
import { connected, evidenceRow, openBrowser, runBy, runButton, shoot } from './fixtures/browser.ts';
import { freePort } from '../server/files/testing-port.ts';
import { checkNamed, type LabServer, serveIn, startLabServer, writeup } from './fixtures/server.ts';
import { ada } from './fixtures/users.ts';

const place = mkdtempSync('/tmp/vb-');
const at = (name: string) => join(place, name);
const base = '/docs/';
const theme = "name: Harbour docs\ncolours:\n  accent: { light: '#7a1f5c', dark: '#f0a8d8' }\n";
let browser: Browser;
let below: LabServer;
let beside: RunningServer;
let proxy: ReturnType<typeof spawn>;
/** Both have the site below `/docs/`. The first has another instance below `/notes/`. */
let origins: { readonly passesOn: string; readonly takesAway: string };

beforeAll(async () => {
  const [passesOn, takesAway] = [await freePort(), await freePort()];
  const originOf = (port: number) => `https://127.0.0.1:${port}`;
  origins = { passesOn: originOf(passesOn), takesAway: originOf(takesAway) };
  const file = at('auth.yaml');
  writeFileSync(file, tokenFile([ada]), { mode: 0o600 });
  const auth = { mode: 'token', file } as const;
  const allowed = { auth, origins: Object.values(origins) };
  copyTree();
  below = await startLabServer({ ...allowed, base, site: siteBelow(base) });
  // Another instance needs a path and a page.
  const notes = at('notes');
  mkdirSync(notes);
  writeFileSync(join(notes, 'index.html'), '<!doctype html><title>Notes</title><h1>Notes</h1>');
  beside = await serveIn(at('beside'), { ...allowed, base: '/notes/', site: notes });
  const host = below.address.replace(/\/docs$/, '');
  const otherHost = beside.address.replace(/\/notes$/, '');
  const sites = [
    tlsSite(place, passesOn, { [base]: host, '/notes/': otherHost }),
    tlsSite(place, takesAway, { [base]: `${host}/` }),
  ];
  proxy = spawn(nginx, [...nginxIn(place, () => sites.join('\n')), '-g', 'daemon off;'], {
    stdio: 'inherit',
  });
  browser = await openBrowser();
  // nginx writes it when it listens.
  await until('nginx listens', () => existsSync(at('pid')));
});
afterAll(async () => {
  await browser?.close();
  if (proxy?.exitCode === null && proxy.kill('SIGQUIT')) await once(proxy, 'close');
  await beside?.close();
  await below?.close();
  rmSync(place, { recursive: true, force: true });
});

/** A build in the tree itself would pull the site of the other tests away. */
function copyTree(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const own = ['node_modules', 'dist', '.git', '.vantage', '.astro'];
  for (const part of readdirSync(root).filter((name) => !own.includes(name)))
    cpSync(join(root, part), at(`tree/${part}`), { recursive: true });
  symlinkSync(join(root, 'node_modules'), at('tree/node_modules'));
  writeFileSync(at('tree/content/site.yaml'), theme);
}

function siteBelow(path: string): string {
  // Vitest's own environment has a BASE_URL.
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, VANTAGE_BASE: path, ASTRO_TELEMETRY_DISABLED: '1' };
  const folder = at(`site${path}`);
  const astro = ['node_modules/astro/bin/astro.mjs', 'build', '--silent', '--outDir', folder];
  execFileSync(process.execPath, astro, { cwd: at('tree'), env, stdio: 'inherit' });
  return folder;
}

const pasted = 'user@wsl:~$ ss -tln\nLISTEN 0 2048 0.0.0.0:8443 0.0.0.0:*\nuser@wsl:~$ echo $?\n0\n';
const signIn = async (page: Page) => {
  await page.getByLabel('Your token').fill(ada.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
/** Every request of the page that was not answered well. */
const faultsOf = (context: BrowserContext): readonly string[] => {
  const faults: string[] = [];
  context.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401)
      faults.push(`${response.status()} ${response.url()}`);
  });
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith(base)) faults.push(`outside of ${base}: ${pathname}`);
  });
  return faults;
};

it.each(['passesOn', 'takesAway'] as const)(
  'a reader signs in, runs a row, reads its record, pastes and signs out, where nginx %s the path',
  async (how) => {
    const site = `${origins[how]}${base}`;
    const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: 'reduce' });
    const faults = faultsOf(context);
    const page = await context.newPage();
    await page.goto(`${site}${writeup}/`);
    expect(await page.title()).toBe('Sign in · Harbour docs');
    const button = page.getByRole('button', { name: 'Sign in' });
    expect(await button.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(122, 31, 92)');
    await signIn(page);
    await page.waitForURL(`${site}${writeup}/`);
    await connected(page);
    const { title } = checkNamed(below, 'self-loopback');
    const row = evidenceRow(page, title);
    await runBy(page, runButton(row, title), ['self-loopback']);
    await row.locator('v-verdict').getByText('agrees', { exact: true }).waitFor();
    await shoot(page, `below-${how}`);
    await page.getByRole('link', { name: `Record: ${title}` }).click();
    await page.waitForURL(`${site}runs/*`);
    await page.getByText('agrees').first().waitFor();
    const record = page.url();
    const report = await fetch(`${record.replace(origins[how], below.address.replace(/\/docs$/, ''))}.md`, {
      headers: bearer(ada),
    });
    expect(await report.text()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/docs\/runs\//);
    const file = await (await page.request.get(`${record}.html`)).text();
    expect(file).toContain('A record of Harbour docs');
    expect(file).toContain('--accent: light-dark(#7a1f5c, #f0a8d8)');
    await page.getByRole('link', { name: 'Records', exact: true }).first().click();
    await page.waitForURL(`${site}runs/`);
    const links = await page
      .locator('a[href^="/"]')
      .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(5);
    for (const link of new Set(links)) expect((await page.request.get(link)).status(), link).toBe(200);
    await page.goto(`${site}${writeup}/ss-listen/`);
    await page.getByRole('textbox', { name: /^What came back/ }).fill(pasted);
    await page.getByRole('button', { name: 'Judge it' }).click();
    await page.getByText(/^Judged, not verified/).waitFor();
    await page.locator('v-signed-in summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: /Sign in/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/docs/login');
    expect(faults).toEqual([]);
    await context.close();
  },
);

it('two instances of one host keep their sign-ins apart, and the path without its last slash leads to the site', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const open = async (path: string) => {
    await page.goto(`${origins.passesOn}${path}`);
    return page.getByRole('heading', { name: 'Sign in to read' });
  };
  await (await open(base)).waitFor();
  await signIn(page);
  await page.waitForURL(`${origins.passesOn}${base}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // The other one knows nothing of it.
  await (await open('/notes/')).waitFor();
  await signIn(page);
  await page.waitForURL(`${origins.passesOn}/notes/`);
  expect(await (await open(base)).count()).toBe(0);
  expect(await (await open('/notes/')).count()).toBe(0);
  const names = (await context.cookies()).map(({ name, path }) => `${name} ${path}`).sort();
  expect(names).toEqual([
    '__Secure-vantage-docs /docs/',
    '__Secure-vantage-notes /notes/',
    '__Secure-vantage-reading-docs /docs/',
    '__Secure-vantage-reading-notes /notes/',
  ]);
  const moved = await context.request.get(`${origins.passesOn}/docs`, { maxRedirects: 0 });
  expect([301, 303]).toContain(moved.status());
  expect(new URL(moved.headers()['location'] ?? '', origins.passesOn).pathname).toBe(base);
  await context.close();
});
