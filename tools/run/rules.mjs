// Applies our own rules to the files of the project. The rules themselves are in rules/.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isShellScript, isSource, lengthProblems, shellOf } from '../rules/length.mjs';
import { lockProblems } from '../rules/lock.mjs';
import { specProblems } from '../rules/spec.mjs';
import { run } from '../setup/children.mjs';

const SCRIPT_BYTES = 200_000;
const LIST_CHARACTERS = 4_000_000;

/** Returns a sentence for every broken rule. @param {string} root */
export async function brokenRules(root) {
  const listed = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    keepCharacters: LIST_CHARACTERS,
  });
  if (listed.code !== 0) {
    return [
      `The list of files could not be read: \`git ls-files\` said: ${listed.output.trim()}. Run this in a git clone.`,
    ];
  }
  const paths = listed.output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  const files = paths
    .filter((path) => statSync(join(root, path)).size < SCRIPT_BYTES)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const scripts = await Promise.all(files.filter(isShellScript).map((file) => shellProblems(root, file)));
  return [
    ...lockProblems(lock),
    ...specProblems(files),
    ...files.filter((file) => isSource(file.path)).flatMap(lengthProblems),
    ...scripts.flat(),
  ];
}

/** @param {string} root @param {{path: string, text: string}} file */
async function shellProblems(root, { path, text }) {
  const ended = await run(shellOf(text), ['-n', path], { cwd: root });
  return ended.code === 0 ? [] : [`${path}: the shell cannot read it: ${ended.output.trim()}`];
}
