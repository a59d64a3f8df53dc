// Services stay off while packages are installed, and the machine is as before afterwards.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forbidServices, removeLeftovers } from './debian.mjs';

function policyPath() {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'policy-rc.d');
}

test('the policy says 101, "do not start", and is gone afterwards', () => {
  const path = policyPath();
  const restore = forbidServices(path);
  expect(spawnSync(path, ['ssh', 'start']).status).toBe(101);
  restore();
  expect(existsSync(path)).toBe(false);
});

test('a policy of somebody else is neither changed nor removed', () => {
  const path = policyPath();
  writeFileSync(path, '#!/bin/sh\nexit 0\n');
  forbidServices(path)();
  removeLeftovers(path);
  expect(readFileSync(path, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
});

test('what a killed set-up left is removed, what a living one needs is not', () => {
  const path = policyPath();
  const restore = forbidServices(path);
  removeLeftovers(path);
  expect(existsSync(path)).toBe(true);
  const dead = spawnSync('true').pid;
  writeFileSync(path, readFileSync(path, 'utf8').replace(`# pid ${process.pid}`, `# pid ${dead}`));
  removeLeftovers(path);
  expect(existsSync(path)).toBe(false);
  restore();
});
