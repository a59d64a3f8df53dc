/** Applies our own rules to the files of the project, and says what is broken; with `weight`, prints the size of each room. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  type File,
  folderProblems,
  isShellScript,
  lengthProblems,
  shellOf,
  wayProblems,
  weightLines,
} from './sizes.ts';
import { circleProblems, importProblems, importsOf } from './imports.ts';
import { lockProblems } from './lock.ts';
import { isSource } from './paths.ts';
import { ROOMS } from './rooms.ts';
import { specProblems } from './spec.ts';
import { writeupLiterals, writeupProblems } from './writeupFree.ts';
import { run } from '../setup/children.mjs';
import { ENGINE as root } from '../setup/places.mjs';

const FILE_BYTES = 200_000;
const LIST_CHARACTERS = 4_000_000;

/** All text files of the project, committed or not. Throws a sentence outside of a git clone. */
async function projectFiles(): Promise<File[]> {
  const listed = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    keepCharacters: LIST_CHARACTERS,
  });
  if (listed.code !== 0)
    throw new Error(
      `The list of files could not be read: \`git ls-files\` said: ${listed.output.trim()}. Run this in a git clone.`,
    );
  return listed.output
    .split('\0')
    .filter(
      (path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).size < FILE_BYTES,
    )
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** A sentence for every broken rule. */
async function brokenRules(files: readonly File[]): Promise<readonly string[]> {
  const imports = importsOf(files);
  const content = files.filter(({ path }) => path.startsWith('content/'));
  const shell = await Promise.all(files.filter(isShellScript).map(shellProblems));
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

async function shellProblems({ path, text }: File): Promise<readonly string[]> {
  const ended = await run(shellOf(text), ['-n', path], { cwd: root });
  return ended.code === 0 ? [] : [`${path}: the shell cannot read it: ${ended.output.trim()}`];
}

const files = await projectFiles();
const lines = process.argv[2] === 'weight' ? weightLines(files) : await brokenRules(files);
for (const line of lines) console.log(line);
if (process.argv[2] !== 'weight' && lines.length > 0) process.exitCode = 1;
