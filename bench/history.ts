/** A record's page with ten thousand records in the store: until the server has sent it, and until a browser shows its verdict. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../e2e/fixtures/browser.ts';
import { fillStore } from './fixtures/records.ts';
import { site, startPlainServer } from './fixtures/server.ts';
import { medianRow, type Rows } from './report.ts';

const records = 10_000;

/** Fills a store of its own, serves it without machines, and asks `rounds` times for different records. */
export async function recordPages(rounds: number): Rows {
  const directory = mkdtempSync('/tmp/vantage-history-');
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  const runs = await fillStore(data, records);
  const server = await startPlainServer(data, site);
  const { address, readyMs } = server;
  try {
    const { page: sent, list } = await askPages(address, runs, rounds);
    const shown = await inBrowser(rounds, pageOf(address, runs, rounds));
    const note = 'Chromium, from the address to the verdict on screen; at most 300';
    return [
      medianRow(`Record page sent, ${records} records`, 'ms', sent),
      medianRow(`Record page shows its verdict, ${records} records`, 'ms', shown, note),
      medianRow(`History page sent, ${records} records`, 'ms', list),
      { what: `Server starts with ${records} records`, unit: 'ms', ours: readyMs, note: 'to its address' },
    ];
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const pageOf = (address: string, runs: readonly string[], rounds: number) => (round: number) =>
  `${address}/runs/${runs[Math.floor((round + 0.5) * (runs.length / rounds))]}`;

/** Milliseconds until pages of records and of the history were sent. */
export async function askPages(address: string, runs: readonly string[], rounds: number) {
  const times = async (url: (round: number) => string, expected: string): Promise<number[]> => {
    const ms: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      const text = await (await fetch(url(round))).text();
      ms.push(performance.now() - start);
      if (!text.includes(expected)) throw new Error(`The page ${url(round)} should say "${expected}".`);
    }
    return ms;
  };
  const page = await times(pageOf(address, runs, rounds), 'agrees');
  return { page, list: await times(() => `${address}/runs`, 'Over time') };
}

async function inBrowser(rounds: number, urlOf: (index: number) => string): Promise<number[]> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(urlOf(0));
    const shown: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      await page.goto(urlOf(round), { waitUntil: 'commit' });
      await page.locator('main :text("agrees")').first().waitFor({ state: 'visible' });
      shown.push(performance.now() - start);
    }
    return shown;
  } finally {
    await browser.close();
  }
}
