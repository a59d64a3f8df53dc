// Brings a fresh clone to where a command can run, and does nothing when it is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  hasApt,
  installDebian,
  mayInstall,
  removeLeftovers,
  BROWSER,
  labNeeds,
  missingPackages,
  packageSentence,
  POSTGRES,
} from './setup/debian.mjs';
import { buildSite, isBuilt } from './setup/build.mjs';
import { takeLock } from './setup/lock.mjs';
import { projectNode, ENGINE, PROJECT } from './setup/places.mjs';
import { hasPackages, installPackages } from './setup/npm.mjs';
import { print, Stop } from './setup/print.mjs';
import { endWithNpm } from './setup/signals.mjs';

/** @typedef {'npm' | 'lab' | 'user' | 'browser' | 'postgres' | 'build'} Part `user`: the lab is started by an ordinary user too, as its tests do */
/**
 * What a command finds when the set-up is over.
 * @typedef {object} Ready
 * @property {string} node the Node to run the project's programs with
 * @property {{lab: string[], browser: string[]}} missing Debian packages that are still missing
 * @property {string} sentence what to do about them; '' when none is missing
 */

/** What each command needs. @type {Record<'check' | 'dev' | 'pages' | 'site' | 'lab' | 'tests', readonly Part[]>} */
const PARTS = {
  check: ['npm'],
  dev: ['npm', 'lab'],
  pages: ['npm', 'build'],
  site: ['npm', 'lab', 'build'],
  lab: ['npm', 'lab', 'user', 'build'],
  tests: ['npm', 'lab', 'user', 'browser', 'postgres', 'build'],
};

/**
 * Installs, builds and reports. Throws a `Stop` with the words for a person when the command cannot run at all.
 * @param {keyof typeof PARTS} command
 * @returns {Promise<Ready>}
 */
export async function setUp(command) {
  const parts = PARTS[command];
  if (command !== 'check' && !existsSync(join(PROJECT, 'content')))
    throw new Stop(`There is no content/ in ${PROJECT}. Write a first page with: npx vantage init`);
  const debian = () => (mayInstall() ? stillMissing(parts).all : []);
  const mustBuild = () => parts.includes('build') && !isBuilt();
  // What npm installed with the package is npm's own matter.
  const mustInstall = () => PROJECT === ENGINE && !hasPackages(ENGINE);
  endWithNpm();
  if (mayInstall()) removeLeftovers();
  if (mustInstall() || debian().length > 0 || mustBuild()) {
    const release = await takeLock(join(PROJECT, '.vantage/setup.lock'));
    try {
      // Each is asked again: another set-up may have done the work while we waited.
      if (mustInstall()) await installPackages(ENGINE);
      const failure = debian().length > 0 ? await installDebian(debian()) : '';
      if (failure !== '') print(`${failure}\napt-get could not install them.`);
      if (mustBuild()) await buildSite(projectNode());
    } finally {
      release();
    }
  }
  const { lab, browser, all } = stillMissing(parts);
  const sentence = all.length === 0 ? '' : packageSentence(all, hasApt());
  return { node: projectNode(), missing: { lab, browser }, sentence };
}

/** @param {readonly Part[]} parts */
function stillMissing(parts) {
  const asUser = parts.includes('user') || process.getuid?.() !== 0;
  const lab = parts.includes('lab') ? missingPackages(labNeeds(ENGINE, PROJECT, asUser)) : [];
  const browser = parts.includes('browser') ? missingPackages(BROWSER) : [];
  const postgres = parts.includes('postgres') ? missingPackages(POSTGRES) : [];
  return { lab, browser, all: [...new Set([...lab, ...browser, ...postgres])] };
}
