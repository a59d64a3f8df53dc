/** As a new operator does it: three machines on which nothing is installed, the files of `ops/` and of `vantage gate build`, to a green doctor and evidence. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandBench, openCommandBench } from '../cli/command/testing.ts';
import { reportSchema } from '../../src/core/report/testing-schema.ts';
import type { Report } from '../doctor/report.ts';
import { visit } from '../doctor/testing.ts';
import { readInventories } from '../inventory/inventory.ts';
import { testLab, testMachines } from '../lab/testing-lab.ts';

const ops = new URL('../../ops/', import.meta.url);
let bench: CommandBench;
/** `/etc/vantage` of the docs server. */
let etc = '';
let inventory = '';
beforeAll(async () => {
  bench = await openCommandBench({ bare: true });
  etc = mkdtempSync('/tmp/vo-');
  inventory = join(etc, 'inventory.yaml');
  copyFileSync(new URL('credentials.yaml', ops), join(etc, 'credentials.yaml'));
  chmodSync(join(etc, 'credentials.yaml'), 0o600);
});
afterAll(async () => {
  await bench.close();
  rmSync(etc, { recursive: true, force: true });
});

const fleet = () => ['--fleet', inventory, '--credentials', join(etc, 'credentials.yaml')];
const console_ = async (machine: string, script: string) =>
  bench.lab.exec(machine, ['/bin/sh', '-c', script], { asRoot: true });
const doctor = async () => {
  const { exit, stdout } = await bench.run('doctor', '--format', 'json', ...fleet());
  return { exit, report: JSON.parse(stdout) as Report };
};
const troubles = ({ machines, findings }: Report) =>
  [...findings, ...machines.flatMap((machine) => machine.findings)]
    .filter(({ level }) => level !== 'ok')
    .map(({ kind }) => kind);

it('a machine on which nothing is installed lets nobody in', async () => {
  execFileSync('ssh-keygen', [
    ...'-q -t ed25519 -C vantage -N'.split(' '),
    '',
    '-f',
    join(etc, 'id_ed25519'),
  ]);
  // The inventory of the page; the sockets stand for the network, which leads nowhere outside the lab.
  let text = readFileSync(new URL('inventory.yaml', ops), 'utf8');
  for (const { name, address } of testLab.machines) {
    const { socket } = bench.lab.fleet.machines.find((machine) => machine.name === name) ?? {};
    text = text.replace(
      `ansible_host: ${address}\n`,
      `ansible_host: ${address}\n          vantage_socket: ${socket}\n`,
    );
  }
  writeFileSync(inventory, text);
  writeFileSync(join(etc, 'known_hosts'), '');
  const { exit, report } = await doctor();
  expect(exit).toBe(1);
  expect(troubles(report)).toEqual(Array(3).fill('host-key-unknown'));

  // Each key read at the machine's own console.
  const lines = testLab.machines.map(async ({ name, address }) => {
    const { stdout } = await console_(name, 'cat /etc/ssh/ssh_host_ed25519_key.pub');
    return `vm${address.split('.').at(-1)} ${stdout.trim().split(' ').slice(0, 2).join(' ')}\n`;
  });
  writeFileSync(join(etc, 'known_hosts'), (await Promise.all(lines)).join(''));
  expect(troubles((await doctor()).report)).toEqual(Array(3).fill('login-refused'));
});

it('install.sh, run twice as root, puts everything in place, and is refused to anybody else', async () => {
  const output = join(etc, 'gate');
  const { address } = testLab.docsServer;
  const key = ['--key', join(etc, 'id_ed25519.pub'), '--from', address, '--output', output];
  expect((await bench.run('gate', 'build', '--user', testLab.user, ...key)).exit).toBe(0);
  for (const { name } of testLab.machines) {
    const packed = execFileSync('tar', ['-cz', '-C', join(output, name), '.']).toString('base64');
    const unpack = `mkdir /root/gate && echo ${packed} | base64 -d | tar -xz -C /root/gate`;
    expect((await console_(name, unpack)).exit).toBe(0);
    for (let times = 0; times < 2; times += 1) {
      const { exit, stdout, stderr } = await console_(name, 'cd /root/gate && sh install.sh');
      expect({ exit, stdout, stderr }).toEqual({
        exit: 0,
        stdout: expect.stringContaining('The gate is installed for autobot.'),
        stderr: '',
      });
    }
  }
  const reloading = 'pid=$(cat /run/sshd.pid); rm /run/sshd.pid; (sleep 0.5; echo "$pid" >/run/sshd.pid) &';
  expect(await console_('backend', `${reloading} cd /root/gate && sh install.sh`)).toMatchObject({ exit: 0 });
  const asLogin = await bench.lab.exec('backend', ['/bin/sh', '-c', 'cd /tmp && sh /root/gate/install.sh']);
  expect(asLogin.exit).not.toBe(0);
  const { stdout } = await console_(
    'backend',
    'cd / && stat -c "%U %a %n" usr/local/libexec/vantage-gate etc/sudoers.d/60-vantage etc/ssh/authorized_keys.d/autobot etc/ssh/authorized_keys.d usr/local/libexec',
  );
  expect(stdout.trim().split('\n')).toEqual([
    'root 755 usr/local/libexec/vantage-gate',
    'root 440 etc/sudoers.d/60-vantage',
    'root 644 etc/ssh/authorized_keys.d/autobot',
    'root 755 etc/ssh/authorized_keys.d',
    'root 755 usr/local/libexec',
  ]);
});

it('a machine whose sshd or sudo would not read the files is left as it is, with what to write', async () => {
  const tried = async (spoil: string, mend: string) => {
    const { exit, stderr } = await console_('frontend', `cd /root/gate && ${spoil} && sh install.sh`);
    await console_('frontend', mend);
    expect(exit).toBe(1);
    return stderr;
  };
  const config = '/etc/ssh/sshd_config';
  expect(
    await tried(`cp ${config} /root/kept && sed -i /^Include/d ${config}`, `cp /root/kept ${config}`),
  ).toContain('install.sh: write "Include /etc/ssh/sshd_config.d/*.conf" as the first line');
  expect(
    await tried(
      'mv usr_local_libexec_vantage-gate away',
      'cd /root/gate && mv away usr_local_libexec_vantage-gate',
    ),
  ).toContain('is missing here: copy the whole folder');
});

it('the doctor then asks for one thing, which machine is which, and is green once that is written', async () => {
  const { exit, report } = await doctor();
  expect(exit, JSON.stringify(report, null, 1)).toBe(0);
  expect(troubles(report)).toEqual(Array(3).fill('identity-not-stated'));
  let text = readFileSync(inventory, 'utf8');
  for (const { address, findings } of report.machines) {
    const finding = findings.find(({ kind }) => kind === 'identity-not-stated');
    const [, line] =
      /`(vantage_machine_id: \w+)`/.exec(finding && 'remedy' in finding ? finding.remedy : '') ?? [];
    text = text.replace(`ansible_host: ${address}\n`, `ansible_host: ${address}\n          ${line}\n`);
  }
  writeFileSync(inventory, text);
  const { exit: green, stdout } = await bench.run('doctor', ...fleet());
  expect({ green, stdout }).toEqual({
    green: 0,
    stdout: expect.stringContaining('All 3 machines are ready.'),
  });
  expect(stdout.match(/gate-current/g)).toHaveLength(3);
});

it('limits of sshd that are too low are named as sshd itself reads its files; the commands beside them mend them', async () => {
  const lines = ['MaxStartups 1:50:2', 'Match User autobot', 'MaxSessions 1', 'ClientAliveInterval 0'];
  const file = '/etc/ssh/sshd_config.d/10-hardening.conf';
  await console_('backend', `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${file}`);
  const read = readInventories([inventory], { roles: testMachines, map: new Map() });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const look = () => visit(etc, read.fleet);
  const mended = async (kind: string, wanted: number, upTo: string) => {
    const report = await look();
    expect(troubles(report)).toEqual(Array(wanted).fill(kind));
    for (const finding of report.machines.flatMap(({ findings }) => findings)) {
      const [command = ''] = 'remedy' in finding ? finding.remedy.split(upTo) : [];
      expect(await console_('backend', command)).toMatchObject({ exit: 0 });
    }
  };
  // There is no systemd in the lab; sshd reads its files anew for whoever asks.
  await mended('sshd-limits-low', 3, ' && sudo sshd -t');
  await console_('backend', `chmod 600 ${file}`);
  await mended('sshd-limits-unread', 1, '; or ');
  const report = await look();
  expect(troubles(report)).toEqual([]);
  const { findings = [] } = report.machines.find(({ role }) => role === 'backend') ?? {};
  expect(findings.find(({ kind }) => kind === 'sshd-limits')?.message).toBe(
    'MaxSessions 10, MaxStartups 10:30:100, ClientAlive 5 s × 3',
  );
});

it('and checks agree through the gate, one with a capture as root among them; the source stays the lab’s', async () => {
  const checks = ['self-loopback', 'frontend-to-backend', 'tcpdump-lo'];
  const asked = ['--fleet', inventory, '--format', 'json'];
  const { exit, stdout, stderr } = await bench.run('run', ...checks, ...asked);
  expect(exit, stderr).toBe(0);
  const { rows } = reportSchema.parse(JSON.parse(stdout));
  expect(rows.map(({ verdict, source }) => `${verdict} ${source}`)).toEqual(Array(3).fill('agrees lab'));
  expect(rows.flatMap(({ steps }) => steps).every(({ machine }) => machine?.gate !== '')).toBe(true);
});

it('a check that logs in sends the credentials of the operator, and nobody sees the password; without them it sends nothing', async () => {
  const login = async (...args: readonly string[]) => {
    const { stdout } = await bench.run('run', 'login', ...args, '--format', 'json');
    return { stdout, rows: reportSchema.parse(JSON.parse(stdout)).rows };
  };
  // The backend of the lab knows the documented account only: these are others.
  const { stdout, rows } = await login(...fleet());
  expect(rows.map(({ judgement }) => judgement)).toMatchObject([
    { observed: 'HTTP 401, no token', verdict: 'differs' },
  ]);
  expect(stdout).not.toContain('write-the-one');
  const [row] = (await login('--fleet', inventory)).rows;
  expect(row?.judgement).toMatchObject({ verdict: 'inconclusive', problem: { kind: 'no-credentials' } });
});

it('[T25] sudo lists these lines and no other, and refuses every neighbour of them', async () => {
  const asLogin = (argv: readonly string[]) => bench.lab.exec('backend', argv);
  const listed = await asLogin(['sudo', '-n', '-l']);
  // sudo folds long lines.
  const granted = listed.stdout
    .replace(/\n {8}/g, ' ')
    .split('\n')
    .flatMap((line) => line.split('NOPASSWD: ')[1]?.trim() ?? []);
  const file = readFileSync(join(etc, 'gate/backend/etc_sudoers.d_60-vantage'), 'utf8');
  expect(granted.sort()).toEqual(
    file
      .split('\n')
      .flatMap((line) => line.split('NOPASSWD: ')[1] ?? [])
      .sort(),
  );
  expect(granted).toHaveLength(5);
  const capture = 'timeout -s INT -k 1 9 /usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443';
  const neighbours = [
    '/usr/bin/id',
    '/usr/bin/tcpdump -i lo -nn',
    `/usr/bin/${capture} -w /etc/x`,
    `/usr/bin/${capture} -z /tmp/x -G 1`,
    `/usr/bin/${capture.replace('9', '99')}`,
    `/usr/bin/${capture.replace('-i lo', '-i eth2')}`,
    `/usr/bin/${capture.replace('-nn -l', '-l -nn')}`,
    '/usr/bin/pkill -INT -f -x sshd',
  ];
  for (const line of neighbours) {
    const { exit, stderr } = await asLogin(['sudo', '-n', ...line.split(' ')]);
    expect({ line, exit, refused: /password is required|not allowed/.test(stderr) }).toEqual({
      ...{ line, exit: 1, refused: true },
    });
  }
});

it('the settings of the page fit beside the inventory, in one folder', async () => {
  for (const name of ['vantage.yaml', 'auth.yaml']) copyFileSync(new URL(name, ops), join(etc, name));
  execFileSync('chmod', ['600', join(etc, 'auth.yaml')]);
  mkdirSync(join(etc, 'data'));
  const { exit, stdout, stderr } = await bench.run('config', 'check', '--config', join(etc, 'vantage.yaml'));
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'The settings are valid.\n' });
  expect(stdout).toMatch(/^metrics +127\.0\.0\.1:9464 +.*vantage\.yaml:8$/m);
  expect((await doctor()).exit).toBe(0);
});
