/** Signing in and out in a real browser. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTokenEntry, tokenEntry } from '../server/identity/addEntry.ts';
import { newToken } from '../server/identity/token.ts';
import { shoot, tooWide, darkViolations, violations } from './fixtures/browser.ts';
import { serveIn, writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';

const place = mkdtempSync('/tmp/ve-');
const file = `${place}/auth.yaml`;
const token = newToken();
const site = useServer(() => {
  addTokenEntry(file, tokenEntry('ada', ['run:read'], token));
  return serveIn(place, { auth: { mode: 'token', file } });
});
/** A page of another site: `localhost` is one to a browser that reads at 127.0.0.1. */
let elsewhere: Server;
let link: string;
beforeAll(async () => {
  elsewhere = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end(
        `<!doctype html><title>Issue</title><a href="${site.server.address}/${writeup}/#ss-listen">the row</a>`,
      ),
  ).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  link = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  elsewhere?.close();
  elsewhere?.closeAllConnections();
  rmSync(place, { recursive: true, force: true });
});

/** The browser itself remarks on the status of a page that asks to sign in. */
const askedToSignIn = /401 \(Unauthorized\)/;

describe('somebody who is not signed in', () => {
  it('reads how to sign in, in light and dark, without a script, on a phone', async () => {
    const viewport = { width: 375, height: 640 };
    const { page, open, leave } = await site.reader({ viewport });
    await open();
    await page.getByRole('heading', { name: 'Sign in to read' }).waitFor();
    expect(await page.getByLabel('Your token').evaluate((field) => field === document.activeElement)).toBe(
      true,
    );
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    await shoot(page, 'sign-in-light');
    expect(await darkViolations(page)).toEqual([]);
    await shoot(page, 'sign-in-dark');
    await page.setViewportSize({ width: 1280, height: 800 });
    await shoot(page, 'sign-in-dark-desk');
    await leave(askedToSignIn);
  });

  it('signs in with a token, reads, follows a link from another site, and signs out in another window', async () => {
    const { page, open, leave } = await site.reader();
    await open();
    await page.getByLabel('Your token').fill(newToken());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This server does not know that token').waitFor();
    await shoot(page, 'sign-in-wrong');
    await page.getByLabel('Your token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${site.server.address}/${writeup}/`);
    await page.getByRole('status').getByText('This server was started without machines.').waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');

    const issue = await page.context().newPage();
    await issue.goto(link);
    await issue.getByRole('link', { name: 'the row' }).click();
    await issue.getByRole('status').getByText('This server was started without machines.').waitFor();
    expect(issue.url()).toBe(`${site.server.address}/${writeup}/#ss-listen`);

    await issue.goto(`${site.server.address}/login`);
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
    const { page, open, leave } = await site.reader();
    await open('/login');
    await page.getByLabel('Your token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${site.server.address}/`);
    const evil = await page.context().newPage();
    await evil.goto(link);
    await evil.setContent(
      `<form method="post" action="${site.server.address}/logout"><button>Win</button></form>`,
    );
    await evil.getByRole('button').click();
    await evil.getByText('This was not sent from a page of this server.').waitFor();
    await evil.close();
    await page.goto(`${site.server.address}/login`);
    await page.getByRole('heading', { name: 'You are ada' }).waitFor();
    await leave(/403 \(Forbidden\)/);
  });
});
