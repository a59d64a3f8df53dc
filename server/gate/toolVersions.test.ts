/** What tools of several releases say of themselves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSshd, sshdLines } from './probe.ts';
import { sudoDoubt } from './toolVersions.ts';

it.each([
  ['1.9.13p3', '', false],
  ['1.9.14', '', true],
  ['1.9.16p2', '', true],
  ['1.9.16p2', '1.9.16p2-2', true],
  ['1.9.16p2', '1.9.16p2-3', false],
  ['1.9.16p2', '1.9.16p2-3+deb13u5', false],
  ['1.9.16p2', '1.9.16p2-1ubuntu1', true],
  ['1.9.16p2', '1.9.16p2-1ubuntu1.1', false],
  ['1.9.15p5', '1.9.15p5-3ubuntu5', true],
  ['1.9.15p5', '1.9.15p5-3ubuntu5.24.04.1', false],
  ['1.9.17', '1.9.17-1', true],
  ['1.9.17p1', '', false],
  ['1.9.18', '', false],
  ['1.8.31', '', false],
])('sudo %s of the package "%s" has the fault: %s', (version, packageVersion, doubted) => {
  expect(sudoDoubt(`Sudo version ${version}`, packageVersion) !== undefined).toBe(doubted);
});

it('the limits of sshd are read whether it prints small letters or, as 10.6 does, capitals', () => {
  const bin = mkdtempSync('/tmp/vf-');
  const words = 'MaxSessions 7\nmaxstartups 10:30:100\nClientAliveInterval 5\nclientalivecountmax 3\n';
  writeFileSync(`${bin}/sshd`, `#!/bin/sh\nprintf '${words}'\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const text = execFileSync('sh', ['-c', sshdLines.join('; ')], { env, encoding: 'utf8' });
  rmSync(bin, { recursive: true });
  expect([...parseSshd(text.split('\n')).values()]).toEqual(['7', '10:30:100', '5', '3']);
});
