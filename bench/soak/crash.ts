/** The server is killed in mid-run with everybody connected, and one with ten thousand records is started again. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { testMachines } from '../../server/lab/testing-lab.ts';
import { openReading } from '../../server/store/reading.ts';
import { openSocket, type Platform } from '../../src/client/session/socket.ts';
import type { Down } from '../../src/core/protocol/down.ts';
import { longCheck, longCommand, startPlainServer } from '../fixtures/server.ts';
import { processorSeconds } from '../fixtures/process.ts';
import { openReader } from '../fixtures/reader.ts';
import { fillStore } from '../fixtures/records.ts';
import { atLeast, atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const pages = 1990;
const clicking = 100;
/** Goes on until it is cancelled, so that pages that come back later join it. */
const clicked = 'endless';

type Page = { welcomes: number; readonly runs: Set<string>; close(): void };

/** A page that reconnects as the browser's does, and clicks again when it had no answer. */
function openPage({ address }: SoakSite, index: number): Page {
  const page: Page = { welcomes: 0, runs: new Set(), close: () => socket.close() };
  const schedule: Platform['schedule'] = (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  };
  const connect: Platform['connect'] = (protocol, events) => {
    const wire = new WebSocket(`${address.replace('http', 'ws')}/ws`, protocol, {
      ...{ origin: address, localAddress: `127.0.0.${1 + (index % 3)}` },
    });
    wire.on('open', events.opened);
    wire.on('message', (data: Buffer, isBinary) => events.message(isBinary ? undefined : data.toString()));
    wire.on('error', () => {});
    wire.on('close', (code, reason) => events.closed(code, reason.toString()));
    return { send: (text) => wire.send(text), close: () => wire.close() };
  };
  const send = (message: object) => socket.send(JSON.stringify(message));
  const click = () => void send({ type: 'run', key: `storm-click-${index}`, checks: [clicked] });
  const socket = openSocket(
    { connect, schedule, chance: Math.random },
    {
      opened: () => void send({ type: 'watch', writeup: 'bench', reader: `storm-reader-${index}` }),
      message(data) {
        const down = JSON.parse(String(data)) as Down;
        if (down.type === 'accepted') for (const { run } of down.runs) page.runs.add(run);
        // The server that came back may not have its machines yet: the reader clicks again.
        if (down.type === 'refused') schedule(200, click);
        if (down.type !== 'welcome') return;
        page.welcomes += 1;
        socket.resetBackoff();
        if (page.welcomes > 1 && index < clicking) click();
      },
      lost() {},
      ended(reason) {
        throw new Error(`A page should come back, but the server told it not to: ${reason}`);
      },
    },
  );
  return page;
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Expected within ${limitMs / 1000} s: ${what}.`);
    await pause(50);
  }
}

export async function crash(site: SoakSite): Promise<readonly Figure[]> {
  const open: Page[] = [];
  while (open.length < pages) {
    while (open.length % 50 !== 49 && open.length < pages - 1) open.push(openPage(site, open.length));
    open.push(openPage(site, open.length));
    await until('the pages are there', () => open.every(({ welcomes }) => welcomes === 1), 20_000);
  }
  const starter = await openReader(site.address, 'many');
  const checks = testMachines.flatMap((machine) => [longCheck(machine, 0), longCheck(machine, 1)]);
  const lost = await starter.run(checks);
  await until('the runs go on', async () => (await site.running(longCommand)) === checks.length, 20_000);

  await site.measure();
  const killedAt = performance.now();
  await site.kill();
  const seconds = () => (performance.now() - killedAt) / 1000;
  const nothing = until('nothing is left', async () => (await site.running(longCommand)) === 0, 30_000).then(
    seconds,
  );
  await site.start();
  const before = { cpu: processorSeconds(site.pid()), at: performance.now() };
  await until('all are back', () => open.every(({ welcomes }) => welcomes === 2), 60_000);
  const back = seconds();

  const answered = () => open.slice(0, clicking).every(({ runs }) => runs.size > 0);
  await until('every click is answered', answered, 20_000);
  const cores = (processorSeconds(site.pid()) - before.cpu) / ((performance.now() - before.at) / 1000);
  const begun = new Set(open.flatMap(({ runs }) => [...runs]));
  const last = await openReader(site.address, 'bench');
  for (const run of begun) {
    last.cancel(run);
    await last.ended(run);
  }
  await last.close();
  for (const page of open) page.close();
  const store = openReading(join(site.directory, 'data'));
  const summaries = await Promise.all(lost.map((run) => store.summary(run)));
  const honest = summaries.filter((one) => one?.state === 'ended' && one.how === 'interrupted');
  store.close();
  return [
    atMost('Server killed in mid-run: until nothing of it runs on a machine', await nothing, 10, 's'),
    atMost(`… runs of ${lost.length} that do not say interrupted then`, lost.length - honest.length, 0),
    atMost(`… until all of ${pages} pages are back`, back, 30, 's'),
    atMost('… processor of the server meanwhile', cores, 1, 'cores'),
    atMost(`… runs begun by ${clicking} who say their click again`, begun.size, 1),
  ];
}

const stored = 10_000;
const unfinished = 50;

export async function restart(site: SoakSite): Promise<readonly Figure[]> {
  // Where writing costs nothing: only reading is measured.
  const fast = existsSync('/dev/shm') ? '/dev/shm' : site.directory;
  const made = mkdtempSync(join(fast, 'vantage-soak-'));
  const data = join(site.directory, 'ten-thousand');
  try {
    mkdirSync(join(made, 'data'), { mode: 0o700 });
    await fillStore(join(made, 'data'), stored, unfinished);
    cpSync(join(made, 'data'), data, { recursive: true });
    // Else the server's own writing waits for that of the copy.
    execFileSync('sync', ['-f', data]);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const server = await startPlainServer(data, site.directory, ['--dev']);
  await server.stop();
  const store = openReading(data);
  const ended = (await store.history.list({}, unfinished)).filter(
    ({ summary }) => summary.how === 'interrupted',
  ).length;
  store.close();
  return [
    atMost(`Restart with ${stored} records`, server.readyMs / 1000, 2, 's'),
    atLeast(`… unfinished ones of ${unfinished} that say interrupted then`, ended, unfinished),
  ];
}
