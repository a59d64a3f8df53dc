/** A page of another site shows one check in a frame; a site that is not listed shows a sentence instead. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../server/server.ts';
import { openBrowser, shoot } from './fixtures/browser.ts';
import { serveIn, writeup } from './fixtures/server.ts';

const place = mkdtempSync('/tmp/vm-');
let site: RunningServer;
let browser: Browser;
let wikis: readonly [listed: Server, unlisted: Server];

/** A site whose page has the element. */
async function startWiki(): Promise<Server> {
  const server = createServer((request, response) => {
    const src = new URL(request.url ?? '/', 'http://wiki').searchParams.get('src') ?? '';
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>Our wiki</title><vantage-check src="${src}"></vantage-check><script src="${site.address}/embed.js"></script>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const addressOf = (id: string) => `${site.address}/${writeup}/${id}/`;
async function openWiki(server: Server, src: string) {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
  await page.goto(`${originOf(server)}/?src=${encodeURIComponent(src)}`);
  return page;
}

beforeAll(async () => {
  wikis = [await startWiki(), await startWiki()];
  site = await serveIn(place, { embed: [originOf(wikis[0])] });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const wiki of wikis ?? []) wiki.close().closeAllConnections();
  await site?.close();
  rmSync(place, { recursive: true, force: true });
});

it('[T41] a listed site shows the row, as high as it is, and a link leaves the frame', async () => {
  const page = await openWiki(wikis[0], addressOf('self-loopback'));
  const frame = page.frameLocator('vantage-check iframe');
  await frame.locator('table.evidence').waitFor();
  expect(await frame.getByRole('navigation').filter({ visible: true }).count()).toBe(0);
  const height = () => page.locator('iframe').evaluate((one) => (one as HTMLIFrameElement).style.height);
  await expect.poll(height).not.toBe('12rem');
  const whole = await frame.locator('body').evaluate((body) => body.scrollHeight);
  expect(await height()).toBe(`${whole}px`);
  expect(await frame.locator('base').getAttribute('target')).toBe('_blank');
  await shoot(page, 'embedded');
  await page.close();
});

it('[T41] a site that is not listed shows no frame but says which setting lets it', async () => {
  const page = await openWiki(wikis[1], addressOf('self-loopback'));
  const sentence = page.getByText(`its setting \`embed\` must name ${originOf(wikis[1])}`);
  await sentence.waitFor();
  expect(await page.locator('iframe').count()).toBe(0);
  await page.close();
});

it('[T41] an address that is none is said', async () => {
  const page = await openWiki(wikis[0], 'javascript:x');
  await page.getByText('expected src with the address of a check, found "javascript:x"').waitFor();
  await page.close();
});

it('[T41] only the page of a check may be framed, and by nobody unless it is set', async () => {
  const framedBy = async (path: string) =>
    /frame-ancestors ([^;]*)/.exec(
      (await fetch(`${site.address}${path}`)).headers.get('content-security-policy') ?? '',
    )?.[1];
  expect(await framedBy(`/${writeup}/self-loopback/`)).toBe(originOf(wikis[0]));
  for (const path of ['/', `/${writeup}/`, '/runs/', '/operate/', '/login'])
    expect(await framedBy(path), path).toBe("'none'");
});
