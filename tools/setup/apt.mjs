// Installs Debian packages without starting any of their services on this machine. Which packages: debian.mjs.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './children.mjs';
import { withProgress } from './progress.mjs';
import { undoAtExit } from './signals.mjs';

/** Debian asks this program before it starts a service; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';
const MARK = '# Written by the set-up of Vantage for as long as apt-get runs; safe to delete.';
const SERVICES = {
  'openssh-server': ['ssh.service', 'ssh.socket'],
  'nginx-light': ['nginx.service'],
};
const ENV = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/** True when this user may install. */
export function mayInstall() {
  return process.getuid?.() === 0 && hasApt();
}

export function hasApt() {
  return existsSync('/usr/bin/apt-get');
}

/**
 * Installs the packages. Returns '' or the tail of what apt-get said when it failed.
 * @param {readonly string[]} packages
 * @param {import('./progress.mjs').Say} say
 */
export async function installPackages(packages, say) {
  const restore = forbidServices(POLICY);
  try {
    const wait = ['-o', 'DPkg::Lock::Timeout=300'];
    const updated = await withProgress(
      'Reading the lists of Debian packages',
      () => apt([...wait, 'update']),
      { say },
    );
    const ended = await withProgress(
      `Installing Debian packages (${packages.join(', ')})`,
      () => apt([...wait, 'install', '-y', '--no-install-recommends', ...packages]),
      { say },
    );
    await keepServicesOff(packages);
    if (ended.code === 0) return '';
    return `${updated.code === 0 ? '' : updated.output}${ended.output}`
      .trim()
      .split('\n')
      .slice(-12)
      .join('\n');
  } finally {
    restore();
  }
}

/** @param {string[]} args */
function apt(args) {
  return run('/usr/bin/apt-get', args, { env: ENV });
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

/** Removes what a set-up that was killed may have left. */
export function removeLeftovers(path = POLICY) {
  const pid = ownerOf(path);
  if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(path, { force: true });
}

/** The process that wrote this policy; `undefined` when it is not one of ours. @param {string} path */
function ownerOf(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes(MARK) ? (/^# pid (\d+)$/m.exec(text)?.[1] ?? '0') : undefined;
  } catch {
    return undefined;
  }
}

/** A package that was not there before must not start its service at the next boot either. @param {readonly string[]} installed */
async function keepServicesOff(installed) {
  if (!existsSync('/usr/bin/systemctl')) return;
  for (const [name, units] of Object.entries(SERVICES)) {
    if (!installed.includes(name)) continue;
    const isBooted = existsSync('/run/systemd/system');
    for (const unit of units)
      await run('/usr/bin/systemctl', ['disable', ...(isBooted ? ['--now'] : []), unit]);
  }
}
