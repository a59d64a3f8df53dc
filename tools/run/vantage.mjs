// Sets up what is missing and hands over to the command line. Arguments, streams, signals and exit code are passed on; the folder too, for file names.
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv, ENGINE } from '../setup/places.mjs';
import { setUp } from '../setup.mjs';

/** Verbs of whole programs, the others belong to the command line. @type {Record<string, (args: string[]) => Promise<number>>} */
const PROGRAMS = {
  start: async (args) => (await import('./start.mjs')).main(args),
  build: async (args) => (await import('./start.mjs')).build(args),
  dev: async (args) => (await import('./dev.mjs')).main(args),
  test: async (args) => (await import('./content.mjs')).main(args),
};

/** @param {string[]} args */
export async function main(args) {
  const [verb = '', ...rest] = args;
  const program = PROGRAMS[verb];
  if (program !== undefined) return program(rest);
  const { node } = await setUp(needsLab(args) ? 'dev' : 'check');
  const ended = await attach(node, [join(ENGINE, 'server/cli/main.ts'), ...args], { env: projectEnv() });
  return ended.code;
}

/** What is missing for the lab is installed only for a verb that may bring one up. @param {string[]} args */
function needsLab(args) {
  const verbs = ['new', 'run', 'watch', 'diagnose', 'record', 'lab', 'matrix'];
  return verbs.includes(args[0] ?? '') && !args.includes('--help');
}
