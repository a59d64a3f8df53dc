/** Runs through the registry while something under them fails: our own code, the disk, the clock. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { Channel, Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { checkStore } from '../store/check.ts';
import { assembleRun, findRecord } from '../store/assembleRecord.ts';
import { openStore } from '../store/store.ts';
import { inputOutputError } from '../store/testing-disk.ts';
import { type TestRegistry, testRunRegistry } from './testing-registry.ts';

let open: TestRegistry | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});
const begin = (...options: Parameters<typeof testRunRegistry>): TestRegistry => {
  open = testRunRegistry(...options);
  return open;
};
const quick = checkOf('quick', [onceStep('s', 'echo here')]);
const ready = { stream: 'stdout', regex: 'waits', seconds: 5 };
const waits = onceStep('c', 'echo waits; exec sleep 61.5', { runs: 'background', ready });

/** Local shells, of which the output of one command is handed on as something that no code of ours expects. */
function brokenFor(command: string): Transport {
  const transport = localTransport();
  const broken = (channel: Channel): Channel => ({
    ...channel,
    run: (order, heard) =>
      channel.run(order, (stream, bytes) =>
        order.command === command ? heard(stream, undefined as never) : heard(stream, bytes),
      ),
  });
  return { ...transport, open: (role, signal) => transport.open(role, signal).then(broken) };
}

describe('[R21] an exception in one run', () => {
  it.each([
    ['alone', []],
    ['beside a capture', [waits]],
  ])('%s ends that run as an internal error; the server and the others go on', async (_, beside) => {
    const command = 'echo begun; exec sleep 62.5';
    const bad = checkOf('bad', [...beside, onceStep('s', command)]);
    const { run, ended, errors, registry } = begin([bad, quick], { transport: brokenFor(command) });
    const [one, other] = [run('bad'), run('quick')];
    expect(await ended(one)).toMatchObject({
      judgement: { verdict: 'inconclusive', problem: { kind: 'internal-error' } },
    });
    expect((await ended(other)).judgement.verdict).toBe('agrees');
    expect((await ended(run('quick'))).judgement.verdict).toBe('agrees');
    expect(errors).toEqual([expect.any(TypeError)]);
    expect(registry.active()).toEqual([]);
  });
});

describe('[R5] a disk that fails when the run has ended', () => {
  it.each(['works for the index', 'fails for good'])(
    'and %s: nobody is told a verdict, neither now nor by the record',
    async (then) => {
      const { run, ended, disk, store } = begin([quick]);
      disk.before.sync = () => Promise.reject(inputOutputError());
      if (then === 'fails for good')
        disk.before.cut = () => {
          throw inputOutputError();
        };
      const id = run('quick');
      expect((await ended(id)).judgement).toMatchObject({
        verdict: 'inconclusive',
        problem: {
          kind: 'not-recorded',
          message: expect.stringMatching(/disk has failed: EIO.*no evidence/s),
        },
      });
      const record = await assembleRun(store, id, 1024);
      expect(record?.view.judgement?.problem?.kind).toBe('not-recorded');
      expect(record?.damage).toContain('no evidence');
      expect(store.full()).toContain('has failed');
    },
  );
});

describe('[R17] a disk that takes long', () => {
  it('holds back the verdict only: the output is there before, and nothing is lost', async () => {
    const { run, ended, disk, store, registry } = begin([quick]);
    const [asked, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    disk.before.sync = () => {
      asked.resolve();
      return slow.promise;
    };
    const told: string[] = [];
    let position = 0;
    const id = run('quick');
    registry.listen({
      summary: (_, { state }) => void told.push(state),
      grown(grown, length) {
        const { entries, next } = store.read(grown, position, length - position);
        position = next;
        told.push(...decodeAll(entries).map(({ body }) => body.kind));
      },
    });
    await asked.promise;
    expect(told).toContain('output');
    expect(told).not.toContain('closed');
    expect(told).not.toContain('ended');
    slow.resolve();
    expect((await ended(id)).judgement.verdict).toBe('agrees');
    expect(told.slice(-2)).toEqual(['closed', 'ended']);
  });
});

describe('[R16] a clock that jumps', () => {
  it.each([-86_400, -3600, 3600, 86_400])(
    'by %i s in mid-run makes no duration wrong, no limit early or late, and no id out of order',
    async (jump) => {
      let offset = 0;
      const date = () => new Date(Date.now() + offset * 1000);
      const short = checkOf('short', [
        onceStep('s', 'echo begun; sleep 0.2; echo on; sleep 60', { limits: { seconds: 1, bytes: 4096 } }),
      ]);
      const { run, ended, store } = begin([quick, short], { date });
      const first = run('short');
      await ended(run('quick'));
      offset = jump;
      const one = await ended(first);
      expect(one.judgement.problem?.kind).toBe('timed-out');
      expect(one.seconds).toBeGreaterThan(0.9);
      expect(one.seconds).toBeLessThan(60);
      const second = run('quick');
      expect(second > first).toBe(true);
      await ended(second);
      const record = await assembleRun(store, first, 1024);
      const times = record?.view.steps.map((step) => (step.state === 'ended' ? step.seconds : -1)) ?? [];
      expect(times.length).toBe(1);
      for (const seconds of times) expect(seconds).toBeGreaterThan(0.9);
      // The newest is the one that began last, whatever the clock said.
      expect((await store.latest('w')).find(({ check }) => check === 'quick')?.run).toBe(second);
    },
  );
});

describe('[R1] a run that waits for its turn when the server is killed', () => {
  it('has a record afterwards, as interrupted, beside the one that was on its way', async () => {
    const long = checkOf('long', [onceStep('s', 'echo begun; exec sleep 63.5')], { effect: 'capture' });
    const sends = checkOf('sends', [onceStep('s', 'echo on')], { effect: 'send' });
    const { run, registry, directory } = begin([long, sends]);
    const [first, second] = [run('long'), run('sends')];
    await vi.waitFor(
      () => expect(registry.active().map(({ state }) => state)).toEqual(['running', 'queued']),
      { timeout: 10_000 },
    );
    // What lies on the disk at this moment is what the kill would leave.
    const left = `${directory}-killed`;
    cpSync(join(directory, 'data'), left, { recursive: true });
    rmSync(join(left, 'lock.sqlite-journal'), { force: true });
    const store = openStore(left);
    try {
      expect((await store.recover(() => new Date())).map((one) => [one.run, one.how])).toEqual([
        [first, 'interrupted'],
        [second, 'interrupted'],
      ]);
      const found = await findRecord(store, new Map(), second, 1024);
      const message = expect.stringContaining('ended before this run had begun');
      expect(await store.summary(second)).toMatchObject({
        judgement: { problem: { kind: 'interrupted', message } },
      });
      expect(found).toMatchObject({
        found: 'record',
        record: { runs: [{ view: { state: 'interrupted' } }] },
      });
      expect((await checkStore({ data: left })).problems).toEqual([]);
    } finally {
      store.close();
      rmSync(left, { recursive: true });
    }
    registry.cancel(second);
    registry.cancel(first);
  });
});
