// Installs the npm packages when they are missing or the lock file has changed. Which Node runs afterwards is node.mjs's.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, tied } from './children.mjs';
import { withProgress } from './progress.mjs';
import { Stop } from './stop.mjs';

/** @typedef {{version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean}} Package */
/** @typedef {{packages?: Record<string, Package>}} Lock */
/** @typedef {'ready' | 'adopt' | 'install'} NpmState */

const PINNED = /^node_modules\/node-linux-/;
const STAMP = 'node_modules/.vantage-setup.json';

/**
 * Decides what node_modules needs: nothing, only our stamp (somebody ran npm by hand, and well), or an installation.
 * @param {object} facts
 * @param {string} facts.key of the lock file that we have now
 * @param {string | undefined} facts.stamp the key that was last installed
 * @param {Lock} facts.lock
 * @param {Lock | undefined} facts.installed what npm noted at the end of its last installation
 * @param {(path: string) => boolean} facts.exists
 * @returns {NpmState}
 */
export function npmState({ key, stamp, lock, installed, exists }) {
  if (installed === undefined) return 'install';
  const folders = Object.keys(installed.packages ?? {});
  if (!folders.every((folder) => exists(`${folder}/package.json`))) return 'install';
  if (folders.some((folder) => PINNED.test(folder)) && !exists('node_modules/.bin/node')) return 'install';
  if (stamp === key) return 'ready';
  return sameTree(lock, installed) ? 'adopt' : 'install';
}

/** @param {Lock} lock @param {Lock} installed what npm noted at the end of its last installation */
function sameTree(lock, installed) {
  const wanted = lock.packages ?? {};
  const found = installed.packages ?? {};
  const mayMiss = (/** @type {Package} */ entry) => entry.optional === true || entry.devOptional === true;
  return (
    Object.entries(wanted).every(([path, entry]) => path === '' || path in found || mayMiss(entry)) &&
    Object.entries(found).every(
      ([path, entry]) =>
        entry.version === wanted[path]?.version && entry.integrity === wanted[path]?.integrity,
    )
  );
}

/** Says what to do after npm failed with this output. @param {string} output */
export function npmAdvice(output) {
  /** @type {[RegExp, string][]} */
  const known = [
    [/ENOSPC/, 'The disk is full: free about 1 GB'],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
      'The npm registry could not be reached: check the network, the proxy and `npm config get registry`',
    ],
    [
      /E401|E403|ENEEDAUTH/,
      'The npm registry refused us: check `npm config get registry` and its credentials',
    ],
    [
      /E404|ETARGET/,
      'The npm registry lacks a package: check that `npm config get registry` names a full registry',
    ],
    [/EINTEGRITY/, 'A download was damaged or changed on its way: run `npm cache clean --force`'],
    [/EUSAGE/, 'package.json and package-lock.json disagree: run `npm install` and commit the lock file'],
    [/ENOTEMPTY|EBUSY/, 'Another program changes node_modules at the same time: wait until it has ended'],
    [/EACCES|EPERM|EROFS/, 'This user may not write here or to the npm cache: check who owns both'],
  ];
  const advice = known.find(([pattern]) => pattern.test(output))?.[1] ?? 'See what npm says above';
  return `npm could not install the packages. ${advice}; then run the command again.`;
}

/**
 * Brings node_modules to what the lock file says.
 * @param {string} root
 * @returns {{state: NpmState, apply: (say: import('./progress.mjs').Say) => Promise<void>}}
 */
export function npmPackages(root) {
  const text = read(join(root, 'package-lock.json'));
  if (text === undefined) {
    throw new Stop(
      `package-lock.json is missing in ${root}. Restore it with \`git checkout package-lock.json\`.`,
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const key = createHash('sha256').update(platform).update(text).digest('hex');
  const hidden = read(join(root, 'node_modules/.package-lock.json'));
  const stamp = parse(read(join(root, STAMP)));
  const state = npmState({
    key,
    stamp: /** @type {{key?: string} | undefined} */ (stamp)?.key,
    lock: parse(text) ?? {},
    installed: parse(hidden),
    exists: (path) => existsSync(join(root, path)),
  });
  const note = () => writeFileSync(join(root, STAMP), `${JSON.stringify({ key })}\n`);
  const apply = async (/** @type {import('./progress.mjs').Say} */ say) => {
    if (state === 'install') await install(root, say);
    if (state !== 'ready') note();
  };
  return { state, apply };
}

/** @param {string} root @param {import('./progress.mjs').Say} say */
async function install(root, say) {
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  const [command, rest] = tied('npm', args, 'KILL');
  const ended = await withProgress(
    'Installing npm packages',
    () => run(command, rest, { cwd: root, env: hostEnv(root) }),
    { say },
  );
  if (ended.code === 0 && existsSync(join(root, 'node_modules/.package-lock.json'))) return;
  throw new Stop(`${ended.output.trim()}\n\n${npmAdvice(ended.output)}`);
}

/** npm must run on the host's Node: the pinned one is inside the folder that `npm ci` removes first. @param {string} root */
function hostEnv(root) {
  const bin = join(root, 'node_modules');
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(bin));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** @param {string | undefined} text @returns {Lock | undefined} */
function parse(text) {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
