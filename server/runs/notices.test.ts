// The notices of a writeup, from a real store, as runs end. When one is given: SPEC.md, F1 to F8.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Judgement } from '../../src/core/run/judgement.ts';
import type { Notice } from '../../src/core/run/lifecycle.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import type { LimitationSign, ResultSource } from '../../src/core/vocabulary.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type FileStore, openStore } from '../store/store.ts';
import { ulid } from '../store/ulid.ts';
import { createRecorder } from './recorder.ts';
import type { RunListener } from './runRegistry.ts';
import { createNotices, type Notices } from './notices.ts';

const checks = ['one', 'two'];
const writeup: LoadedWriteup = {
  id: 'w',
  file: '',
  checks: new Map(
    [...checks, 'other'].map((id) => [
      id,
      { check: checkOf(id, [onceStep('s', 'true')]), hash: 'h', file: '' },
    ]),
  ),
  writeup: {
    ...{ title: '', description: '', order: 1, roles: [] },
    limitation: { message: 'It is refused.', checks },
  },
};

let directory = '';
let store: FileStore;
let notices: Notices;
let told: (readonly Notice[])[] = [];
let listener: RunListener | undefined;
const errors: unknown[] = [];
let time = Date.parse('2026-11-20T00:00:00Z');

function open(): void {
  store = openStore(directory);
  notices = createNotices({
    store,
    registry: {
      listen(one) {
        listener = one;
        return () => {
          listener = undefined;
        };
      },
    },
    writeups: new Map([['w', writeup]]),
    date: () => new Date(time),
    changed: (_, now) => told.push(now),
    log: (error) => errors.push(error),
  });
}
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-notices-'));
  told = [];
  open();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
  expect(errors).toEqual([]);
});

type How = {
  readonly source?: ResultSource;
  readonly condition?: string;
  readonly hash?: string;
  readonly kernel?: string;
  readonly cancelled?: boolean;
};
/** Runs a check as the registry does: first to disk, then to listeners. */
async function take(check: string, limitation: LimitationSign | undefined, how: How = {}): Promise<void> {
  time += 1000;
  const recorder = createRecorder({
    store,
    header: {
      ...{ kind: 'header', run: ulid(time), writeup: 'w', check, checkHash: how.hash ?? 'h', documented: '' },
      steps: [{ id: 's', role: 'backend', command: 'true' }],
      ...{ fleet: 'f', source: how.source ?? 'live', condition: how.condition ?? '' },
      ...{ startedAt: new Date(time).toISOString(), title: '', commit: '', by: '' },
    },
    written: () => {},
    failed: (problem) => errors.push(problem),
    now: () => 0,
    date: () => new Date(time),
  });
  const identity = {
    hostName: 'h',
    machineId: 'm',
    kernel: how.kernel ?? '6.6',
    user: 'u',
    hostKey: '',
    gate: '',
  };
  recorder.emit({ kind: 'step-started', step: 's', machine: 'vm20', identity });
  const judgement: Judgement = {
    ...{ verdict: limitation === 'reproduces' ? 'agrees' : 'differs', findings: [], observed: '', means: '' },
    judge: 2,
    ...(limitation === undefined ? {} : { limitation }),
  };
  const ended = await recorder.conclude(judgement, how.cancelled === true ? 'cancelled' : 'finished');
  listener?.summary('w', ended, true);
}
async function takeBoth(sign: LimitationSign, how: How = {}): Promise<void> {
  for (const check of checks) await take(check, sign, how);
}
const kinds = async () => (await notices.of(writeup)).map(({ kind }) => kind);

test('when the limitation did not show three times, pages are told once, with the way to the change', async () => {
  expect(await kinds()).toEqual([]);
  for (let time = 0; time < 4; time += 1) await takeBoth('gone');
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatchObject([{ kind: 'no-longer-reproduces', more: '/changes/w/one' }]);
  await takeBoth('reproduces');
  await expect.poll(() => told.length).toBe(2);
  expect(told[1]).toEqual([]);
});

test('a lab in another condition than the documented one proves nothing about the page', async () => {
  for (let time = 0; time < 4; time += 1) await takeBoth('gone', { source: 'lab', condition: 'healthy' });
  expect(await kinds()).toEqual([]);
  for (let time = 0; time < 3; time += 1)
    await takeBoth('gone', { source: 'lab', condition: 'as-documented' });
  expect(await kinds()).toEqual(['no-longer-reproduces']);
});

test('runs of another version of the check, and cancelled ones, do not count', async () => {
  for (let time = 0; time < 3; time += 1) await takeBoth('gone', { hash: 'older' });
  for (let time = 0; time < 3; time += 1) await takeBoth('gone', { cancelled: true });
  expect(await kinds()).toEqual([]);
});

test('a machine with another kernel than at the record before is told of, until each row was taken twice with it', async () => {
  await takeBoth('reproduces');
  await take('one', 'reproduces', { kernel: '6.12' });
  expect((await notices.of(writeup)).map(({ message }) => message)).toEqual([
    expect.stringContaining('vm20 (live) ran the kernel 6.12'),
  ]);
  await takeBoth('reproduces', { kernel: '6.12' });
  await takeBoth('reproduces', { kernel: '6.12' });
  await expect.poll(() => told.length).toBe(2);
  expect(await kinds()).toEqual([]);
});

test('a server that starts anew says what the one before said', async () => {
  for (let time = 0; time < 3; time += 1) await takeBoth('gone');
  store.close();
  open();
  expect(await kinds()).toEqual(['no-longer-reproduces']);
});

test('the end of a run of another row tells nobody anything', async () => {
  await take('other', 'gone');
  expect(told).toEqual([]);
  notices.close();
  expect(listener).toBeUndefined();
});
