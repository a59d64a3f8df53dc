/** A record's page with ten thousand records in the store: until the server has sent it, and until a browser shows its verdict. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { encodeEntry } from '../src/core/protocol/codec.ts';
import { openStore } from '../server/store/store.ts';
import { ulid } from '../server/store/ulid.ts';
import { median, type Row, spread } from './report.ts';
import { root, site } from './setup.ts';

const records = 10_000;

/** Fills a store of its own, serves it without machines, and asks `rounds` times for different records. */
export async function recordPages(rounds: number): Promise<readonly Row[]> {
  const directory = mkdtempSync('/tmp/vantage-history-');
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  const runs = await fillStore(data, records);
  const child = fork(
    join(root, 'server/main.ts'),
    ['--no-lab', '--port', '0', '--data', data, '--site', site],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  try {
    const started = performance.now();
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const readyMs = performance.now() - started;
    const address = /http:\S+/.exec(line.toString())?.[0] ?? '';
    const asked = (index: number) =>
      `${address}/runs/${runs[Math.floor((index + 0.5) * (records / rounds))]}`;
    const sent: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      const text = await (await fetch(asked(round))).text();
      sent.push(performance.now() - start);
      if (!text.includes('agrees'))
        throw new Error(`The page ${asked(round)} should say that the row agrees.`);
    }
    const list: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      await (await fetch(`${address}/runs`)).text();
      list.push(performance.now() - start);
    }
    const shown = await inBrowser(rounds, asked);
    return [
      { what: `Record page sent, ${records} records`, unit: 'ms', ours: median(sent), note: spread(sent) },
      {
        what: `Record page shows its verdict, ${records} records`,
        unit: 'ms',
        ours: median(shown),
        note: `${spread(shown)}; Chromium, from the address to the verdict on screen; at most 300`,
      },
      { what: `History page sent, ${records} records`, unit: 'ms', ours: median(list), note: spread(list) },
      { what: `Server starts with ${records} records`, unit: 'ms', ours: readyMs, note: 'to its address' },
    ];
  } finally {
    child.kill('SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function inBrowser(rounds: number, asked: (index: number) => string): Promise<number[]> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(asked(0));
    const shown: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      await page.goto(asked(round), { waitUntil: 'commit' });
      await page.locator('main :text("agrees")').first().waitFor({ state: 'visible' });
      shown.push(performance.now() - start);
    }
    return shown;
  } finally {
    await browser.close();
  }
}

/** Finished runs, as the server would have written them, and after them some that it did not come to the end of. Returns the ids of all. */
export async function fillStore(data: string, finished: number, unfinished = 0): Promise<readonly string[]> {
  const records = finished + unfinished;
  const store = openStore(data);
  const ids: string[] = [];
  const began = Date.now() - records * 1000;
  for (let n = 0; n < records; n += 1) {
    const run = ulid(began + n * 1000);
    const startedAt = new Date(began + n * 1000).toISOString();
    const header = {
      ...{ kind: 'header' as const, run, writeup: 'wsl2-mirrored-networking', check: 'ss-listen' },
      ...{ title: 'The socket is listening', checkHash: 'h', documented: 'LISTEN', fleet: 'lab' },
      ...{ source: 'lab' as const, condition: 'as-documented', startedAt, commit: '', by: 'bench' },
      steps: [{ id: 'list', role: 'backend', command: 'ss -tlnp | grep 8443' }],
    };
    const judgement = {
      ...{
        verdict: 'agrees' as const,
        findings: [],
        observed: 'LISTEN',
        means: 'The socket is there.',
        judge: 2,
      },
    };
    const log = store.create(header);
    const closed = { kind: 'closed' as const, how: 'finished' as const, endedAt: startedAt };
    ids.push(run);
    if (n >= finished) {
      log.append(encodeEntry({ seq: 0, at: 0, body: header }));
      log.abandon();
      continue;
    }
    for (const [seq, body] of [header, { kind: 'judged' as const, judgement }, closed].entries())
      log.append(encodeEntry({ seq, at: seq, body }));
    await log.seal({
      ...{ state: 'ended', how: 'finished', run, check: 'ss-listen', checkHash: 'h', source: 'lab' },
      ...{ condition: 'as-documented', startedAt, by: 'bench', endedAt: startedAt, seconds: 0.1, judgement },
    });
  }
  store.close();
  return ids;
}
