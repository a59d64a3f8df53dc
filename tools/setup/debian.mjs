// Decides which Debian packages are missing, from the programs that are there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stop } from './stop.mjs';

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
