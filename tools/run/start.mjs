// Sets up and hands over to the server, which says its own address. Arguments, streams, signals and exit code are passed on.
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv, SERVER_FLAGS } from '../setup/node.mjs';
import { print } from '../setup/print.mjs';
import { ENGINE, PROJECT } from '../setup/places.mjs';
import { setUp } from '../setup.mjs';

/** @param {string[]} args */
export async function main(args) {
  const base = baseOf(args);
  if (base !== undefined) process.env['VANTAGE_BASE'] = base;
  const { node, sentence } = await setUp('site');
  if (sentence !== '') print(`${sentence}\nWithout them the site starts with recordings only.`);
  const ended = await attach(node, [...SERVER_FLAGS, join(ENGINE, 'server/main.ts'), ...args], {
    cwd: PROJECT,
    env: projectEnv(),
  });
  return ended.code;
}

/** The site is built for it, so it has to be known before. @param {string[]} args */
function baseOf(args) {
  const at = args.indexOf('--base');
  return at < 0 ? args.find((arg) => arg.startsWith('--base='))?.slice('--base='.length) : args[at + 1];
}
