/** The gate on machines on which nothing was installed, and the accounts and keys that lead to it. Each says what is not right. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Fleet } from '../../server/fleet/fleet.ts';
import { mainLab, oneRun, type Open, over, readingOn } from './openLab.ts';

const run = promisify(execFile);
const vantage = fileURLToPath(new URL('../../server/cli/main.ts', import.meta.url));
/** Those that an account may have where /bin/sh is another one; a release need not have all. */
const loginShells = ['bash', 'fish', 'csh', 'ash', 'mksh', 'yash'];

/** As an operator does it, on machines on which nothing is installed. */
export async function installGate({ lab, directory }: Open): Promise<Fleet> {
  const { user, docsServer } = mainLab;
  const [key, output] = [join(directory, 'key'), join(directory, 'gate')];
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'vantage', '-f', key]);
  const named = ['--key', `${key}.pub`, '--user', user, '--from', docsServer.address, '--output', output];
  await run(process.execPath, [vantage, 'gate', 'build', ...named]);
  for (const { name } of lab.fleet.machines) {
    const packed = await run('tar', ['-cz', '-C', join(output, name), '.'], { encoding: 'buffer' });
    const script = `mkdir /root/gate && cd /root/gate && echo ${packed.stdout.toString('base64')} | base64 -d | tar -xz && sh install.sh`;
    const { exit, stderr } = await lab.exec(name, ['/bin/sh', '-c', script], { asRoot: true });
    if (exit !== 0) throw new Error(`install.sh on ${name}: ${stderr.trim()}`);
  }
  const machines = lab.fleet.machines.map((one) => ({ ...one, keyFile: key, gate: true as const }));
  return { ...lab.fleet, machines };
}

/** With the penalties of sshd on: whoever asks again and again with a wrong key is not what locks the right one out. */
export async function lockedOut(open: Open, fleet: Fleet): Promise<readonly string[]> {
  const { check, role } = readingOn(open);
  const line = 'sed -i /^PerSourcePenalties/d /etc/ssh/sshd_config && kill -HUP "$(cat /run/sshd.pid)"';
  const { exit, stderr } = await open.lab.exec(role, ['/bin/sh', '-ec', line], { asRoot: true });
  if (exit !== 0) throw new Error(`${line}: ${stderr.trim()}`);
  const stranger = join(open.directory, 'stranger');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
  const strangers = fleet.machines.map((machine) => ({ ...machine, keyFile: stranger }));
  const kinds = await over(open, { ...fleet, machines: strangers }, async (transport) => {
    const asked = Array.from({ length: 20 }, () => oneRun(fleet, transport, check));
    return new Set((await Promise.all(asked)).map(({ problem }) => problem?.kind));
  });
  const { verdict, problem } = await over(open, fleet, (transport) => oneRun(fleet, transport, check));
  return [
    ...[...kinds].flatMap((kind) => (kind === 'refused-login' ? [] : [`a wrong key: ${kind}`])),
    ...(verdict === 'agrees' ? [] : [`the right key then: ${problem?.message ?? verdict}`]),
  ];
}

/** A check through the installed gate, and then with the agent sent along, under each login shell. */
export async function wrongShells(open: Open, gated: Fleet): Promise<readonly string[]> {
  const { check, role } = readingOn(open);
  const { user } = mainLab;
  const sent = { ...gated, machines: gated.machines.map(({ gate: _, ...machine }) => machine) };
  const asRoot = async (line: string): Promise<void> => {
    const { exit, stderr } = await open.lab.exec(role, ['/bin/sh', '-ec', line], { asRoot: true });
    if (exit !== 0) throw new Error(`${line}: ${stderr.trim()}`);
  };
  const wrong: string[] = [];
  for (const [way, fleet] of [['gate', gated] as const, ['no gate', sent] as const]) {
    if (way === 'no gate') await asRoot(`sed -i 's/,command="[^"]*"//' /etc/ssh/authorized_keys.d/${user}`);
    for (const shell of loginShells) {
      const path = `/usr/bin/${shell}`;
      if ((await open.lab.exec(role, ['test', '-x', path])).exit !== 0) continue;
      await asRoot(`sed -i '/^${user}:/s|[^:]*$|${path}|' /etc/passwd`);
      const { verdict, problem } = await over(open, fleet, (transport) => oneRun(fleet, transport, check));
      if (verdict !== 'agrees') wrong.push(`${shell}, ${way}: ${problem?.message ?? verdict}`);
    }
  }
  return wrong;
}
