/** `install.sh` on a machine whose sshd does not accept the settings: nothing of it stays there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandBench, openCommandBench } from '../cli/command/testing.ts';
import { testLab } from '../lab/testing-lab.ts';

let bench: CommandBench;
const place = mkdtempSync('/tmp/vo-');
beforeAll(async () => {
  bench = await openCommandBench({ bare: true });
});
afterAll(async () => {
  await bench.close();
  rmSync(place, { recursive: true, force: true });
});

it('files, folders and the account that it made are taken back; files that were there before are put back', async () => {
  const asRoot = (script: string) => bench.lab.exec('backend', ['/bin/sh', '-c', script], { asRoot: true });
  const key = join(place, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const output = ['--key', `${key}.pub`, '--output', join(place, 'gate')];
  expect((await bench.run('gate', 'build', '--user', testLab.user, ...output)).exit).toBe(0);
  const packed = execFileSync('tar', ['-cz', '-C', join(place, 'gate/backend'), '.']).toString('base64');
  await asRoot(`mkdir /root/gate && echo ${packed} | base64 -d | tar -xz -C /root/gate`);
  await asRoot('mkdir /usr/local/libexec && echo old >/usr/local/libexec/vantage-gate');
  await asRoot('echo Nonsense yes >/etc/ssh/sshd_config.d/99.conf');

  const listing = `find /etc/ssh /usr/local /tmp; ls -d /etc/sudoers.d; ls -A /home; id ${testLab.user}; cat /usr/local/libexec/*`;
  const state = async () => (await asRoot(`(${listing}) 2>/dev/null`)).stdout;
  const before = await state();
  const { exit, stderr } = await asRoot('cd /root/gate && sh install.sh');
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: expect.stringMatching(
      /Nonsense[\s\S]*install\.sh: sshd does not accept the settings \(see above\); all that this script put here was taken back\n$/,
    ),
  });
  expect(await state()).toBe(before);
  expect(before).toContain('old');
  // Without the folder, as before the first start of sshd, no settings would do.
  const mended = 'rm /etc/ssh/sshd_config.d/99.conf && rmdir /run/sshd && cd /root/gate && sh install.sh';
  expect(await asRoot(mended)).toMatchObject({ exit: 0, stderr: '' });
});
