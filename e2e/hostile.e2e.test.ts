/** [T28] [T29] A machine that attacks whoever looks at its output, in a real page: nothing is answered, nothing outside of the screen changes, and the reader is told. */
import { expect, it } from 'vitest';
import { attacks } from '../src/core/testing-hostile.ts';
import { checkNamed } from './fixtures/server.ts';
import { connected, evidenceRow, runButton, runBy, shoot } from './fixtures/browser.ts';
import { useLabServer } from './fixtures/setup.ts';

const site = useLabServer();

const untouched = 'as it was before';

it('[T28] the page sends nothing, keeps its title, clipboard and address, and shows the verdict', async () => {
  const socket = 'LISTEN 0 2048 0.0.0.0:8443 0.0.0.0:*';
  const lines = [
    ...[`FAIL\r${socket}`, `FAIL\u001b[1A\u001b[2K${socket}`, '\u202e3448:8443', 'zero\u200bwidth 8443'],
    ...attacks.map((attack, index) => `attack ${index} ${attack} 8443`),
    'the last line 8443',
  ];
  const bytes = Buffer.from(`${lines.join('\n')}\n`).toString('base64');
  // The first folder in which commands are looked for: this machine's own ss is another one now.
  await site.server.asRoot(
    'backend',
    `mount -t tmpfs none /usr/local; mkdir /usr/local/sbin; printf '#!/bin/sh\\necho %s | base64 -d\\n' ${bytes} >/usr/local/sbin/ss; chmod 755 /usr/local/sbin/ss`,
  );
  const { page, open, leave } = await site.reader({
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const sent: string[] = [];
  const opened: string[] = [];
  page.on('websocket', (one) => one.on('framesent', ({ payload }) => void sent.push(payload.toString())));
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => opened.push(dialog.message())));
  page.context().on('page', (other) => void opened.push(other.url()));
  await open();
  await connected(page);
  await page.evaluate((text) => navigator.clipboard.writeText(text), untouched);
  const before = { title: await page.title(), address: page.url() };
  const { title } = checkNamed(site.server, 'ss-listen');
  const row = evidenceRow(page, title);
  await runBy(page, runButton(row, title), ['ss-listen']);
  const screen = page.locator('[data-row="ss-listen"] v-terminal').first();
  await screen.locator('.xterm-rows').getByText('the last line 8443').waitFor();

  expect(
    sent
      .map((frame) => JSON.parse(frame).type as string)
      .filter((type) => !['watch', 'run', 'follow'].includes(type)),
  ).toEqual([]);
  expect({ title: await page.title(), address: page.url() }).toEqual(before);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(untouched);
  expect(opened).toEqual([]);
  // Nothing that stands in the screen is a link.
  expect(await screen.locator('.xterm a, .xterm .xterm-underline-1').count()).toBe(0);

  await row
    .getByText(/^(differs|inconclusive)$/)
    .first()
    .waitFor();
  await screen.getByText('Control characters present: ').waitFor();
  await screen.getByRole('button', { name: 'As text' }).click();
  const text = await screen.getByRole('group', { name: 'Terminal of this run' }).innerText();
  expect(text).toContain(`FAIL\n${socket}`);
  expect(text).toContain('‹U+202E›3448:8443');
  expect(text).toContain('zero‹U+200B›width');
  expect(text).not.toMatch(/[\u202a-\u202e\u200b\u001b\u0007]/);
  await shoot(page, 'hostile-output');

  // What was kept says the same where nobody runs a script.
  const run = /[0-9A-HJKMNP-TV-Z]{26}/.exec(
    (await page.locator('#ss-listen dl.facts').textContent()) ?? '',
  )?.[0];
  const record = await (
    await fetch(`${site.server.address}/runs/${run}`, { headers: { accept: 'text/html' } })
  ).text();
  expect(record).toContain('Control characters present: ');
  expect(record).not.toMatch(/[\u202a-\u202e\u200b\u001b\u0007]/);
  await site.server.asRoot('backend', 'umount /usr/local');
  await leave();
});
