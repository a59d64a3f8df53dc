// Sets up what is missing and hands over to the command line. Arguments, streams, signals and exit code are passed on; the folder too, for file names.
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv } from '../setup/node.mjs';
import { ENGINE } from '../setup/places.mjs';
import { setUp } from '../setup.mjs';

/** What `npm` runs in a clone, by the same names. */
const SERVING = ['start', 'dev'];

/** @param {string[]} args */
export async function main(args) {
  const [verb = ''] = args;
  if (SERVING.includes(verb)) return (await import(`./${verb}.mjs`)).main(args.slice(1));
  const { node } = await setUp(needsLab(args) ? 'dev' : 'check');
  const ended = await attach(node, [join(ENGINE, 'server/cli/main.ts'), ...args], { env: projectEnv() });
  return ended.code;
}

/** What is missing for the lab is installed only for a verb that may bring one up. @param {string[]} args */
function needsLab(args) {
  return ['run', 'watch', 'diagnose', 'record', 'lab'].includes(args[0] ?? '') && !args.includes('--help');
}
