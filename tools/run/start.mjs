// Sets up and hands over to the server, which says its own address. Arguments, streams, signals and exit code are passed on. Or builds only.
import { join } from 'node:path';
import { chooseBase } from '../setup/build.mjs';
import { attach } from '../setup/children.mjs';
import { projectEnv, SERVER_FLAGS, ENGINE, PROJECT } from '../setup/places.mjs';
import { print } from '../setup/print.mjs';
import { setUp } from '../setup.mjs';

/** @param {string[]} args */
export async function main(args) {
  chooseBase(args);
  const { node, sentence } = await setUp('site');
  if (sentence !== '') print(`${sentence}\nWithout them the site starts with recordings only.`);
  const ended = await attach(node, [...SERVER_FLAGS, join(ENGINE, 'server/main.ts'), ...args], {
    cwd: PROJECT,
    env: projectEnv(),
  });
  return ended.code;
}

/** For a server that others start: `vantage build [--base /docs/]`. @param {string[]} args */
export async function build(args) {
  chooseBase(args);
  await setUp('pages');
  return 0;
}
