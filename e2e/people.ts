/** A house whose readers sign in: one who may only read, one who may run some checks, one who may do everything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { bearer, type Person, person, tokenFile } from '../server/auth/testing.ts';
import { rightNames, type Right } from '../src/core/protocol/rights.ts';
import { type House, openHouse, writeup } from './house.ts';
import { connected, openReader } from './reader.ts';

export const vera = person('vera', 'view');
export const rita = person('rita', 'run:read');
export const ada = person('ada', ...rightNames);
const everybody = [vera, rita, ada];

export type People = {
  readonly house: House;
  /** From now on these are the rights of one; all others have their own. */
  give(who: Person, ...rights: readonly Right[]): void;
  /** What the server answers at a path to somebody who may see it. */
  textAt(path: string): Promise<string>;
  close(): Promise<void>;
};

export async function openPeople(): Promise<People> {
  const place = mkdtempSync('/tmp/va-');
  const file = `${place}/auth.yaml`;
  writeFileSync(file, tokenFile(everybody), { mode: 0o600 });
  const house = await openHouse([], { mode: 'token', file });
  return {
    house,
    give: (who, ...rights) =>
      writeFileSync(file, tokenFile(everybody.map((one) => (one === who ? { ...one, rights } : one)))),
    textAt: async (path) => (await fetch(`${house.address}${path}`, { headers: bearer(ada) })).text(),
    async close() {
      await house.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** Signs in, and reads the writeup. `before` is done before the page opens its socket. */
export async function signedIn(
  browser: Browser,
  { address }: House,
  { token }: Person,
  before = (_: Page): Promise<void> => Promise.resolve(),
  how: BrowserContextOptions = {},
): Promise<{ readonly page: Page; leave(): Promise<void> }> {
  const { page, open, leave } = await openReader(browser, address, how);
  await before(page);
  await open();
  await page.getByLabel('Your token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${address}/${writeup}/`);
  await connected(page);
  // The browser itself remarks on the status of a page that asks to sign in, or is not there.
  return { page, leave: () => leave(/401 \(Unauthorized\)|404/) };
}
