/** What a reader does with the lab's conditions: applies one, reads before and after, sees who has the lab, and goes back. */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { shoot } from './fixtures/browser.ts';
import { writeup } from './fixtures/server.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer('test');
const visit = (page: 'causes' | 'fixes') => site.visit({}, `/${writeup}/${page}/`);
const panel = (page: Page) => page.getByRole('region', { name: 'Conditions of the lab' });
const banner = (page: Page) => page.getByRole('region', { name: 'Condition of the lab', exact: true });
const goBack = (page: Page) => banner(page).getByRole('button', { name: 'Back to as-documented' }).click();
const slow = { timeout: 100_000 };
const condition = async () => (await site.server.lab.status()).condition;

it('shows its commands before it is applied, then before and after; others see it, cannot change it and may be next; one click goes back', async () => {
  const ada = await visit('causes');
  const bob = await visit('fixes');
  const conditions = panel(ada.page);
  await conditions.getByLabel('The lab behaves as if').selectOption('healthy');
  await conditions.getByText(/^What it models, and its commands/).click();
  await conditions.getByText('guest_tcp').first().waitFor();
  expect(await condition()).toBe('as-documented');
  await conditions.getByRole('button', { name: /^Apply/ }).click();
  const others = banner(bob.page);
  await others.getByText(/^The lab is in the condition/).waitFor(slow);
  await others.getByText(/Reader \d+ has the lab until \d\d:\d\d UTC/).waitFor();
  const row = conditions.getByRole('row', { name: /From \.20 to 127\.0\.0\.1:8443/ });
  await row.getByText('connected, HTTP 200').waitFor(slow);
  expect(await row.innerText()).toMatch(/Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/);
  const own = banner(ada.page).getByText('The lab is in the condition “Mirrored mode, healthy”');
  await own.waitFor();
  await shoot(ada.page, 'condition');
  await others.getByRole('button', { name: /^Ask to/ }).click();
  await banner(ada.page)
    .getByText(/Reader \d+ .*(asked|next)/)
    .waitFor();
  await shoot(bob.page, 'condition-of-another');
  await goBack(ada.page);
  await others.getByText('You have the lab until').waitFor(slow);
  await own.waitFor({ state: 'hidden' });
  // The next one has it at once, and the lab is on its way back.
  await expect.poll(condition, slow).toBe('as-documented');
  await ada.leave();
  await bob.leave();
}, 240_000);

/** The rows of a comparison that changed so. */
const rowsThat = async (place: Locator, change: 'better' | 'worse'): Promise<string[]> =>
  (await place.locator(`.try-live tr:has(.change[data-change="${change}"]) th`).allInnerTexts()).sort();

const fromOthers = [
  'API call from the frontend',
  'From .19 to 172.16.168.20:8443',
  'From .21 to 172.16.168.20:8443',
  'Health check from .19',
  'Login from .19',
  'curl from .19',
];
const [toLoopback, toItself] = ['From .20 to 127.0.0.1:8443', 'From .20 to 172.16.168.20:8443'];
const fixes: readonly {
  readonly remedy: string;
  readonly better: readonly string[];
  readonly worse: readonly string[];
  readonly title: string;
  readonly beforeAndAfter: RegExp;
}[] = [
  {
    remedy: 'fix-bind-eth2',
    // It helps nobody: nothing listens on 127.0.0.1 any more, so that row cannot be judged.
    better: [],
    worse: [],
    title: 'The socket is listening',
    beforeAndAfter: /LISTEN \d+ 2048 0\.0\.0\.0:8443[\s\S]*LISTEN \d+ 2048 172\.16\.168\.20:8443/,
  },
  {
    remedy: 'fix-nginx-loopback',
    better: [toLoopback, toItself],
    worse: fromOthers,
    title: 'Health check from .19',
    beforeAndAfter: /200 OK[\s\S]*HTTP 502[\s\S]*worse/,
  },
  {
    remedy: 'fix-nat',
    better: [toLoopback],
    worse: ['A Windows service on 127.0.0.1', ...fromOthers],
    title: toLoopback,
    beforeAndAfter: /Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/,
  },
  {
    remedy: 'fix-nginx-socket',
    better: [toLoopback, toItself],
    worse: [],
    title: toLoopback,
    beforeAndAfter: /Connection refused[\s\S]*connected, HTTP 200[\s\S]*better/,
  },
];

it('each permanent fix of the writeup is tried on a cause that it can act on, shows what gets better and worse, and is counted beside “No change”', async () => {
  const { page, leave } = await visit('fixes');
  const table = page.locator('v-options table');
  const option = table.getByRole('row').filter({ hasText: 'Option 2, improved' });
  const cells = () => option.getByRole('cell').allInnerTexts();
  expect(await table.innerText()).toContain(
    'as verified in the lab on “Windows does not hold the port, hostAddressLoopback=true”',
  );
  const none = table.getByRole('row').filter({ hasText: 'No change' });
  expect(await none.getByRole('cell').allInnerTexts()).toEqual(['none', 'none', 'none', 'none']);
  expect(await none.innerText()).toMatch(/recommended[\s\S]*all 17 rows stay as they are/);
  expect(await cells()).toEqual(['none', '2 rows', '2 rows', 'none']);
  // On one page the checks run once as before the fixes, and not once for each.
  for (const { remedy, better, worse, title, beforeAndAfter } of fixes) {
    const place = page.locator(`v-try[data-remedy="${remedy}"]`);
    await place
      .locator('.try-verified summary')
      .first()
      .getByText(/rows? stays? the same/)
      .waitFor();
    const on = place.getByLabel('on the cause');
    expect(await on.inputValue()).toBe('port-not-reserved-host-loopback');
    // The reader may choose another.
    expect(await on.locator('option').count()).toBe(3);
    await place.getByRole('button', { name: /^Try it in the lab/ }).click();
    await place.getByText(/^In the lab: before/).waitFor(slow);
    await place.getByText(/^Done\./).waitFor(slow);
    const row = place
      .locator('.try-live')
      .getByRole('row')
      .filter({ has: page.getByText(title, { exact: true }) });
    await expect.poll(() => row.innerText(), { message: remedy }).toMatch(beforeAndAfter);
    await expect.poll(() => rowsThat(place, 'worse'), { message: remedy }).toEqual([...worse].sort());
    await expect.poll(() => rowsThat(place, 'better'), { message: remedy }).toEqual([...better].sort());
    expect(await condition()).toBe(`port-not-reserved-host-loopback+${remedy}`);
    await shoot(page, remedy);
  }
  await expect.poll(() => option.innerText()).toContain('tried here');
  await expect.poll(cells).toEqual(['none', '2 rows', '2 rows', 'none']);
  expect(await option.count()).toBe(1);
  await shoot(page, 'options-tried');
  await goBack(page);
  await banner(page).waitFor({ state: 'hidden', ...slow });
  expect(await condition()).toBe('as-documented');
  await leave();
}, 400_000);
