// Installs Debian packages without starting any of their services on this machine.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './children.mjs';
import { withProgress } from './progress.mjs';
import { undoAtExit } from './signals.mjs';

/** Debian asks this program before it starts a service; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';
const MARK = '# Written by the set-up of Vantage for as long as apt-get runs; safe to delete.';
/** A package that was not there before must not start its services at the next boot either. */
const SERVICES = new Map([
  ['openssh-server', ['ssh.service', 'ssh.socket']],
  ['nginx-light', ['nginx.service']],
  ['postgresql-15', ['postgresql.service']],
]);

export const hasApt = () => existsSync('/usr/bin/apt-get');

/** True when this user may install. */
export const mayInstall = () => process.getuid?.() === 0 && hasApt();

/** Installs the packages. Resolves with '', or with the end of what apt-get said when it failed. @param {readonly string[]} packages */
export async function installDebian(packages) {
  const restore = forbidServices(POLICY);
  try {
    const updated = await withProgress('Reading the lists of Debian packages', () => apt('update'));
    const installed = await withProgress(`Installing Debian packages (${packages.join(', ')})`, () =>
      apt('install', '-y', '--no-install-recommends', ...packages),
    );
    if (existsSync('/usr/bin/systemctl')) {
      const now = existsSync('/run/systemd/system') ? ['--now'] : [];
      for (const unit of packages.flatMap((name) => SERVICES.get(name) ?? []))
        await run('/usr/bin/systemctl', ['disable', ...now, unit]);
    }
    if (installed.code === 0) return '';
    const output = `${updated.code === 0 ? '' : updated.output}${installed.output}`;
    return output.trim().split('\n').slice(-12).join('\n');
  } finally {
    restore();
  }
}

/** @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  return run('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env });
}

/**
 * Keeps Debian from starting services until the returned function is called. A policy of somebody else stays as it is.
 * @param {string} path
 * @returns {() => void}
 */
export function forbidServices(path) {
  removeLeftovers(path);
  if (existsSync(path)) return () => {};
  writeFileSync(path, `#!/bin/sh\n${MARK}\n# pid ${process.pid}\nexit 101\n`, { mode: 0o755 });
  return undoAtExit(() => rmSync(path, { force: true }));
}

/** Removes the policy of a set-up that was killed. */
export function removeLeftovers(path = POLICY) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const pid = /^# pid (\d+)$/m.exec(text)?.[1] ?? '0';
  if (text.includes(MARK) && !existsSync(`/proc/${pid}`)) rmSync(path, { force: true });
}
