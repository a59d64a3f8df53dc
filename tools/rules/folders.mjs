// Our own rule for folders: at most 25 files in one, apart from tests and data. Pure.
import { folderOf, isTest } from './paths.mjs';

const MOST_FILES = 25;
const COUNTED = /^(src|server|bench|tools|e2e)\//;

/** @param {readonly string[]} paths all files of the project @returns {string[]} a sentence for each folder that is too full */
export function folderProblems(paths) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const path of paths) {
    if (!COUNTED.test(path) || isTest(path) || /\.(json|md)$/.test(path)) continue;
    counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MOST_FILES)
    .map(
      ([folder, count]) =>
        `${folder}/: ${count} files; at most ${MOST_FILES}, tests apart. Group those that change together in a folder of their own.`,
    );
}
