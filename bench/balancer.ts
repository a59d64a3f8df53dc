/** Pages that come to three servers through nginx as in `ops/`: two thousand that idle, and readers of one run who are cut off again and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { balancerIn, nginx } from '../server/telemetry/testing.ts';
import { processorOf } from './crowd.ts';
import { residentMib } from './fixtures/process.ts';
import { closeAll, manyTimes, openPage, openReader, runOne } from './fixtures/reader.ts';
import type { Row } from './report.ts';

const idlePages = 2000;
const readers = 50;
const cutsEach = 20;
/** Of the six seconds of the run. */
const mostBetweenMs = 500;
const settleMs = 2000;

/** nginx in `folder` at `port` before these servers. Resolves when it listens. */
export async function startBalancer(folder: string, port: number, servers: readonly number[]) {
  mkdirSync(folder);
  const proxy: ChildProcess = spawn(nginx, [...balancerIn(folder, port, servers), '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  const gone = once(proxy, 'close');
  for (let isListening = false; !isListening;) {
    if (proxy.exitCode !== null) throw new Error('nginx should listen, but has ended.');
    await pause(20);
    const socket = connect(port, '127.0.0.1');
    isListening = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
  }
  return {
    async stop() {
      proxy.kill('SIGQUIT');
      await gone;
    },
  };
}

/** `pids`: of the servers behind `address`. */
export async function throughBalancer(address: string, pids: readonly number[]): Promise<readonly Row[]> {
  return [...(await idleRows(address, pids)), await cutRow(address)];
}

async function idleRows(address: string, pids: readonly number[]): Promise<readonly Row[]> {
  const held = () => pids.map(residentMib);
  const before = held();
  const cost = processorOf(pids);
  const sockets = await manyTimes(idlePages, 50, (nth) => openPage({ address }, nth));
  await pause(settleMs);
  const joining = cost('Processor time of the three servers for a page that joins', idlePages);
  const grown = held().map((mib, nth) => Math.round(mib - (before[nth] ?? 0)));
  await closeAll(sockets);
  const memory: Row = {
    what: `Growth of three servers' memory with ${idlePages} idle pages`,
    unit: 'MiB',
    ours: grown.reduce((sum, mib) => sum + mib, 0),
    note: `through nginx; each ${grown.join(', ')}`,
  };
  return [memory, joining];
}

async function cutRow(address: string): Promise<Row> {
  const starter = await openReader(address, 'bench');
  const run = await runOne(starter, 'ticks');
  const read = await Promise.all(Array.from({ length: readers }, () => readInPieces(address, run)));
  await starter.close();
  const [first] = read;
  const alike = read.filter(({ digest }) => digest === first?.digest).length;
  const cuts = read.reduce((sum, one) => sum + one.cuts, 0);
  const note = `${cuts} disconnects of ${readers} readers through nginx; every entry once and in its order, or the bench breaks off`;
  return {
    what: 'Readers with all bytes of the run, after disconnects',
    unit: 'of 100',
    ours: (alike / readers) * 100,
    note,
  };
}

/** Reads a run to its end, at whichever server nginx chooses after each cut. Rejects when an entry is missing or comes twice. */
async function readInPieces(address: string, run: string) {
  const hash = createHash('sha256');
  let [next, cuts, isClosed] = [0, 0, false];
  while (!isClosed) {
    const reader = await openReader(address, 'bench');
    const closed = Promise.withResolvers<void>();
    let isCut = false;
    reader.follow(
      run,
      ({ seq, body }) => {
        // What was on its way when the page was cut off.
        if (isCut) return;
        if (seq !== next) closed.reject(new Error(`Entry ${next} should come next, but it is ${seq}.`));
        next += 1;
        if (body.kind === 'output') hash.update(body.bytes);
        isClosed = body.kind === 'closed';
        if (isClosed) closed.resolve();
      },
      { from: next },
    );
    await Promise.race([closed.promise, ...(cuts < cutsEach ? [pause(Math.random() * mostBetweenMs)] : [])]);
    isCut = true;
    cuts += isClosed ? 0 : 1;
    await reader.drop();
  }
  return { digest: hash.digest('hex'), cuts };
}
