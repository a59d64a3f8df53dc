// An installed package works in a copy outside of node_modules: Node runs no TypeScript inside, and Vite takes what is there for finished.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashTree } from './build.mjs';
import { cannotWrite, takeLock } from './lock.mjs';
import { ENGINE } from './places.mjs';
import { Stop } from './print.mjs';

/** @param {string} name of a file in tools/run @returns {Promise<{main: (args: string[]) => Promise<number>}>} */
export async function loadCommand(name) {
  return import(pathToFileURL(join(await unpack(), `tools/run/${name}.mjs`)).href);
}

/**
 * Returns the folder to run from: the engine itself in a clone, else its copy, made when there is none of this content.
 * @param {string} [engine] @param {string} [cwd]
 */
export async function unpack(engine = ENGINE, cwd = process.cwd()) {
  if (!engine.split(sep).includes('node_modules')) return engine;
  const project = projectFolder(cwd);
  const installedIn = engine.slice(0, engine.indexOf(`${sep}node_modules${sep}`));
  // Astro looks for its own packages from the project.
  if (!`${project}${sep}`.startsWith(`${installedIn}${sep}`))
    throw new Stop(
      `Vantage is installed in ${installedIn}, and the project is ${project}. Install it there: npm install vantage-VERSION.tgz, then run npx vantage.`,
    );
  if (engine.includes(`${sep}.pnpm${sep}`))
    throw new Stop(
      `pnpm keeps each package apart here, and Astro looks for its own from the project. Write nodeLinker: hoisted into ${join(project, 'pnpm-workspace.yaml')}, then run pnpm install.`,
    );
  process.env['VANTAGE_PROJECT'] = project;
  const copy = join(project, '.vantage/engine');
  const stamp = join(copy, '.copy');
  const wanted = `${engine} ${hashTree(engine, ['.'])}`;
  const isCurrent = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isCurrent()) return copy;
  const release = await takeLock(join(project, '.vantage/setup.lock'));
  try {
    if (!isCurrent()) replace(engine, copy, wanted);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw code === undefined ? error : new Stop(cannotWrite(dirname(copy), code));
  } finally {
    release();
  }
  return copy;
}

/** @param {string} engine @param {string} copy @param {string} stamp */
function replace(engine, copy, stamp) {
  const fresh = `${copy}.new`;
  const modules = join(engine, 'node_modules');
  for (const path of [fresh, `${copy}.old`]) rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(engine, fresh, { recursive: true, filter: (path) => path !== modules });
  writeFileSync(join(fresh, '.copy'), stamp);
  // Its packages: those that only it has, and behind them those of the project.
  if (existsSync(modules)) symlinkSync(modules, join(fresh, 'node_modules'));
  const shared = join(dirname(copy), 'node_modules');
  rmSync(shared, { force: true });
  symlinkSync(engine.slice(0, engine.lastIndexOf('node_modules') + 'node_modules'.length), shared);
  if (existsSync(copy)) renameSync(copy, `${copy}.old`);
  renameSync(fresh, copy);
  rmSync(`${copy}.old`, { recursive: true, force: true });
}

/** The nearest folder upwards with `content/` in it, else this one. @param {string} cwd */
function projectFolder(cwd) {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'content'))) return folder;
    if (folder === dirname(folder)) return resolve(cwd);
  }
}
