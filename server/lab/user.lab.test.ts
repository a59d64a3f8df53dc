/** The lab as an ordinary user has it. CI is root, so the user is made in a mount namespace, where only who asks sees him. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from './machine/runProgram.ts';
import { hostState } from './testing.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const checks = ['self-loopback', 'tcpdump-lo', 'curl-from-manager'];

/** Makes ann (4001) with or without subordinate ids, and shows her the project wherever it lies. Then runs its last argument as her. */
const asAnn = `
set -e
place=$1 node=$2 ids=$3
{ cat /etc/passwd; echo ann:x:4001:4001::/mnt/home:/bin/sh; } >$place/passwd
{ cat /etc/group; echo ann:x:4001:; } >$place/group
printf "$ids" >$place/sub
for file in passwd group; do mount --bind $place/$file /etc/$file; done
for file in subuid subgid; do mount --bind $place/sub /etc/$file; done
mount -t tmpfs -o mode=755 none /mnt
mkdir /mnt/project
mkdir -m 700 /mnt/home /mnt/run
chown 4001:4001 /mnt/home /mnt/run
touch /mnt/node
mount --bind . /mnt/project
mount --bind "$node" /mnt/node
cd /mnt/project
exec env -i HOME=/mnt/home XDG_RUNTIME_DIR=/mnt/run PATH=/usr/local/bin:/usr/bin:/bin \\
  setpriv --reuid 4001 --regid 4001 --clear-groups /bin/sh -c "vantage() { /mnt/node server/cli/main.ts \\"\\$@\\"; }; $4"`;

async function ann(ids: string, line: string) {
  const place = mkdtempSync('/tmp/vu-');
  try {
    writeFileSync(`${place}/as-ann.sh`, asAnn);
    const apart = ['unshare', '--mount', '--', '/bin/sh', `${place}/as-ann.sh`];
    return await run(['env', '-C', project, ...apart, place, process.execPath, ids, line]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

test.runIf(process.getuid?.() === 0)(
  'an ordinary user with subordinate ids has the whole lab, takes checks in it, and it leaves nothing',
  async () => {
    const before = hostState();
    const { exit, stdout, stderr } = await ann(
      'ann:700000:65536\\n',
      [
        'id -un; vantage lab up',
        'vantage lab exec backend -- sh -c "id -un; hostname"',
        `vantage run ${checks.join(' ')}; echo "run $?"`,
        'vantage lab down; find /mnt/run',
      ].join('; '),
    );
    expect(stderr).not.toMatch(/^vantage: /m);
    expect(exit).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('ann');
    expect(stdout).toContain('autobot\nwsl20\n');
    expect(stdout).toContain('run 0\n');
    expect(lines.slice(-2)).toEqual(['The lab is down.', '/mnt/run']);
    expect(hostState()).toEqual(before);
  },
);

test.runIf(process.getuid?.() === 0)('one without them is told the line that gives them', async () => {
  const { exit, stderr } = await ann('', 'vantage lab up');
  expect(exit).toBe(3);
  expect(stderr).toContain('/etc/subuid and /etc/subgid give ann none');
  expect(stderr).toContain('usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann\n');
});
