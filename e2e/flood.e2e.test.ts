/** A hundred megabytes come to an open terminal: the tab stays small, and answers. The machine is this very one, so that only the way from the server to the tab is asked. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { until } from '../server/lab/testing.ts';
import { connected, evidenceRow, openRow, runButton } from './fixtures/browser.ts';
import { content as original, serveIn } from './fixtures/server.ts';
import { useServer } from './fixtures/setup.ts';

const writeup = 'what-ss-proves';
const check = 'ping-self';
/** Of each of its two steps. */
const bytes = 50 * 1024 * 1024;

const place = mkdtempSync('/tmp/vf-');
let title = '';
const site = useServer(async () => {
  const content = join(place, 'content');
  cpSync(original, content, { recursive: true });
  const file = join(content, writeup, 'checks', `${check}.yaml`);
  ({ title } = parse(readFileSync(file, 'utf8')));
  const pours = parse(readFileSync(join(original, '../bench/content/checks/flood.yaml'), 'utf8'));
  const [step] = pours.steps;
  const pour = { ...step, command: `seq 1 9000000 | head -c ${bytes}`, needs: ['seq', 'head'] };
  const limits = { ...step.limits, seconds: 120 };
  const steps = ['pour', 'again'].map((id) => ({ ...pour, id, limits }));
  for (const sample of pours.samples) sample.steps.again = { exit: 0 };
  writeFileSync(file, stringify({ ...pours, id: check, title, steps }, { aliasDuplicateObjects: false }));
  const inventory = join(place, 'inventory.yml');
  writeFileSync(inventory, 'backend:\n  hosts:\n    here: { ansible_connection: local }\n');
  const fleet = { kind: 'inventory' as const, files: [inventory], map: new Map() };
  const server = await serveIn(place, { fleet }, { from: content });
  await until('the fleet is open', () => server.fleet.view().state !== 'starting');
  expect(server.fleet.view()).toMatchObject({ state: 'ready' });
  return server;
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

it('[T16] the heap of the tab stays below 300 MB, and the page keeps responding', async () => {
  const reader = await site.reader();
  await reader.open(`/${writeup}/`);
  const { page } = reader;
  await connected(page);
  // A page that shows nothing tells what the machine itself costs: server, commands and browser share the processors here.
  const idle = await site.reader();
  await idle.open('/');
  for (const one of [page, idle.page]) await one.evaluate(measureLateness);

  const detail = await openRow(page, check);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  let peak = 0;
  const look = async () => {
    const { metrics } = await tools.send('Performance.getMetrics');
    peak = Math.max(
      peak,
      metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.POSITIVE_INFINITY,
    );
  };
  await runButton(evidenceRow(page, title), title).click();
  const ends = detail.locator('v-terminal .twin').getByText(/exit 0 after .*; .* more are in the record/);
  await expect
    .poll(
      async () => {
        await look();
        return ends.count();
      },
      { timeout: 110_000, interval: 250 },
    )
    .toBe(2);
  const [late, floor] = [await lateness(page), await lateness(idle.page)];
  await look();
  const kept = (await detail.locator('v-terminal .twin').textContent()) ?? '';
  expect(kept).toMatch(/^backend \.20 \$ seq 1 9000000 \| head -c 52428800\n1\n2\n3\n/);
  expect(kept.match(/# The first 2 MiB of \w+ are shown/g)).toHaveLength(2);
  expect(peak).toBeLessThan(300e6);
  expect(late.count).toBeGreaterThan(100);
  expect(late.p95Ms).toBeLessThan(200 + 3 * floor.p95Ms);
  await idle.leave();
  await reader.leave();
}, 150_000);

/** In the page: how late a timer of 10 ms comes, each time. */
function measureLateness(): void {
  let last = performance.now();
  const late: number[] = [];
  setInterval(() => {
    const now = performance.now();
    late.push(now - last - 10);
    last = now;
  }, 10);
  Object.assign(window, { late });
}

async function lateness(page: Page): Promise<{ readonly count: number; readonly p95Ms: number }> {
  const late = await page.evaluate(() => (window as unknown as { late: number[] }).late);
  late.sort((one, other) => one - other);
  return { count: late.length, p95Ms: late[Math.floor(late.length * 0.95)] ?? Number.POSITIVE_INFINITY };
}
