/** axe finds no fault on any page, in both themes, on desk and phone, before and after checks have run. */
import { describe, expect, it } from 'vitest';
import { openRow, runRows, shoot, tooWide, violations } from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();

/** Colours do not depend on the width, nor the layout on the theme: each theme on one screen finds what all four looks would, in half the time. */
const looks = [
  { colorScheme: 'light', on: 'a desk', viewport: { width: 1280, height: 800 } },
  { colorScheme: 'dark', on: 'a phone', viewport: { width: 375, height: 740 } },
] as const;

describe('axe', () => {
  it.each(looks)(
    'finds no fault on the page for operators with every file open: $colorScheme on $on',
    async ({ colorScheme, viewport }) => {
      const { page, leave } = await site.reader({ colorScheme, viewport });
      await page.goto(`${site.server.address}/operate/`);
      await page.getByRole('heading', { name: 'Run it on your fleet' }).waitFor();
      // Each click makes the list of those that are shut shorter.
      const shut = page.locator('.fold:not([open]) > summary');
      while ((await shut.count()) > 0) await shut.first().click();
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      await leave();
    },
  );
  it.each(looks)(
    'finds no fault on the writeup: $colorScheme on $on',
    async ({ colorScheme, on, viewport }) => {
      const { page, leave } = await site.visit({ colorScheme, viewport });
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      await runRows(page, ['ss-listen', 'tcpdump-any']);
      for (const id of ['ss-listen', 'tcpdump-any']) {
        await openRow(page, id);
        await page.locator(`#${id} .xterm-rows`).first().waitFor();
      }
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      await page.locator('#ss-listen').scrollIntoViewIfNeeded();
      await shoot(page, `${colorScheme}-${on.slice(2)}`);
      await leave();
    },
  );
  it.each(['/', '/what-ss-proves/', '/wsl2-mirrored-networking/ss-listen/', '/no-such-page'])(
    'finds no fault on %s',
    async (path) => {
      const { page, open, leave } = await site.reader();
      await open(path);
      expect(await violations(page)).toEqual([]);
      // The browser itself remarks on the status of a page that is not there.
      await leave(path === '/no-such-page' ? /404/ : undefined);
    },
  );
});
