/** Signing in and out in a real browser. What a page offers by its reader's rights is left to `permitted.e2e.test.ts`, what each right opens to `server/access/`. */
import { AxeBuilder } from '@axe-core/playwright';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTokenEntry, tokenEntry } from '../server/identity/addEntry.ts';
import { newToken } from '../server/identity/token.ts';
import { defaultRetention } from '../server/config/config.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { copyOfSite, writeup } from './house.ts';
import { openBrowser, openReader, shoot } from './reader.ts';

const place = mkdtempSync('/tmp/ve-');
const content = fileURLToPath(new URL('../content', import.meta.url));
const file = `${place}/auth.yaml`;
const token = newToken();
let browser: Browser;
let server: RunningServer;
/** A page of another site: `localhost` is one to a browser that reads at 127.0.0.1. */
let elsewhere: Server;
let link: string;
beforeAll(async () => {
  addTokenEntry(file, tokenEntry('ada', ['run:read'], token));
  browser = await openBrowser();
  server = await startServer(
    {
      ...{ host: '127.0.0.1', port: 0, data: `${place}/data`, site: copyOfSite(place), origins: [] },
      ...{ keep: defaultRetention, auth: { mode: 'token', file } },
      fleet: { kind: 'none', message: 'This server was started without machines.' },
    },
    content,
    () => {},
  );
  elsewhere = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end(
        `<!doctype html><title>Issue</title><a href="${server.address}/${writeup}/#ss-listen">the row</a>`,
      ),
  ).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  link = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  elsewhere?.close();
  elsewhere?.closeAllConnections();
  rmSync(place, { recursive: true, force: true });
});

/** The browser itself remarks on the status of a page that asks to sign in. */
const askedToSignIn = /401 \(Unauthorized\)/;

describe('somebody who is not signed in', () => {
  it.each(['light', 'dark'] as const)(
    'reads how to, in %s, without a script, on a phone as on a desk',
    async (colorScheme) => {
      const viewport = { width: 375, height: 640 };
      const { page, open, leave } = await openReader(browser, server.address, { colorScheme, viewport });
      await open();
      await page.getByRole('heading', { name: 'Sign in to read' }).waitFor();
      expect(await page.getByLabel('Your token').evaluate((field) => field === document.activeElement)).toBe(
        true,
      );
      const found = await new AxeBuilder({ page }).analyze();
      expect([found.violations.map(({ id }) => id), found.passes.length > 10]).toEqual([[], true]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      await shoot(page, `sign-in-${colorScheme}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await shoot(page, `sign-in-${colorScheme}-desk`);
      await leave(askedToSignIn);
    },
  );

  it('signs in with a token, reads, comes by a link on another site, and signs out in another window', async () => {
    const { page, open, leave } = await openReader(browser, server.address);
    await open();
    await page.getByLabel('Your token').fill(newToken());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('That is no token of this server').waitFor();
    await shoot(page, 'sign-in-wrong');
    await page.getByLabel('Your token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${server.address}/${writeup}/`);
    await page.getByRole('status').getByText('This server was started without machines.').waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');

    const issue = await page.context().newPage();
    await issue.goto(link);
    await issue.getByRole('link', { name: 'the row' }).click();
    await issue.getByRole('status').getByText('This server was started without machines.').waitFor();
    expect(issue.url()).toBe(`${server.address}/${writeup}/#ss-listen`);

    await issue.goto(`${server.address}/login`);
    await issue.getByRole('heading', { name: 'You are ada' }).waitFor();
    await shoot(issue, 'signed-in');
    await issue.getByRole('button', { name: 'Sign out' }).click();
    await issue.getByRole('heading', { name: 'Sign in to read' }).waitFor();
    await page.getByRole('status').getByText('sign in again').waitFor();
    await shoot(page, 'signed-out');
    await issue.close();
    await leave(askedToSignIn);
  });

  it('is not signed out by a form on another site', async () => {
    const { page, open, leave } = await openReader(browser, server.address);
    await open('/login');
    await page.getByLabel('Your token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${server.address}/`);
    const evil = await page.context().newPage();
    await evil.goto(link);
    await evil.setContent(
      `<form method="post" action="${server.address}/logout"><button>Win</button></form>`,
    );
    await evil.getByRole('button').click();
    await evil.getByText('This was not sent from a page of this server.').waitFor();
    await evil.close();
    await page.goto(`${server.address}/login`);
    await page.getByRole('heading', { name: 'You are ada' }).waitFor();
    await leave(/403 \(Forbidden\)/);
  });
});
