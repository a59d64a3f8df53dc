// Brings a fresh clone to where a command can run, and does nothing when it is there. Each part's work is in setup/.
import { join, resolve } from 'node:path';
import { hasApt, installPackages, mayInstall, removeLeftovers } from './setup/apt.mjs';
import { siteBuild } from './setup/build.mjs';
import { BROWSER, labNeeds, missingPackages, packageSentence } from './setup/debian.mjs';
import { takeLock } from './setup/lock.mjs';
import { projectNode } from './setup/node.mjs';
import { npmPackages } from './setup/npm.mjs';
import { endWithNpm } from './setup/signals.mjs';

/** @typedef {'npm' | 'lab' | 'user' | 'browser' | 'build'} Part `user`: the lab is started by an ordinary user too, as its tests do */
/**
 * What a command finds when the set-up is over.
 * @typedef {object} Ready
 * @property {string} node the Node to run the project's programs with
 * @property {{lab: string[], browser: string[]}} missing Debian packages that are still missing
 * @property {string} sentence what to do about them; '' when none is missing
 */

export const ROOT = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

/** What each command needs. */
const PARTS = /** @type {const} */ ({
  check: ['npm'],
  unit: ['npm'],
  dev: ['npm', 'lab'],
  site: ['npm', 'lab', 'build'],
  lab: ['npm', 'lab', 'user', 'build'],
  tests: ['npm', 'lab', 'user', 'browser', 'build'],
});

/**
 * Installs, builds and reports. Throws a `Stop` with the words for a person when the command cannot run at all.
 * @param {{needs: keyof typeof PARTS, say: import('./setup/progress.mjs').Say, root?: string}} request
 * @returns {Promise<Ready>}
 */
export async function setUp({ needs, say, root = ROOT }) {
  /** @type {readonly Part[]} */
  const parts = PARTS[needs];
  endWithNpm();
  if (mayInstall()) removeLeftovers();
  const isReady = () =>
    npmPackages(root).state === 'ready' &&
    (!mayInstall() || stillMissing(root, parts).all.length === 0) &&
    (!parts.includes('build') || siteBuild(root).ready);
  if (!isReady()) {
    const release = await takeLock(join(root, '.vantage/setup.lock'), say);
    try {
      // Looked at again: another set-up may have done the work while we waited.
      await npmPackages(root).apply(say);
      await installMissing(root, parts, say);
      if (parts.includes('build')) await siteBuild(root).apply(projectNode(root), say);
    } finally {
      release();
    }
  }
  const { lab, browser, all } = stillMissing(root, parts);
  const sentence = all.length === 0 ? '' : packageSentence(all, hasApt());
  return { node: projectNode(root), missing: { lab, browser }, sentence };
}

/** @param {string} root @param {readonly Part[]} parts */
function stillMissing(root, parts) {
  const asUser = parts.includes('user') || process.getuid?.() !== 0;
  const lab = parts.includes('lab') ? missingPackages(labNeeds(root, asUser)) : [];
  const browser = parts.includes('browser') ? missingPackages(BROWSER) : [];
  return { lab, browser, all: [...new Set([...lab, ...browser])] };
}

/** @param {string} root @param {readonly Part[]} parts @param {import('./setup/progress.mjs').Say} say */
async function installMissing(root, parts, say) {
  const { all } = stillMissing(root, parts);
  if (all.length === 0 || !mayInstall()) return;
  const failure = await installPackages(all, say);
  if (failure !== '') say(`${failure}\napt-get could not install them.`);
}
