// Sets up what is missing and hands over to the command line. Arguments, streams, signals and exit code are passed on; the folder too, for file names.
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv } from '../setup/node.mjs';
import { ROOT, setUp } from '../setup.mjs';

/** @param {string[]} args */
export async function main(args) {
  const { node } = await setUp(needsLab(args) ? 'dev' : 'check');
  const ended = await attach(node, [join(ROOT, 'server/cli/main.ts'), ...args], { env: projectEnv(ROOT) });
  return ended.code;
}

/** What is missing for the lab is installed only for a verb that may bring one up. @param {string[]} args */
function needsLab(args) {
  return ['run', 'watch', 'diagnose', 'record', 'lab'].includes(args[0] ?? '') && !args.includes('--help');
}
