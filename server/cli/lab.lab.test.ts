/** `npm run lab`, as an operator types it. */

import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROJECT } from '../files/project.ts';
import { labStatus } from '../lab/lab.ts';
import { run } from '../lab/machine/runProgram.ts';
import { alive, family, firstProcess, killAtOnce, testPlace, until } from '../lab/testing.ts';
import { runHere } from './command/testing.ts';

let place: ReturnType<typeof testPlace>;
beforeEach(() => {
  place = testPlace();
});
afterEach(() => place.remove());

const lineOf = (...args: string[]): string[] => [
  ...['lab', ...args.slice(0, 1), '--directory', place.directory],
  ...args.slice(1),
];
const cli = (...args: string[]) => runHere(PROJECT, {}, lineOf(...args));
/** For what outlives the command, and for what writes to its streams past it. */
const asProcess = (...args: string[]) =>
  run([process.execPath, `${import.meta.dirname}/main.ts`, ...lineOf(...args)]);

test('npm run lab: up, status, exec, down', async () => {
  expect((await cli('status')).exit).toBe(3);
  expect((await asProcess('up')).exit).toBe(0);
  expect(await asProcess('exec', '172.16.168.20', '--', 'sh', '-c', 'id -un; hostname; exit 7')).toEqual({
    exit: 7,
    stdout: 'autobot\nwsl20\n',
    stderr: '',
  });
  expect((await asProcess('exec', 'manager', '--root', '--', 'id', '-u')).stdout).toBe('0\n');
  expect((await cli('exec', 'windows', '--', 'id')).stderr).toContain(
    'expected a machine of the lab (manager (172.16.168.19), backend (172.16.168.20), frontend (172.16.168.21)), found "windows"',
  );
  expect((await cli('status')).stdout).toContain('as-documented (detached');
  expect((await cli('condition', 'apply', 'port-not-reserved', 'fix-nat')).stdout).toMatch(
    /The lab is in port-not-reserved\+fix-nat after /,
  );
  expect((await cli('condition')).stdout).toMatch(/^port-not-reserved\+fix-nat\n/);
  expect((await cli('condition', 'apply', 'healthy', 'fix-nat')).stderr).toContain(
    'for which it is not meant',
  );
  expect((await cli('condition', 'healthy')).stderr).toContain('expected "apply", found "healthy"');
  expect((await cli('conditions')).stdout).toContain('fix-nginx-socket');
  expect(await cli('down')).toMatchObject({ exit: 0, stdout: 'The lab is down.\n' });
  expect(readdirSync(place.parent)).toEqual([]);
});

test('what a lab that was killed has left is cleared away by whoever asks for it', async () => {
  expect((await asProcess('up')).exit).toBe(0);
  const status = await labStatus(place.directory);
  if (status === undefined) throw new Error('expected a lab, found none');
  const pids = family(firstProcess(status));
  killAtOnce(firstProcess(status));
  await until('every process of the lab has ended', () => !pids.some(alive));
  expect(readdirSync(place.directory)).toContain('id_ed25519');
  const asked = await cli('status');
  expect(asked.exit).toBe(3);
  expect(asked.stdout).toContain(
    `The lab was killed; the files that it left in ${place.directory} are removed now.`,
  );
  expect(readdirSync(place.parent)).toEqual([]);
});
