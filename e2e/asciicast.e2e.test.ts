/** Exported asciicasts in asciinema's own player, as anyone would embed it. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asciicast, bytes, runOf, stdout } from '../src/core/report/testing.ts';
import { openBrowser } from './fixtures/browser.ts';

const bundle = (name: string): string =>
  fileURLToPath(new URL(`../node_modules/asciinema-player/dist/bundle/${name}`, import.meta.url));

/** What the player gives to the page that embeds it. */
type Player = {
  play(): Promise<void>;
  seek(where: number | { marker: number }): Promise<void>;
  getDuration(): Promise<number> | number;
  addEventListener(
    name: string,
    heard: (event: { index: number; time: number; label: string }) => void,
  ): void;
};
type Embedding = {
  AsciinemaPlayer: { create(source: { data: string }, place: Element | null, options: object): Player };
  player: Player;
  markers: string[];
};

const run = runOf({
  header: {
    title: 'Two steps',
    steps: [
      { id: 'capture', role: 'backend', command: 'sudo tcpdump -i lo' },
      { id: 'curl', role: 'manager', command: "curl --noproxy '*' https://172.16.168.20:8443/" },
    ],
  },
  output: [
    { step: 'capture', stream: 'stderr', bytes: bytes('listening on lo\nsecond line\n') },
    stdout('curl', '\u001b[31mRED ünïcode €\u001b[0m\n'),
    { step: 'curl', stream: 'stdout', bytes: Uint8Array.of(0xff, 0xfe, 0x0a) },
  ],
});

describe.each([2, 3] as const)('an asciicast of version %d', (version) => {
  let browser: Browser;
  let page: Page;
  const wrong: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text());
    });
    await page.setContent('<!doctype html><title>Embedded</title><div id="place"></div>');
    await page.addStyleTag({ path: bundle('asciinema-player.css') });
    await page.addScriptTag({ path: bundle('asciinema-player.min.js') });
    await page.evaluate(
      (data) => {
        const embedding = window as unknown as Embedding;
        embedding.markers = [];
        embedding.player = embedding.AsciinemaPlayer.create({ data }, document.querySelector('#place'), {
          preload: true,
          speed: 4,
          fit: false,
        });
        embedding.player.addEventListener('marker', ({ label }) => embedding.markers.push(label));
        return new Promise<void>((resolve) => {
          embedding.player.addEventListener('ended', () => document.body.setAttribute('data-ended', ''));
          embedding.player.addEventListener('ready', () => resolve());
        });
      },
      asciicast(run, version),
    );
  });
  afterAll(() => browser?.close());

  it('[E24] plays to its end with its markers, and lasts as long as its steps', async () => {
    const duration = await page.evaluate(() => (window as unknown as Embedding).player.getDuration());
    expect(duration).toBeCloseTo(0.875, 3);
    await page.evaluate(() => (window as unknown as Embedding).player.play());
    await page.locator('body[data-ended]').waitFor({ timeout: 60_000 });
    expect(await page.evaluate(() => (window as unknown as Embedding).markers)).toEqual([
      'capture on backend',
      'curl on manager',
    ]);
    expect(wrong).toEqual([]);
  });

  it('[E24] shows commands, both streams and exits, each line from the first column', async () => {
    const line = page.locator('#place .ap-term .ap-line');
    // The player draws in the next frame.
    await line.filter({ hasText: '��' }).waitFor();
    await line.filter({ hasText: 'exit 7' }).nth(1).waitFor();
    const lines = await line.allTextContents();
    expect(lines.map((line) => line.trimEnd()).filter((line) => line !== '')).toEqual([
      'backend $ sudo tcpdump -i lo',
      'listening on lo',
      'second line',
      '[exit 7, 0.14 s; agrees, lab]',
      "manager $ curl --noproxy '*' https://172.16.168.20:8443/",
      'RED ünïcode €',
      '��',
      '[exit 7, 0.14 s; agrees, lab]',
    ]);
  });
});
