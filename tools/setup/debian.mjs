// The Debian packages: which are missing, by the programs that are there, and their installation, without starting any of their services on this machine.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stop, withProgress } from './print.mjs';
import { run } from './children.mjs';
import { undoAtExit } from './signals.mjs';

/**
 * `binary` is a program's name, or the full path of any file; `onlyWithoutRoot`: root does without it.
 * @typedef {{package: string, binary: string, onlyWithoutRoot?: boolean}} Need
 */

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** What only tests need: a real browser, and shells that other systems have. @type {readonly Need[]} */
export const BROWSER = [
  { package: 'chromium-headless-shell', binary: 'chromium-headless-shell' },
  { package: 'fonts-dejavu-core', binary: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
  ...['busybox', 'mksh', 'tcsh', 'yash'].map((shell) => ({ package: shell, binary: shell })),
];

/** The store's tests start it themselves, and skip what is about it when it is not there. @type {readonly Need[]} */
export const POSTGRES = [{ package: 'postgresql-15', binary: '/usr/lib/postgresql/15/bin/initdb' }];

/**
 * What the labs need: any lab, and those of the writeups. Throws a `Stop` for a list that cannot be read.
 * @param {string} engine @param {string} project
 * @param {boolean} asUser whether an ordinary user will start it
 * @returns {readonly Need[]}
 */
export function labNeeds(engine, project, asUser) {
  const content = join(project, 'content');
  const writeups = existsSync(content) ? readdirSync(content) : [];
  return [join(engine, 'server/lab'), ...writeups.map((name) => join(content, name, 'lab'))]
    .map((folder) => join(folder, 'packages.json'))
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const needs = parseNeeds(readFileSync(path, 'utf8'));
      if (needs !== undefined)
        return needs.filter(({ onlyWithoutRoot }) => asUser || onlyWithoutRoot !== true);
      throw new Stop(
        `${path} must be a list of {"package": "…", "binary": "…"}; correct it and run the command again.`,
      );
    });
}

/** `undefined` for anything but a list of names that are safe on a command line. @param {string} text @returns {Need[] | undefined} */
export function parseNeeds(text) {
  const isName = (/** @type {unknown} */ name) => typeof name === 'string' && /^[\w./+][\w./+-]*$/.test(name);
  try {
    const value = JSON.parse(text);
    return value.every((/** @type {Need} */ need) => isName(need.package) && isName(need.binary))
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The packages, each once and in order, of which a program is not there.
 * @param {readonly Need[]} needs
 * @param {(path: string) => boolean} [exists]
 */
export function missingPackages(needs, exists = existsSync) {
  const isThere = (/** @type {string} */ binary) =>
    binary.startsWith('/') ? exists(binary) : FOLDERS.some((folder) => exists(`${folder}/${binary}`));
  return [...new Set(needs.filter((need) => !isThere(need.binary)).map((need) => need.package))];
}

/** The words for packages that we may not, or could not, install. @param {readonly string[]} missing @param {boolean} hasApt */
export function packageSentence(missing, hasApt) {
  const list = missing.join(' ');
  return hasApt
    ? `Missing Debian packages: ${list}. Install them with: sudo apt-get install -y --no-install-recommends ${list}`
    : `Missing programs, named here as Debian packages: ${list}. This machine has no apt-get: install them with its own package manager.`;
}

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
