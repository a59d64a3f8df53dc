/** The gate on machines on which nothing was installed, and the accounts and keys that lead to it. Each says what is not right. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Fleet, machineOf } from '../../server/fleet/fleet.ts';
import { mainLab, oneRun, type Open, over, readingOn } from './openLab.ts';

const run = promisify(execFile);
const vantage = fileURLToPath(new URL('../../server/cli/main.ts', import.meta.url));
/** Those that an account may have where /bin/sh is another one; a release need not have all. */
const loginShells = ['bash', 'fish', 'csh', 'ash', 'mksh', 'yash'];

async function asRoot({ lab }: Open, machine: string, line: string): Promise<void> {
  const { exit, stderr } = await lab.exec(machine, ['/bin/sh', '-ec', line], { asRoot: true });
  if (exit !== 0) throw new Error(`${line.slice(0, 80)}: ${stderr.trim()}`);
}

/** As an operator does it, on machines on which nothing is installed. */
export async function installGate(open: Open): Promise<Fleet> {
  const { lab, directory } = open;
  const { user, docsServer } = mainLab;
  const [key, output] = [join(directory, 'key'), join(directory, 'gate')];
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'vantage', '-f', key]);
  const named = ['--key', `${key}.pub`, '--user', user, '--from', docsServer.address, '--output', output];
  await run(process.execPath, [vantage, 'gate', 'build', ...named]);
  for (const { name } of lab.fleet.machines) {
    const packed = await run('tar', ['-cz', '-C', join(output, name), '.'], { encoding: 'buffer' });
    const script = `mkdir /root/gate && cd /root/gate && echo ${packed.stdout.toString('base64')} | base64 -d | tar -xz && sh install.sh`;
    await asRoot(open, name, script);
  }
  const machines = lab.fleet.machines.map((one) => ({ ...one, keyFile: key, gate: true as const }));
  return { ...lab.fleet, machines };
}

/** With the penalties of sshd on: whoever asks again and again with a wrong key is not what locks the right one out, though this sshd does lock others out. */
export async function lockedOut(open: Open, fleet: Fleet): Promise<readonly string[]> {
  const { check, role } = readingOn(open);
  await asRoot(
    open,
    role,
    'sed -i /^PerSourcePenalties/d /etc/ssh/sshd_config && kill -HUP "$(cat /run/sshd.pid)"',
  );
  const control = await penalties(open, fleet, role);
  const stranger = join(open.directory, 'stranger');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
  const strangers = fleet.machines.map((machine) => ({ ...machine, keyFile: stranger }));
  const kinds = await over(open, { ...fleet, machines: strangers }, async (transport) => {
    const found = new Set<string | undefined>();
    // One after the other: those at the same time share one login.
    for (let n = 0; n < 10; n += 1) found.add((await oneRun(fleet, transport, check)).problem?.kind);
    return found;
  });
  const { verdict, problem } = await over(open, fleet, (transport) => oneRun(fleet, transport, check));
  return [
    ...control,
    ...[...kinds].flatMap((kind) => (kind === 'refused-login' ? [] : [`a wrong key: ${kind}`])),
    ...(verdict === 'agrees' ? [] : [`the right key then: ${problem?.message ?? verdict}`]),
  ];
}

/** The control: another machine, so another address, fails as often. An sshd that has penalties refuses even to talk to it; an older one never does. */
async function penalties(open: Open, fleet: Fleet, role: string): Promise<readonly string[]> {
  const has = await open.lab.exec(role, ['/bin/sh', '-c', 'sshd -T | grep -qi ^persourcepenalties'], {
    asRoot: true,
  });
  const other = fleet.machines.find(({ name }) => name !== role)?.name ?? '';
  const asked = machineOf(fleet, role);
  const login = `ssh -v -F /dev/null -i stranger -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${asked?.user}@${asked?.address}`;
  const line = `cd /tmp; ssh-keygen -q -t ed25519 -N '' -f stranger; for n in 1 2 3 4 5 6 7 8 9 10; do ${login} 2>&1 || :; done`;
  const { stdout } = await open.lab.exec(other, ['/bin/sh', '-c', line]);
  const [refused, penalised] = [/Permission denied/.test(stdout), /Not allowed at this time/.test(stdout)];
  return [
    ...(refused ? [] : [`no control: ${other} was not refused`]),
    ...(penalised === (has.exit === 0)
      ? []
      : [`no control: ${penalised ? 'penalties though it has none' : `never penalised ${other}`}`]),
  ];
}

/** A check through the installed gate, and then with the agent sent along, under each login shell. */
export async function wrongShells(open: Open, gated: Fleet): Promise<readonly string[]> {
  const { check, role } = readingOn(open);
  const { user } = mainLab;
  const sent = { ...gated, machines: gated.machines.map(({ gate: _, ...machine }) => machine) };
  const wrong: string[] = [];
  for (const [way, fleet] of [['gate', gated] as const, ['no gate', sent] as const]) {
    if (way === 'no gate')
      await asRoot(open, role, `sed -i 's/,command="[^"]*"//' /etc/ssh/authorized_keys.d/${user}`);
    for (const shell of loginShells) {
      const path = `/usr/bin/${shell}`;
      if ((await open.lab.exec(role, ['test', '-x', path])).exit !== 0) continue;
      await asRoot(open, role, `sed -i '/^${user}:/s|[^:]*$|${path}|' /etc/passwd`);
      const { verdict, problem } = await over(open, fleet, (transport) => oneRun(fleet, transport, check));
      if (verdict !== 'agrees') wrong.push(`${shell}, ${way}: ${problem?.message ?? verdict}`);
    }
  }
  return wrong;
}
