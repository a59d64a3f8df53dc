/** What a page offers to its reader, by rights that come and go; and links, which start nothing whoever follows them. */
import type { Locator, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../server/auth/testing.ts';
import { checkNamed, writeup } from './fixtures/server.ts';
import { useLabServer } from './fixtures/setup.ts';
import { ada, rita, signedIn, startUserServer, vera } from './fixtures/users.ts';
import {
  connected,
  evidenceRow,
  hero,
  openRow,
  runAll,
  runButton,
  shoot,
  runBy,
  violations,
} from './fixtures/browser.ts';

const site = useLabServer('file', startUserServer);
beforeEach(() => site.server.give(vera, 'view'));

const slow = { timeout: 60_000 };
const visit = (who: Person, before?: (page: Page) => Promise<void>) =>
  signedIn(site.browser, site.server, who, before);
/** Why a button is shut, as it is read out; nothing when it is not. */
const whyShut = (button: Locator) =>
  button.evaluate((one) =>
    one.getAttribute('aria-disabled') === 'true'
      ? one.ownerDocument.getElementById(one.getAttribute('aria-describedby') ?? '')?.textContent
      : undefined,
  );
const needs = (right: string) =>
  `You need the permission ${right} to do this. Ask the operator of this server.`;
const titleOf = (id: string) => checkNamed(site.server, id).title;
const rowOf = (page: Page, id: string) => evidenceRow(page, titleOf(id));
const buttonOf = (page: Page, id: string) =>
  rowOf(page, id).getByRole('button', { name: new RegExp(`: ${titleOf(id)}$`) });
describe('[T4] a page of somebody who may only read', () => {
  const said: string[] = [];
  const listens = (page: Page) => {
    said.length = 0;
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => said.push(JSON.parse(String(payload)).type)),
    );
    return Promise.resolve();
  };
  /** What it asked of the server beyond reading. */
  const asked = () => said.filter((type) => !['watch', 'follow', 'unfollow'].includes(type));

  it('disables what the server would refuse, says why to keyboard users, follows the runs of others, and sends no request', async () => {
    const { page, leave } = await visit(vera, listens);
    const others = await visit(ada);
    const run = buttonOf(page, 'tcpdump-lo');
    expect(await whyShut(run)).toBe(needs('run:capture'));
    await run.focus();
    await page.keyboard.press('Enter');
    await rowOf(page, 'tcpdump-lo').getByRole('status').getByText(needs('run:capture')).waitFor();
    await shoot(page, 'viewer-refused');
    expect(await whyShut(runAll(page))).toMatch(/^You need the permission/);
    // Somebody else takes it: it is followed as ever, and cannot be ended.
    await buttonOf(others.page, 'tcpdump-lo').click();
    await run.getByText('Cancel').waitFor();
    expect(await whyShut(run)).toBe(needs('run:capture'));
    await rowOf(page, 'tcpdump-lo').locator('v-verdict').getByText('agrees', { exact: true }).waitFor(slow);
    await openRow(page, 'tcpdump-lo');
    await page.locator('#tcpdump-lo .xterm-rows').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${site.server.address}/${writeup}/causes/`);
    const lab = page.getByRole('region', { name: 'Conditions of the lab' }).getByRole('button').first();
    await lab.waitFor();
    expect(await whyShut(lab)).toBe(needs('condition'));
    expect(asked()).toEqual([]);
    await others.leave();
    await leave();
  }, 120_000);

  it('presents on its own screen only, stays readable there, and sends no request', async () => {
    const { page, leave } = await visit(vera, listens);
    await page.locator('v-more summary').click();
    await page.getByRole('button', { name: /^Present/ }).click();
    const shown = page.getByRole('dialog', { name: /^Presentation/ });
    await shown.getByText(/^On this screen only\. You need the permission/).waitFor();
    await page.keyboard.press('r');
    await shown.getByRole('status').getByText(needs('run:send')).first().waitFor();
    await page.keyboard.press('s');
    await shown
      .getByText(needs('run:read, run:send, run:capture or admin'), { exact: true })
      .first()
      .waitFor();
    await shoot(page, 'viewer-presents');
    expect(asked()).toEqual([]);
    await leave();
  });

  it('says on every page who is signed in and what they may do, without moving the layout, and signs out', async () => {
    const { page, leave } = await visit(vera);
    const chip = page.locator('summary').filter({ hasText: 'Signed in as vera' });
    const record = (await site.server.textAt('/runs/')).match(/\/runs\/[0-9A-Z]{26}/)?.[0] ?? '';
    expect(record).not.toBe('');
    for (const path of ['/', `/${writeup}/`, '/operate/', '/runs/', record]) {
      await page.goto(`${site.server.address}${path}`);
      await chip.waitFor();
    }
    expect(await page.getByRole('button', { name: /^Pin/ }).count()).toBe(0);
    const nav = page.getByRole('navigation', { name: 'Site' });
    const top = () => nav.locator('v-menu').evaluate((one) => one.getBoundingClientRect().top);
    const before = await top();
    await chip.evaluate((one) => one.closest('v-signed-in')?.setAttribute('hidden', ''));
    expect(await top()).toBe(before);
    await chip.evaluate((one) => one.closest('v-signed-in')?.removeAttribute('hidden'));
    await chip.click();
    await nav.getByText('read everything, follow runs and replay records').waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'signed-in-panel');
    await nav.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to read' }).waitFor();
    await leave();
  });
});

describe('[T4] a page of somebody who may run some checks', () => {
  it('runs those of many that it may run, and names the others', async () => {
    const { page, leave } = await visit(rita);
    const all = hero(page).getByRole('button', { name: /^Run 3 of 17/ });
    await runBy(page, all, ['ss-listen', 'route-lookup']);
    await hero(page)
      .getByRole('status')
      .getByText(
        /^Not included: “.*” and 1\d others\. You need the permissions run:send and run:capture for that\./,
      )
      .waitFor();
    expect(await whyShut(buttonOf(page, 'route-lookup'))).toBeUndefined();
    expect(await whyShut(buttonOf(page, 'curl-from-manager'))).toBe(needs('run:send'));
    await shoot(page, 'some-rights');
    await leave();
  });
});

describe('[T6] a right that comes or goes while the page is open', () => {
  it('enables and disables controls without a reload, and updates the list of rights', async () => {
    const { page, leave } = await visit(vera);
    const row = rowOf(page, 'route-lookup');
    await row.locator('v-run button[aria-disabled="true"]').press('Enter');
    await row.getByRole('status').getByText(needs('run:read')).waitFor();
    site.server.give(vera, 'run:read');
    await row.locator('v-run button:not([aria-disabled])').waitFor();
    // What was said of the right that was missing is gone with it.
    expect(await row.getByRole('status').allTextContents()).not.toContain(needs('run:read'));
    await runBy(page, row.locator('v-run button'), ['route-lookup']);
    await page.locator('summary').filter({ hasText: 'Signed in as vera' }).click();
    const able = page.getByRole('navigation', { name: 'Site' }).getByText('run checks that only read');
    await able.waitFor();
    site.server.give(vera, 'view');
    await row.locator('v-run button[aria-disabled="true"]').waitFor();
    await able.waitFor({ state: 'detached' });
    await leave();
  });

  it('is refused at the pressed button when the page does not know yet: a run, a cancel, many at once', async () => {
    // Between file and page, somebody always comes a moment too late: this page believes that it may do everything.
    const believes = (page: Page) =>
      page.routeWebSocket(/\/ws$/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) =>
          socket.send(
            typeof message === 'string'
              ? message.replace(/"rights":\[[^\]]*\]/, `"rights":${JSON.stringify(ada.rights)}`)
              : message,
          ),
        );
      });
    const { page, leave } = await visit(vera, believes);
    const others = await visit(ada);
    const row = rowOf(page, 'tcpdump-any');
    const run = buttonOf(page, 'tcpdump-any');
    const refused = row.locator('v-run').getByRole('status').getByText(needs('run:capture'));
    await run.click();
    await refused.waitFor();
    // The second of two captures waits for the first: there is time.
    for (const id of ['tcpdump-lo', 'tcpdump-any']) await buttonOf(others.page, id).click();
    await run.getByText('Cancel').waitFor();
    await run.click();
    await refused.waitFor();
    // It goes on, and ends as if nobody had said anything.
    await row.locator('v-verdict').getByText('agrees', { exact: true }).waitFor(slow);
    await runAll(page).click();
    await hero(page)
      .locator('v-run-all')
      .getByRole('status')
      .getByText(/^You need the permission/)
      .waitFor();
    await others.leave();
    await leave();
  });
});

describe('[T8] a link', () => {
  it('selects a row, and never starts a run, whatever it contains', async () => {
    const { page, leave } = await visit(ada);
    const title = checkNamed(site.server, 'ss-listen').title;
    await runBy(page, runButton(evidenceRow(page, title), title), ['ss-listen']);
    const records = async () =>
      new Set(await site.server.textAt('/runs/').then((text) => text.match(/\/runs\/[0-9A-Z]{26}/g)));
    const before = await records();
    expect(before.size).toBeGreaterThan(0);
    const [record = ''] = before;
    const anchors = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => `#${id}`));
    expect(anchors).toContain('#ss-listen');
    // Each as if it were followed: a way within the page, which the page hears of before the next frame.
    await page.evaluate(async (all) => {
      for (const anchor of all) {
        location.hash = anchor;
        await new Promise(requestAnimationFrame);
      }
    }, anchors);
    const forms = [
      ...[
        '?follow',
        '?run=ss-listen',
        '?check=ss-listen&run',
        '?checks=ss-listen,tcpdump-lo&run=all',
        '?autorun=1#ss-listen',
      ],
      ...['#run', '#run=ss-listen', '#ss-listen&run', '#/run/ss-listen', '#ss-listen:~:text=Run'],
    ];
    for (const form of forms) {
      await page.goto(`${site.server.address}/${writeup}/${form}`);
      await connected(page);
    }
    for (const path of ['/runs/', record, `${record}#s`, `${record}?run`, `${record}/compare`]) {
      await page.goto(`${site.server.address}${path}`);
      await page.locator('h1').first().waitFor();
    }
    expect(await records()).toEqual(before);
    await leave();
  }, 120_000);
});
