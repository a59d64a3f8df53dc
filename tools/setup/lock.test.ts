// One set-up at a time: the second waits, a dead owner is no obstacle.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cannotWrite, takeLock } from './lock.mjs';

function lockPath() {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'state/setup.lock') };
}

test('the second waits for the first, says so once, and then has it', async () => {
  const { path } = lockPath();
  const release = await takeLock(path, () => {});
  const said: string[] = [];
  const second = takeLock(path, (line: string) => {
    said.push(line);
    release();
  });
  (await second)();
  expect(said).toEqual([
    `Another set-up (process ${process.pid}) is at work in this folder; waiting for it.`,
  ]);
  expect(existsSync(path)).toBe(false);
});

test('waiting has a limit, and its words name the file and the process', async () => {
  const { path } = lockPath();
  const release = await takeLock(path, () => {});
  await expect(takeLock(path, () => {}, 0)).rejects.toThrow(`(process ${process.pid}) still holds ${path}`);
  release();
});

test.each([
  ['of a process that has ended', () => JSON.stringify({ pid: spawnSync('true').pid, born: '1' })],
  [
    'of an earlier process with a number that is in use again',
    () => JSON.stringify({ pid: process.pid, born: '1' }),
  ],
  ['left half written long ago', () => ''],
])('a lock %s is taken over at once', async (_, text) => {
  const { folder, path } = lockPath();
  (await takeLock(path, () => {}))();
  writeFileSync(path, text());
  utimesSync(path, 1, 1);
  const said: string[] = [];
  (await takeLock(path, (line: string) => said.push(line)))();
  expect(said).toEqual([]);
  expect(readdirSync(join(folder, 'state'))).toEqual([]);
});

test('a folder that cannot be written to is named with what to do', async () => {
  const { folder } = lockPath();
  writeFileSync(join(folder, 'state'), '');
  await expect(takeLock(join(folder, 'state/setup.lock'), () => {})).rejects.toThrow(
    /must write to .*state.*run the command again/,
  );
  expect(cannotWrite('/x', 'ENOSPC')).toContain('The disk is full');
});
