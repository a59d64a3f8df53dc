// One set-up at a time: the second waits, a dead owner is no obstacle.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cannotWrite, takeLock } from './lock.mjs';

function lockPath() {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'state/setup.lock') };
}
const silent = () => expect.unreachable();

test('the second waits for the first, says so once, and then has it', async () => {
  const { path } = lockPath();
  const release = await takeLock(path, { say: silent });
  const said: string[] = [];
  const second = takeLock(path, {
    say(line) {
      said.push(line);
      release();
    },
  });
  (await second)();
  expect(said).toEqual([
    `Another set-up (process ${process.pid}) is at work in this folder; waiting for it.`,
  ]);
});

test('waiting has a limit, and its words name the file and the process', async () => {
  const { path } = lockPath();
  const release = await takeLock(path);
  await expect(takeLock(path, { say: silent, waitSeconds: 0 })).rejects.toThrow(
    `(process ${process.pid}) still holds ${path}`,
  );
  release();
});

test('a lock whose owner was killed is free', async () => {
  const { path } = lockPath();
  const module = JSON.stringify(new URL('./lock.mjs', import.meta.url).href);
  const program = `await (await import(${module})).takeLock(${JSON.stringify(path)}); console.log('has it'); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program]);
  await once(owner.stdout, 'data');
  await expect(takeLock(path, { waitSeconds: 0 })).rejects.toThrow(`process ${owner.pid}`);
  owner.kill('SIGKILL');
  await once(owner, 'close');
  (await takeLock(path))();
});

test('a folder that cannot be written to is named with what to do', async () => {
  const { folder } = lockPath();
  writeFileSync(join(folder, 'state'), '');
  await expect(takeLock(join(folder, 'state/setup.lock'))).rejects.toThrow(
    /must write to .*state.*run the command again/,
  );
  expect(cannotWrite('/x', 'ENOSPC')).toContain('The disk is full');
});
