/** Accounts as people have them: what sshd and start files add is no word of a command, and where nothing can run the row says why in one sentence. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../lab/testing.ts';
import { testLab } from '../lab/testing-lab.ts';
import { sshTransport } from '../ssh/ssh.ts';
import { type LabFixture, runOnce, startLabFixture } from './testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
  await asRoot('mkdir /root/kept && cp -p /etc/passwd /etc/ssh/sshd_config /root/kept');
});
afterAll(() => setup.close());

const { user } = testLab;
const home = `/home/${user}`;
const asRoot = (line: string) =>
  setup.lab.exec('backend', ['/bin/sh', '-ec', line], { asRoot: true }).then(({ exit, stderr }) => {
    expect({ line, exit, stderr }).toMatchObject({ exit: 0 });
  });
const sshd = (...lines: readonly string[]) =>
  lines.map((line) => `echo '${line}' >>/etc/ssh/sshd_config`).join('; ');
const shell = (path: string) => `sed -i '/^${user}:/s|[^:]*$|${path}|' /etc/passwd`;
const RESET = `cp -p /root/kept/passwd /etc/passwd; cp -p /root/kept/sshd_config /etc/ssh/sshd_config; rm -f ${home}/.bashrc ${home}/.profile /tmp/fill; chmod 1777 /tmp; touch ${home}/.hushlogin`;
const RELOAD = 'pkill -HUP -o -x sshd';

let count = 0;
async function runAs(change: string) {
  await asRoot(`${change}; ${RELOAD}`);
  await until('sshd answers again', () =>
    setup.lab
      .exec('backend', ['/bin/sh', '-c', "ss -Htln 'sport = :22' | grep -q LISTEN"], { asRoot: true })
      .then(({ exit }) => exit === 0),
  );
  count += 1;
  const directory = join(setup.lab.directory, '..', `s${count}`);
  const transport = sshTransport(setup.fleet, { directory, warm: 0, log: () => {} });
  const { judgement, text } = await runOnce({ ...setup, transport }, setup.check('route-lookup'));
  await transport.close();
  await asRoot(`${RESET}; ${RELOAD}`);
  return `${judgement.problem?.message ?? judgement.verdict}${text('stderr')}`;
}

const quiet = [
  `echo Welcome | tee /etc/banner /etc/motd; rm ${home}/.hushlogin`,
  sshd('Banner /etc/banner', 'PrintMotd yes', 'SetEnv LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de'),
  `echo 'echo Hi >&2; set -u; umask 077' >${home}/.bashrc; ${shell('/bin/bash')}`,
  'chmod 555 /tmp; dd if=/dev/zero of=/tmp/fill bs=64k 2>/dev/null || :',
];

it('a banner, a message of the day, another locale, start files that speak on standard error, and a disk on which nothing can be written change no row', async () => {
  expect(await runAs(quiet.join('; '))).toBe('agrees');
});

it.each([
  [
    'start files that speak',
    `echo 'echo Hello' >${home}/.bashrc; ${shell('/bin/bash')}`,
    /printed: Hello\. /,
  ],
  [
    'a forced command',
    sshd(`Match User ${user}`, 'ForceCommand echo Only backups here'),
    /printed: Only backup/,
  ],
  ['a forced command without a word', sshd(`Match User ${user}`, 'ForceCommand true'), /printed: nothing\. /],
  ['a shell that is none', shell('/usr/sbin/nologin'), /printed: This account is currently not available\. /],
  ['a shell that is not there', shell('/usr/bin/gone'), /refused the login of .*Check that the key exists/],
])('%s is said in one sentence', async (_, change, sentence) => {
  expect(await runAs(change)).toMatch(sentence);
});
