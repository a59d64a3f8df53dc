/** The budgets of DESIGN.md, measured on every kind of page in Chromium, and printed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { shoot } from './fixtures/browser.ts';
import { content, serveIn, writeup } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';
import { loadContent } from '../server/content/load.ts';

/** Of each writeup page, with nothing opened. Sizes are of brotli, in KiB. */
const limits = {
  words: 1600,
  'controls at 1440x900': 6,
  'controls at 390x844': 6,
  'height at 1440, px': 5500,
  elements: 1500,
  'layout shift': 0.005,
  'first view, KiB': 30.2,
  'script, KiB': 10.2,
  'script with results, KiB': 12,
};
type Figure = keyof typeof limits;
type Figures = Readonly<Record<Figure, number>>;

const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const place = mkdtempSync('/tmp/ve-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const site = useServer(() => serveIn(place));
const writeups = await loadContent(content);

/** Visible controls of `main` on the first screen. */
const controls = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const seen = (control: Element) => {
      const { top, bottom, width } = control.getBoundingClientRect();
      return (
        control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
        width > 1 &&
        top < innerHeight &&
        bottom > 0
      );
    };
    return [
      ...document.querySelectorAll('main :is(button, a[href], summary, input, select, textarea)'),
    ].filter(seen).length;
  });

/** What was moved since the page began to load, without the reader having done anything. */
const shift = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
            sum += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(Number(sum.toFixed(4))), 100);
      }),
  );

/** By text: what pages have in common is compressed once, which takes longer than to load it. */
const sizes = new Map<string, number>();
function brotliSize(body: Buffer): number {
  const text = body.toString('latin1');
  const size = sizes.get(text) ?? brotliCompressSync(body).length;
  sizes.set(text, size);
  return size;
}
const brotliKib = (bodies: readonly Buffer[]): number =>
  Number((bodies.reduce((sum, body) => sum + brotliSize(body), 0) / 1024).toFixed(1));

/** Everything has come, the page has been told what the server knows, and the last results are drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => {
    const status = document.querySelector('v-status');
    const isTold =
      status === null || (status.matches(':defined') && !status.textContent.includes('Connecting'));
    const showsResults = ':is(v-limitation, v-verdict, v-diagnosis):not([data-loading=done])';
    return isTold && document.querySelector(showsResults) === null;
  });
}

async function measure(path: string): Promise<Figures> {
  const { page, leave } = await site.reader({ viewport: desk });
  const files: { readonly type: string; readonly path: string; readonly body: Promise<Buffer> }[] = [];
  page.on('response', (response) => {
    const type = response.request().resourceType();
    if (['document', 'stylesheet', 'script'].includes(type))
      files.push({
        type,
        path: new URL(response.url()).pathname,
        body: response.body().catch(() => Buffer.alloc(0)),
      });
  });
  await page.goto(`${site.server.address}${path}`);
  await settled(page);
  const bodies = await Promise.all(files.map(async ({ body, ...file }) => ({ ...file, body: await body })));
  const [html] = bodies.filter(({ type }) => type === 'document');
  /** What the page itself names; the rest is loaded with the first result. */
  const isOwn = ({ type, path: name }: (typeof bodies)[number]) =>
    type === 'document' || /\/page\.[^/]+\.js$/.test(name) || html?.body.includes(name) === true;
  const scripts = bodies.filter(({ type }) => type === 'script');
  await page.evaluate(() => {
    // Those that are out of sight have a height that is only guessed.
    for (const chapter of document.querySelectorAll<HTMLElement>('.chapter'))
      chapter.style.contentVisibility = 'visible';
  });
  const counted = await page.evaluate(() => ({
    words: (document.querySelector('main')?.innerText ?? '').split(/\s+/).filter((word) => word !== '')
      .length,
    'height at 1440, px': document.documentElement.scrollHeight,
    elements: document.querySelectorAll('*').length,
  }));
  const figures = {
    ...counted,
    'controls at 1440x900': await controls(page),
    'first view, KiB': brotliKib(bodies.filter(isOwn).map(({ body }) => body)),
    'script, KiB': brotliKib(scripts.filter(isOwn).map(({ body }) => body)),
    'script with results, KiB': brotliKib(scripts.map(({ body }) => body)),
  };
  await shoot(page, `budget${path.replaceAll('/', '-')}desk`);
  const onDesk = await shift(page);
  await page.setViewportSize(phone);
  await page.reload();
  await settled(page);
  await shoot(page, `budget${path.replaceAll('/', '-')}phone`);
  const onPhone = {
    'controls at 390x844': await controls(page),
    'layout shift': Math.max(onDesk, await shift(page)),
  };
  await leave();
  return { ...figures, ...onPhone };
}

const print = (path: string, figures: Figures) =>
  process.stdout.write(
    `${path}: ${Object.entries(figures)
      .map(([name, value]) => `${value} ${name}`)
      .join(' · ')}\n`,
  );

describe('the budgets of DESIGN.md', () => {
  it.each(writeups.map(({ id }) => `/${id}/`))('%s keeps within every one', async (path) => {
    const figures = await measure(path);
    print(path, figures);
    const over = (Object.keys(limits) as Figure[]).filter((name) => figures[name] > limits[name]);
    expect(over.map((name) => `${name}: at most ${limits[name]}, found ${figures[name]}`)).toEqual([]);
  });

  it.each([
    '/',
    `/${writeup}/ss-listen/`,
    `/${writeup}/causes/`,
    `/${writeup}/fixes/`,
    '/runs/',
    '/operate/',
  ])('%s loads no more script at once than a writeup may, and nothing jumps', async (path) => {
    const figures = await measure(path);
    print(path, figures);
    expect(figures['script, KiB']).toBeLessThanOrEqual(limits['script, KiB']);
    expect(figures['layout shift']).toBeLessThan(limits['layout shift']);
    // That of the causes is a diagnosis, on the first screen.
    const most = path.endsWith('/causes/') ? 17.5 : limits['script with results, KiB'];
    expect(figures['script with results, KiB']).toBeLessThanOrEqual(most);
  });
});
