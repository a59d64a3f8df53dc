/** Evidence by paste, on a static host: judged in the browser, said to be unverified, and never in the look of a live result. */
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { attacks } from '../src/core/testing-hostile.ts';
import { shoot, strokes, tooWide, violations } from './fixtures/browser.ts';
import { writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';
import { startStaticHost } from './fixtures/staticHost.ts';

const host = useServer(startStaticHost);
const noSocket = /WebSocket connection/;
const check = `/${writeup}/ss-listen/`;
const causes = `/${writeup}/causes/`;

const list = `user@wsl:~$ ss -tlnp | grep 8443
LISTEN 0      2048         0.0.0.0:8443      0.0.0.0:*    users:(("python3",pid=76,fd=3))
user@wsl:~$ echo $?
0
`;
const heading = `user@wsl:~$ ss -tln
State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      2048         0.0.0.0:8443      0.0.0.0:*
user@wsl:~$ echo $?
0
`;
const curl = `user@wsl:~$ curl -k https://127.0.0.1:8443/api/health
curl: (7) Failed to connect to 127.0.0.1 port 8443 after 0 ms: Couldn't connect to server
`;

const field = (page: Page) => page.getByRole('textbox', { name: /^What came back/ });
const judgeIt = (page: Page) => page.getByRole('button', { name: 'Judge it' });
const result = (page: Page) => page.getByRole('region', { name: 'Result of the paste' });
const said = (page: Page, text: string | RegExp) => page.locator('v-paste .said').getByText(text).waitFor();
const badge = (page: Page) => result(page).locator('.badge');

async function judged(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await judgeIt(page).click();
  await said(page, /^Judged, not verified/);
}

/** The address that the page offers for what it judged. */
async function addressOf(page: Page): Promise<string> {
  await result(page).getByText('Share it').click();
  return (await result(page).getByRole('group', { name: 'Address of this result' }).innerText()).trim();
}

/** Nothing of the result wears a colour that a live verdict has. */
async function looksPasted(page: Page): Promise<void> {
  const { earned } = await strokes(page, 'v-paste');
  const used = await result(page)
    .locator('.badge, .findings .shape, ins')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).color));
  expect(used.length).toBeGreaterThan(0);
  for (const colour of used) expect(earned).not.toContain(colour);
}

describe.each(['light', 'dark'] as const)('a paste on the page of its check, %s', (colorScheme) => {
  it('is judged without a server, accessibly, and says that nobody verified it', async () => {
    const { page, open, leave } = await host.reader({ colorScheme });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await open(check);
    await field(page).waitFor();
    expect(asked.filter((one) => /checks\.json|judgePasted/.test(one))).toEqual([]);
    await judged(page, list + heading);
    await badge(page).getByText('pasted, not verified: agrees').waitFor();
    await result(page).getByText('all 5 hold').waitFor();
    await looksPasted(page);
    await shoot(page, `paste-agrees-${colorScheme}`);
    // An empty list alone has no control, and one command is asked for.
    await judged(page, 'user@wsl:~$ ss -tlnp | grep 8443\nuser@wsl:~$ echo $?\n1\n');
    await badge(page).getByText('pasted, not verified: inconclusive').waitFor();
    await result(page).getByRole('group', { name: 'Command to run' }).getByText('ss -tln').waitFor();
    await looksPasted(page);
    expect(await violations(page)).toEqual([]);
    await result(page).scrollIntoViewIfNeeded();
    await shoot(page, `paste-asks-${colorScheme}`);
    expect(asked.filter((one) => !/^GET \//.test(one))).toEqual([]);
    expect(asked.filter((one) => one.includes('checks.json'))).toHaveLength(1);
    expect(await page.locator('[data-row] .badge').innerText()).toBe('not run');
    await leave(noSocket);
  });
});

describe('the address of a result', () => {
  it('shows it to somebody else, said to be unverified, and the report carries it', async () => {
    const { page, open, leave } = await host.reader();
    await open(check);
    await judged(page, list + heading);
    const address = await addressOf(page);
    expect(address).toMatch(/\/ss-listen\/#paste=[\w-]+$/);
    const report = await result(page).getByRole('group', { name: 'Report as Markdown' }).innerText();
    expect(report).toContain('pasted, not verified');
    expect(report).toContain(address);
    await leave(noSocket);

    const other = await host.reader({ viewport: { width: 390, height: 844 } });
    await other.page.goto(address);
    await badge(other.page).getByText('pasted, not verified: agrees').waitFor();
    await result(other.page).getByText('This paste came with the address. Anybody can make one.').waitFor();
    expect(await field(other.page).inputValue()).toBe(list + heading);
    expect(await tooWide(other.page)).toBe(0);
    await shoot(other.page, 'paste-address-phone');
    await other.leave(noSocket);
  });

  it('is refused in a sentence when it was cut, changed, made by hand, or would grow without end', async () => {
    const { page, open, leave } = await host.reader();
    await open(check);
    const bomb = await page.evaluate(async () => {
      const stream = new Blob(['0'.repeat(8_000_000)]).stream();
      const packed = await new Response(stream.pipeThrough(new CompressionStream('deflate-raw'))).bytes();
      return btoa(String.fromCharCode(...packed))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '');
    });
    for (const data of [
      '',
      '%',
      '<img src=x onerror=alert(1)>',
      'AAAA',
      'S0ktLtEtSS0uAQ',
      bomb,
      'x'.repeat(20_000),
    ]) {
      await page.goto('about:blank');
      await open(`${check}#paste=${data}`);
      await said(page, /^(The paste in this address cannot be read|This address is longer than)/);
      expect(await result(page).innerText()).toBe('');
    }
    await leave(noSocket);
  });
});

it('what the block of the page prints on a machine is judged, with its exit statuses', async () => {
  const { page, open, leave } = await host.reader();
  await open(check);
  const block = await page.getByRole('group', { name: /^Commands for/ }).innerText();
  const printed = execFileSync('/bin/sh', ['-c', block], { encoding: 'utf8' });
  expect(printed).toContain('exit: ');
  await judged(page, printed);
  // Whatever listens on this machine: nothing is missing, and nothing is asked for.
  await said(page, /^Judged, not verified: (agrees|differs)\.$/);
  await leave(noSocket);
});

it('several commands on the page of causes give the causes that fit, and the next question', async () => {
  const { page, open, leave } = await host.reader();
  await open(causes);
  const live = page.locator('v-diagnosis .diagnosis-live');
  await live.getByText(/^From recordings/).waitFor();
  const before = await live.innerText();
  await judged(page, list + heading + curl);
  await result(page).locator('.causes').waitFor();
  await result(page)
    .getByText(/^Run “.+” next/)
    .waitFor();
  expect(await badge(page).count()).toBeGreaterThan(1);
  await looksPasted(page);
  expect(await live.innerText()).toBe(before);
  await shoot(page, 'paste-causes');
  expect(await violations(page, 'v-paste')).toEqual([]);
  await leave(noSocket);
});

it('[T28] a hostile paste is text: nothing opens, the page stays as it is, and the size is bounded', async () => {
  const { page, open, leave } = await host.reader();
  const opened: string[] = [];
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => opened.push(dialog.message())));
  await open(check);
  const before = { title: await page.title(), address: page.url() };
  const evil = `</pre><script>alert(1)</script><img src=x onerror=alert(1)> \u202e${attacks.join('\n')}`;
  await judged(page, `$ ss -tlnp | grep 8443\nLISTEN ${evil}\n$ ss -tln\n${evil}`);
  expect(await result(page).innerText()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
  // As if pasted from the clipboard: ten million characters, of which a million are read.
  await field(page).evaluate((area) => {
    const clipboardData = new DataTransfer();
    const lines = Array.from(
      { length: 250_000 },
      (_, n) => `LISTEN ${Math.imul(n, 2_654_435_761)} 0.0.0.0:8443 x`,
    );
    clipboardData.setData('text/plain', ['$ ss -tlnp | grep 8443', ...lines].join('\n'));
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  expect((await field(page).inputValue()).length).toBeLessThan(1_100_000);
  await judgeIt(page).click();
  await said(page, /^Judged, not verified/);
  await result(page)
    .getByText(/It is too long for an address/)
    .waitFor({ state: 'attached' });
  expect(await page.locator('*').count()).toBeLessThan(2500);
  expect({ title: await page.title(), address: page.url() }).toEqual(before);
  expect(opened).toEqual([]);
  await leave(noSocket);
});

it('by the keyboard alone, and on paper without the field', async () => {
  const { page, open, leave } = await host.reader();
  await open(check);
  await field(page).focus();
  await page.keyboard.insertText(list + heading);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await said(page, 'Judged, not verified: agrees.');
  await page.emulateMedia({ media: 'print' });
  expect(await field(page).isVisible()).toBe(false);
  expect(await badge(page).isVisible()).toBe(true);
  await leave(noSocket);
});

it('without a script the commands stand there, and no field that could not judge', async () => {
  const { page, open, leave } = await host.reader({ javaScriptEnabled: false });
  await open(check);
  await page.getByRole('heading', { name: 'Run it yourself' }).waitFor();
  await page.getByRole('group', { name: /^Commands for/ }).waitFor();
  expect(await field(page).isVisible()).toBe(false);
  await leave();
});
