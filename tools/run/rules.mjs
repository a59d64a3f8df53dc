// Applies our own rules to the files of the project. The rules are in rules/.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { folderProblems, isShellScript, lengthProblems, shellOf, wayProblems } from '../rules/sizes.mjs';
import { circleProblems, importProblems, importsOf } from '../rules/imports.mjs';
import { lockProblems } from '../rules/lock.mjs';
import { isSource } from '../rules/paths.mjs';
import { ROOMS } from '../rules/rooms.mjs';
import { specProblems } from '../rules/spec.mjs';
import { writeupLiterals, writeupProblems } from '../rules/writeup-free.mjs';
import { run } from '../setup/children.mjs';
import { Stop } from '../setup/print.mjs';

/** @typedef {{path: string, text: string}} File */

const FILE_BYTES = 200_000;
const LIST_CHARACTERS = 4_000_000;

/** All text files of the project, committed or not. Throws a `Stop` outside of a git clone. @param {string} root @returns {Promise<File[]>} */
export async function projectFiles(root) {
  const listed = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    keepCharacters: LIST_CHARACTERS,
  });
  if (listed.code !== 0)
    throw new Stop(
      `The list of files could not be read: \`git ls-files\` said: ${listed.output.trim()}. Run this in a git clone.`,
    );
  return listed.output
    .split('\0')
    .filter(
      (path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).size < FILE_BYTES,
    )
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** A sentence for every broken rule. @param {string} root */
export async function brokenRules(root) {
  const files = await projectFiles(root);
  // Loaded here: it is an npm package, and the set-up that installs it has run by now.
  const { parse } = await import('yaml');
  const imports = importsOf(files);
  const content = files.filter(({ path }) => path.startsWith('content/'));
  const shell = await Promise.all(files.filter(isShellScript).map((file) => shellProblems(root, file)));
  return [
    ...lockProblems(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))),
    ...specProblems(files),
    ...files.filter(({ path }) => isSource(path)).flatMap(lengthProblems),
    ...shell.flat(),
    ...folderProblems(files.map(({ path }) => path)),
    ...importProblems(ROOMS, imports),
    ...circleProblems(imports),
    ...wayProblems(files),
    ...writeupProblems(files, writeupLiterals(content, parse)),
  ];
}

/** @param {string} root @param {File} file */
async function shellProblems(root, { path, text }) {
  const ended = await run(shellOf(text), ['-n', path], { cwd: root });
  return ended.code === 0 ? [] : [`${path}: the shell cannot read it: ${ended.output.trim()}`];
}
