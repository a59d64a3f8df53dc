// Installs the npm packages when npm's own notes differ from the lock file.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runKillable } from './children.mjs';
import { withProgress, Stop } from './print.mjs';

/** @typedef {{version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, cpu?: string[]}} Package */
/** @typedef {{packages?: Record<string, Package>}} Lock */

/** What npm notes at the end of an installation: the part of the lock file that it installed. */
const NOTES = 'node_modules/.package-lock.json';
const PINNED_NODE = /^node_modules\/node-linux-/;

/**
 * True when node_modules holds what the lock file asks for on this machine.
 * @param {Lock} lock
 * @param {Lock | undefined} installed npm's notes, `undefined` when it never came to its end
 * @param {{exists: (path: string) => boolean, arch: string}} machine
 */
export function isInstalled(lock, installed, { exists, arch }) {
  if (installed === undefined) return false;
  const [wanted, found] = [lock.packages ?? {}, installed.packages ?? {}];
  const folders = Object.keys(found);
  return (
    Object.entries(wanted).every(
      ([path, { optional, devOptional }]) =>
        path === '' || path in found || optional === true || devOptional === true,
    ) &&
    Object.entries(found).every(
      ([path, { version, integrity, cpu }]) =>
        version === wanted[path]?.version &&
        integrity === wanted[path]?.integrity &&
        (cpu?.includes(arch) ?? true),
    ) &&
    folders.every((folder) => exists(`${folder}/package.json`)) &&
    (exists('node_modules/.bin/node') || !folders.some((folder) => PINNED_NODE.test(folder)))
  );
}

/** @type {readonly [RegExp, string][]} */
const ADVICE = [
  [/ENOSPC/, 'The disk is full: free about 1 GB'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'The npm registry could not be reached: check the network, the proxy and `npm config get registry`',
  ],
  [/E401|E403|ENEEDAUTH/, 'The npm registry refused us: check `npm config get registry` and its credentials'],
  [
    /E404|ETARGET/,
    'The npm registry lacks a package: check that `npm config get registry` names a full registry',
  ],
  [/EINTEGRITY/, 'A download was damaged or changed on its way: run `npm cache clean --force`'],
  [/EUSAGE/, 'package.json and package-lock.json disagree: run `npm install` and commit the lock file'],
  [/ENOTEMPTY|EBUSY/, 'Another program changes node_modules at the same time: wait until it has ended'],
  [/EACCES|EPERM|EROFS/, 'This user may not write here or to the npm cache: check who owns both'],
];

/** Says what to do after npm failed with this output. @param {string} output */
export function npmAdvice(output) {
  const advice = ADVICE.find(([pattern]) => pattern.test(output))?.[1] ?? 'See what npm says above';
  return `npm could not install the packages. ${advice}; then run the command again.`;
}

/** True when nothing needs to be installed. Throws a `Stop` without a lock file. @param {string} root */
export function hasPackages(root) {
  const lock = read(join(root, 'package-lock.json'));
  if (lock === undefined)
    throw new Stop(
      `package-lock.json is missing in ${root}. Restore it with \`git checkout package-lock.json\`.`,
    );
  const exists = (/** @type {string} */ path) => existsSync(join(root, path));
  return isInstalled(lock, read(join(root, NOTES)), { exists, arch: process.arch });
}

/** Brings node_modules to what the lock file says. @param {string} root */
export async function installPackages(root) {
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  // npm must run on the host's Node: the pinned one is inside the folder that `npm ci` removes first.
  const bin = join(root, 'node_modules');
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(bin));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const ended = await withProgress('Installing npm packages', () =>
    runKillable('npm', args, { cwd: root, env }),
  );
  if (ended.code !== 0 || !existsSync(join(root, NOTES)))
    throw new Stop(`${ended.output.trim()}\n\n${npmAdvice(ended.output)}`);
}

/** @param {string} path @returns {Lock | undefined} `undefined` when it is missing or no JSON */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
