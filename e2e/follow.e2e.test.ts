/** Several browsers follow one run: the same bytes for all, also for one that was cut off, whoever leaves, and whatever a viewer says. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Entry } from '../src/core/run/entry.ts';
import { decodeMessage } from '../src/core/protocol/codec.ts';
import { subProtocol } from '../src/core/protocol/version.ts';
import { acceptPackets, checkNamed, dropPackets, startLabServer } from './fixtures/server.ts';
import {
  connected,
  evidenceRow,
  opened,
  openReader,
  openRow,
  type Reader,
  runButton,
  runBy,
  shoot,
} from './fixtures/browser.ts';
import { type TestProxy, startProxy } from './fixtures/proxy.ts';
import { useLabServer } from './fixtures/setup.ts';

const CHECK = 'tcpdump-any';
/** A capture lasts as long as its stimulus waits for an answer, and shows whatever else comes to the port meanwhile. */
const SENT = 900;
const slow = { timeout: 60_000 };

let proxy: TestProxy;
const site = useLabServer('file', async () => {
  proxy = await startProxy();
  const server = await startLabServer({ origins: [`http://127.0.0.1:${proxy.port}`] });
  proxy.target = Number(new URL(server.address).port);
  return server;
});
afterEach(() => acceptPackets(site.server));
afterAll(() => proxy?.close());

/** Datagrams from .19 to the captured port, some three seconds long, and a connection attempt that hears nothing as long. */
async function prepare(): Promise<void> {
  await site.server.lab.setCondition('healthy');
  await dropPackets(site.server);
}
const chatter = () =>
  site.server.asRoot(
    'manager',
    `python3 -c "
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(${SENT}):
    s.sendto(b'x' * (n % 50 + 100), ('172.16.168.20', 8443))
    time.sleep(0.003)
"`,
  );

const visit = async (address: string): Promise<Reader> => {
  const reader = await openReader(site.browser, address);
  await reader.open();
  await connected(reader.page);
  return reader;
};
const detail = (page: Page) => opened(page, CHECK);
const twin = (page: Page) => detail(page).locator('v-terminal').first().locator('.twin');
const verdict = (page: Page) => evidenceRow(page, checkNamed(site.server, CHECK).title).locator('v-verdict');
/** What a browser holds of the capture's standard output, without the ends of lines: where another step spoke in between, a line is ended early. */
const held = (page: Page) =>
  twin(page).evaluate((element) =>
    [...element.childNodes]
      .filter((child) => !(child instanceof Element))
      .map(({ textContent }) => textContent ?? '')
      .join('')
      .replaceAll('\n', '')
      .replace(/\{"http".*?\}/g, ''),
  );
const lines = (page: Page, least: number) =>
  expect
    .poll(
      async () =>
        (await twin(page).count()) > 0 &&
        ((await twin(page).textContent()) ?? '').split('\n').length >= least,
      slow,
    )
    .toBe(true);
const runOf = async (page: Page) =>
  /[0-9A-HJKMNP-TV-Z]{26}/.exec((await detail(page).locator('dl.facts').textContent(slow)) ?? '')?.[0] ??
  'no run';
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

/** A viewer without a page: follows a run, says what it likes, and hears the whole record or how it is shown the door. */
async function viewer(run: string) {
  const socket = new WebSocket(`${site.server.address.replace('http', 'ws')}/ws`, subProtocol, {
    headers: { origin: site.server.address },
  });
  const entries: Entry[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) entries.push(...decodeMessage(Uint8Array.from(data)).entries);
      if (entries.at(-1)?.body.kind === 'closed') resolve();
    });
  });
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'follow', run, from: 0 });
  return { entries, closed, ended, send, leave: () => socket.close() };
}
describe('one run, several browsers', () => {
  it('all end with the bytes of the record, also one whose connection was cut in the middle', async () => {
    await prepare();
    const stays = await visit(site.server.address);
    const loses = await visit(`http://127.0.0.1:${proxy.port}`);
    for (const { page } of [stays, loses]) await openRow(page, CHECK);
    const { title } = checkNamed(site.server, CHECK);
    await runButton(evidenceRow(stays.page, title), title).click();
    await lines(stays.page, 3);
    const sending = chatter();
    await lines(loses.page, 100);
    proxy.cut();
    await loses.page.getByRole('status').getByText('Connection lost, reconnecting').waitFor();
    const before = (await held(loses.page)).length;
    await shoot(loses.page, 'follow-lost');
    proxy.restore();
    await loses.page.getByRole('status').getByText('Connected').waitFor(slow);
    await sending;
    for (const { page } of [stays, loses]) {
      await verdict(page)
        .getByText(/^(agrees|differs|inconclusive)$/)
        .waitFor(slow);
      await detail(page)
        .locator('v-terminal')
        .first()
        .getByText('dropped by kernel')
        .first()
        .waitFor({ ...slow, state: 'attached' });
    }
    const run = await runOf(stays.page);
    expect(await runOf(loses.page)).toBe(run);
    const record = await viewer(run);
    await record.ended;
    record.leave();
    const [one, other] = [await held(stays.page), await held(loses.page)];
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(other.length);
    const whole = Buffer.concat(
      record.entries.flatMap(({ body }) =>
        body.kind === 'output' && body.step === 'capture' && body.stream === 'stdout' ? [body.bytes] : [],
      ),
    );
    const text = whole.toString().replaceAll('\n', '');
    expect([sha(one), sha(other)]).toEqual([sha(text), sha(text)]);
    await stays.leave();
    await loses.leave(/WebSocket connection|failed: |ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED/);
  });

  it('a run goes on when every tab is closed, and ends as usual', async () => {
    await prepare();
    const starts = await visit(site.server.address);
    const { title } = checkNamed(site.server, CHECK);
    await runButton(evidenceRow(starts.page, title), title).click();
    await lines(starts.page, 3);
    const run = await runOf(starts.page);
    await starts.leave();
    const capturing = async () =>
      (await site.server.lab.exec('backend', ['/usr/bin/pgrep', '-x', 'tcpdump'], { asRoot: true })).exit ===
      0;
    // Nobody is connected now, and it goes on.
    expect(await capturing()).toBe(true);
    await expect.poll(capturing, slow).toBe(false);
    const comes = await visit(site.server.address);
    await verdict(comes.page)
      .getByText(/^(agrees|differs|inconclusive)$/)
      .waitFor(slow);
    await openRow(comes.page, CHECK);
    expect(await runOf(comes.page)).toBe(run);
    const record = await viewer(run);
    await record.ended;
    record.leave();
    expect(record.entries.at(-1)?.body).toMatchObject({ kind: 'closed', how: 'finished' });
    await comes.leave();
  });

  it('a viewer cannot write: anything but following is refused, and the run is not affected', async () => {
    await prepare();
    const starts = await visit(site.server.address);
    const { title } = checkNamed(site.server, CHECK);
    await runButton(evidenceRow(starts.page, title), title).click();
    await lines(starts.page, 3);
    const run = await runOf(starts.page);
    const key = 'viewer-0001';
    for (const message of [
      { type: 'input', run, text: 'id\n' },
      { type: 'follow', run, from: 0, input: 'id\n' },
      { type: 'run', key, checks: [CHECK] },
      { type: 'cancel', run },
      { type: 'save', key, runs: [run], title: 'mine', note: '' },
      { type: 'present', key, at: null },
      { type: 'condition', key, cause: 'healthy' },
    ]) {
      const one = await viewer(run);
      one.send(message);
      expect(await one.closed, JSON.stringify(message)).toBe(4400);
    }
    const record = await viewer(run);
    await record.ended;
    record.leave();
    expect(record.entries.at(-1)?.body).toMatchObject({ kind: 'closed', how: 'finished' });
    expect(
      JSON.stringify(record.entries.map(({ body }) => (body.kind === 'output' ? '' : body))),
    ).not.toContain('uid=');
    await starts.leave();
  });
});

describe('a fresh result', () => {
  it('is offered to new readers with its age, its author and its record, until it is old', async () => {
    const id = 'route-lookup';
    const { title } = checkNamed(site.server, id);
    const takes = await visit(site.server.address);
    await runBy(takes.page, runButton(evidenceRow(takes.page, title), title), [id]);
    const comes = await visit(site.server.address);
    const row = evidenceRow(comes.page, title);
    await row.getByRole('button', { name: `Run again: ${title}` }).waitFor();
    const last = comes.page.locator(`#${id} v-last-run`);
    await last.locator('time').waitFor();
    // Its text is there before it is laid out.
    expect(await last.textContent()).toMatch(/^(just now|\d+ s ago), healthy$/);
    expect(await last.locator('time').getAttribute('title')).toMatch(
      /^Last run .* by Reader \d+, .* fresh for 5 min$/,
    );
    await openRow(comes.page, id);
    for (const name of ['Record', 'Report']) {
      const link = comes.page.locator(`#${id}`).getByRole('link', { name: `${name}: ${title}` });
      const answer = await fetch(new URL((await link.getAttribute('href')) ?? '', site.server.address));
      expect(answer.status, name).toBe(200);
      expect(await answer.text(), name).toContain(title);
    }
    const late = await site.reader();
    await late.page.clock.setFixedTime(Date.now() + 6 * 60_000);
    await late.open();
    await connected(late.page);
    await evidenceRow(late.page, title)
      .getByRole('button', { name: `Run: ${title}` })
      .waitFor();
    const old = late.page.locator(`#${id} v-last-run`);
    await old.locator('time').waitFor();
    expect(await old.textContent()).toMatch(/^6 min ago/);
    for (const { leave } of [takes, comes, late]) await leave();
  });
});
