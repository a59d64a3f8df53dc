// Builds the site of a project, for a server that others start: `vantage build [--base /docs/]`.
import { chooseBase } from '../setup/build.mjs';
import { setUp } from '../setup.mjs';

/** @param {string[]} args */
export async function main(args) {
  chooseBase(args);
  await setUp('pages');
  return 0;
}
