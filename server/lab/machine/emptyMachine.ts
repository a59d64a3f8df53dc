/** What a machine is before Vantage was ever heard of there: a fresh Debian server with sshd and sudo, and nobody who logs in. Pure data. */
import { readFileSync } from 'node:fs';
import type { Seed, SeedFile } from './seed.ts';

/** As Debian ships it, without what needs PAM, and at the machine's own address. */
const sshdConfig = (address: string): string => `Include /etc/ssh/sshd_config.d/*.conf
ListenAddress ${address}
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM no
UseDNS no
PermitRootLogin no
KbdInteractiveAuthentication no
PrintMotd no
`;

const sudoers = `Defaults env_reset
Defaults mail_badpass
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
`;

const accounts = ['root', 'nobody', 'sshd', 'tcpdump'];
const named = ({ text }: SeedFile): string =>
  text
    .split('\n')
    .filter((line) => accounts.includes(line.split(':')[0] ?? '') || line.startsWith('nogroup:'))
    .map((line) => `${line}\n`)
    .join('');

/** The files of an installed machine, as they were before anything was installed. */
export function emptyMachineFiles(installed: readonly SeedFile[], seed: Seed, address: string): SeedFile[] {
  const gone = /^(?:home\/|etc\/ssh\/authorized_keys\.d\/|opt\/local\/)/;
  const kept = installed.filter(({ path }) => !gone.test(path));
  const files = kept.map((file): SeedFile => {
    switch (file.path) {
      case 'etc/passwd':
      case 'etc/shadow':
      case 'etc/group':
        return { ...file, text: named(file) };
      case 'etc/ssh/sshd_config':
        return { ...file, text: sshdConfig(address) };
      case 'etc/sudoers':
        return { ...file, text: sudoers };
      default:
        return file;
    }
  });
  const hostKey = { path: 'etc/ssh/ssh_host_ed25519_key.pub', text: seed.hostPublicKey, mode: 0o644 };
  const defs = { path: 'etc/login.defs', text: readFileSync('/etc/login.defs', 'utf8'), mode: 0o644 };
  // build.sh leaves /usr/local to root where this file is.
  return [...files, hostKey, defs, { path: 'etc/lab-bare', text: '', mode: 0o644 }];
}
