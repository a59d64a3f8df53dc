/** What the pages of causes and fixes say of the last runs: which cause fits, which way the packet took. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { darkViolations, shoot, tooWide, violations, strokes } from './fixtures/browser.ts';
import { writeup } from './fixtures/server.ts';
import { useLabServer, useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

const slow = { timeout: 60_000 };
const path = (page: 'causes' | 'fixes') => `/${writeup}/${page}/`;
const way = (page: Page) => page.getByRole('group', { name: 'The way of the packet' });
const diagnosis = (page: Page) => page.getByRole('region', { name: 'Diagnosis' });
const causes = (page: Page) => diagnosis(page).locator('.causes > li');
const segment = (page: Page, name: string): Promise<string | null> =>
  way(page)
    .locator('.path-told li')
    .filter({ has: page.getByText(name, { exact: true }) })
    .getAttribute('data-state');
const segments = async (page: Page, states: readonly (readonly [name: string, state: string])[]) => {
  for (const [name, state] of states) expect(await segment(page, name), name).toBe(state);
};
const runCause = async (page: Page, cause: string): Promise<void> => {
  const panel = page.getByRole('region', { name: 'Conditions of the lab' });
  await panel.getByLabel('The lab behaves as if').selectOption(cause);
  await panel.getByRole('button', { name: /^(Apply|Run all)/ }).click();
};

describe('with the lab', () => {
  const site = useLabServer('test');

  // One page for all three: what has run in the documented condition is not run again to compare with it.
  it('names the check to run first, what one result leaves, then what fits all rows and where the path ends: as documented, and under a cause', async () => {
    const { page, leave } = await site.visit({}, path('causes'));
    await diagnosis(page).getByText('No check has run yet.', { exact: true }).waitFor();
    await diagnosis(page).getByText('2 of 7 documented rows contradict').waitFor();
    await diagnosis(page).getByRole('button', { name: 'Run: Packets on any interface' }).click();
    const first = causes(page).first();
    await expect
      .poll(() => first.innerText(), slow)
      .toContain('“As documented” fits: explains 1 of 1 results');
    // The result comes first now.
    expect(await diagnosis(page).getByText('2 of 7 documented rows contradict').isVisible()).toBe(false);
    await shoot(page, 'diagnosis-first');

    const all = site.server.writeups.find(({ id }) => id === writeup)?.checks.size ?? 0;
    await runCause(page, 'as-documented');
    await expect
      .poll(() => first.innerText(), slow)
      .toContain(`“As documented” fits: explains ${all} of ${all} results`);
    const fits = await causes(page).evaluateAll((items) =>
      items.map((item) => item.getAttribute('data-fits')),
    );
    expect(fits.length).toBeGreaterThanOrEqual(6);
    // The others are struck out with reasons, and no interface is lit.
    expect(fits.slice(1).every((one) => one === 'no')).toBe(true);
    const struck = causes(page).filter({
      has: page.getByText('“Windows does not hold the port”', { exact: true }),
    });
    expect(await struck.locator('s').count()).toBe(1);
    await diagnosis(page)
      .getByText(/^\d+ causes are ruled out$/)
      .click();
    await struck.locator('summary').click();
    expect(await struck.innerText()).toMatch(
      /“Packets on any interface”: predicted .*loopback0.*, observed .*0 packets/,
    );
    await segments(page, [
      ['Routing table 127', 'seen'],
      ['Output filter of the guest', 'ended'],
      ['lo', 'not-passed'],
      ['loopback0', 'not-passed'],
      ['Windows host, its loopback', 'not-passed'],
      ['eth2', 'unknown'],
    ]);
    await shoot(page, 'diagnosis-as-documented');

    await runCause(page, 'port-not-reserved');
    await expect
      .poll(() => causes(page).nth(1).innerText(), slow)
      .toMatch(/“Windows does not hold the port” fits: explains 17 of 17 results/);
    // What a person looks at to tell it from its like.
    await diagnosis(page)
      .getByText(/It is “Windows never sends this port back” if the port is on the list/)
      .waitFor();
    await segments(page, [
      ['Output filter of the guest', 'seen'],
      ['loopback0', 'seen'],
      ['Windows host, its loopback', 'ended'],
      ['Sent back by Windows, as it does while it holds 8443 for the guest', 'not-passed'],
      ['lo', 'not-passed'],
      ['The whole way, whichever it is', 'seen'],
    ]);
    await shoot(page, 'diagnosis-port-not-reserved');
    await leave();
  }, 240_000);
});

describe('without the lab', () => {
  const site = useServer(startStaticHost);

  it('both pages are complete without a script, and say that nothing has run', async () => {
    const { page, open, leave } = await site.reader({ javaScriptEnabled: false });
    await open(path('causes'));
    expect(await way(page).innerText()).toContain('Drawn from the documented rows. No check has run yet.');
    expect(await segment(page, 'Output filter of the guest')).toBe('ended');
    expect(await diagnosis(page).innerText()).toContain('2 of 7 documented rows contradict the stated cause');
    const check = page.getByRole('rowgroup').filter({ hasText: 'Packets on any interface' });
    const agrees = check.getByRole('row', { name: /^agrees/ });
    expect(await agrees.getByRole('cell').allInnerTexts()).toEqual([
      expect.stringMatching(/^agrees/),
      expect.stringMatching(/^A\b/),
    ]);
    await page.getByText('This needs the lab. Real machines are never changed.').waitFor();
    await open(path('fixes'));
    const tried = page.locator('v-try[data-remedy="fix-nat"]');
    await tried.getByText('7 rows get worse, 1 row gets better').click();
    expect(await tried.getByRole('row', { name: /Health check from \.19/ }).innerText()).toMatch(
      /200 OK[\s\S]*worse/,
    );
    await leave();
  });

  it('draws recordings as recordings, never in the colour of a live verdict', async () => {
    const { page, open, leave } = await site.reader();
    await open(path('causes'));
    await way(page).getByText('recording of the lab').waitFor(slow);
    const colours = await strokes(page, '.path-picture .segment');
    expect(colours.used.length).toBeGreaterThan(10);
    for (const earned of colours.earned) expect(colours.used).not.toContain(earned);
    await leave(/WebSocket connection/);
  });

  it.each(['causes', 'fixes'] as const)(
    'the page of %s is accessible, in light and dark, and fits on a phone',
    async (one) => {
      const { page, open, leave } = await site.reader({ viewport: { width: 390, height: 844 } });
      await open(path(one));
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      expect(await darkViolations(page)).toEqual([]);
      await leave(/WebSocket connection/);
    },
    120_000,
  );
});
