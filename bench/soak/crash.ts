/** The server is killed in mid-run with everybody connected, and one with ten thousand records is started again. */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { openReading } from '../../server/store/reading.ts';
import { openSocket, type Platform } from '../../src/client/session/socket.ts';
import type { Down } from '../../src/core/protocol/down.ts';
import { fillStore } from '../history.ts';
import { openReader } from '../reader.ts';
import { root } from '../setup.ts';
import type { Figure } from './figures.ts';
import { holdCommand, holdOn } from './holds.ts';
import { processorSeconds, type Stage } from './stage.ts';
import { testMachines } from '../../server/lab/testing-lab.ts';

const pages = 1990;
const clicking = 100;
/** It goes on until it is cancelled: who comes back later joins it. */
const clicked = 'endless';

type Page = { welcomes: number; readonly runs: Set<string>; close(): void };

/** A page with the browser's own way of coming back, which says a click again that it had no answer to. */
function comesBack({ address }: Stage, index: number): Page {
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
        // The server that came back may not have its machines yet, and says so: whoever wants the run presses again.
        if (down.type === 'refused') schedule(200, click);
        if (down.type !== 'welcome') return;
        page.welcomes += 1;
        socket.resetBackoff();
        if (page.welcomes > 1 && index < clicking) click();
      },
      lost() {},
      ended(reason) {
        throw new Error(`A page should come back, and is told not to: ${reason}`);
      },
    },
  );
  return page;
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It should be within ${limitMs / 1000} s: ${what}.`);
    await pause(50);
  }
}

export async function crash(stage: Stage): Promise<readonly Figure[]> {
  const open: Page[] = [];
  while (open.length < pages) {
    while (open.length % 50 !== 49 && open.length < pages - 1) open.push(comesBack(stage, open.length));
    open.push(comesBack(stage, open.length));
    await until('the pages are there', () => open.every(({ welcomes }) => welcomes === 1), 20_000);
  }
  const starter = await openReader(stage.address, 'holds');
  const checks = testMachines.flatMap((machine) => [holdOn(machine, 0), holdOn(machine, 1)]);
  const lost = await starter.run(checks);
  await until('the runs go on', async () => (await stage.running(holdCommand)) === checks.length, 20_000);

  await stage.look();
  const killedAt = performance.now();
  await stage.kill();
  const seconds = () => (performance.now() - killedAt) / 1000;
  const nothing = until('nothing is left', async () => (await stage.running(holdCommand)) === 0, 30_000).then(
    seconds,
  );
  await stage.start();
  const before = { cpu: processorSeconds(stage.pid()), at: performance.now() };
  await until('all are back', () => open.every(({ welcomes }) => welcomes === 2), 60_000);
  const back = seconds();

  const answered = () => open.slice(0, clicking).every(({ runs }) => runs.size > 0);
  await until('every click is answered', answered, 20_000);
  const cores = (processorSeconds(stage.pid()) - before.cpu) / ((performance.now() - before.at) / 1000);
  const begun = new Set(open.flatMap(({ runs }) => [...runs]));
  const last = await openReader(stage.address, 'bench');
  for (const run of begun) {
    last.cancel(run);
    await last.ended(run);
  }
  await last.close();
  for (const page of open) page.close();
  const store = openReading(join(stage.directory, 'data'));
  const honest = lost.filter((run) => {
    const summary = store.summary(run);
    return summary?.state === 'ended' && summary.how === 'interrupted';
  });
  store.close();
  const gone = await nothing;
  return [
    {
      what: 'Server killed in mid-run: until nothing of it runs on a machine',
      unit: 's',
      measured: gone,
      must: { atMost: 10 },
    },
    {
      what: `… runs of ${lost.length} that do not say interrupted then`,
      unit: '',
      measured: lost.length - honest.length,
      must: { atMost: 0 },
    },
    { what: `… until all of ${pages} pages are back`, unit: 's', measured: back, must: { atMost: 30 } },
    { what: '… processor of the server meanwhile', unit: 'cores', measured: cores, must: { atMost: 1 } },
    {
      what: `… runs begun by ${clicking} who say their click again`,
      unit: '',
      measured: begun.size,
      must: { atMost: 1 },
    },
  ];
}

const stored = 10_000;
const unfinished = 50;

export async function restart(stage: Stage): Promise<readonly Figure[]> {
  // Where writing costs nothing: only reading it again is measured.
  const fast = existsSync('/dev/shm') ? '/dev/shm' : stage.directory;
  const made = mkdtempSync(join(fast, 'vantage-soak-'));
  const data = join(stage.directory, 'ten-thousand');
  try {
    mkdirSync(join(made, 'data'), { mode: 0o700 });
    await fillStore(join(made, 'data'), stored, unfinished);
    cpSync(join(made, 'data'), data, { recursive: true });
    // Else the server's own writing waits for that of the copy.
    execFileSync('sync', ['-f', data]);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const start = performance.now();
  const argv = ['--no-lab', '--port', '0', '--data', data, '--site', stage.directory, '--dev'];
  const child = fork(join(root, 'server/main.ts'), argv, { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const exited = once(child, 'exit');
  await once(child.stdout ?? child, 'data');
  const ms = performance.now() - start;
  child.kill('SIGTERM');
  await exited;
  const store = openReading(data);
  const ended = store.history
    .list({}, unfinished)
    .filter(({ summary }) => summary.how === 'interrupted').length;
  store.close();
  return [
    { what: `Restart with ${stored} records`, unit: 's', measured: ms / 1000, must: { atMost: 2 } },
    {
      what: `… unfinished ones of ${unfinished} that say interrupted then`,
      unit: '',
      measured: ended,
      must: { atLeast: unfinished },
    },
  ];
}
