// Our own rule for README's list of files from a click to a verdict: each exists, and a newcomer can read them all. Pure.

const MOST_LINES = 1000;

/** @param {readonly {path: string, text: string}[]} files @returns {string[]} */
export function wayProblems(files) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const list = /```way\n([\s\S]*?)```/.exec(texts.get('README.md') ?? '')?.[1] ?? '';
  const paths = list.split('\n').flatMap((line) => line.split(' ')[0] || []);
  if (paths.length === 0) return ['README.md: has no block ```way with the files from a click to a verdict.'];
  const missing = paths.filter((path) => !texts.has(path));
  const lines = paths.reduce((sum, path) => sum + (texts.get(path)?.split('\n').length ?? 1) - 1, 0);
  return [
    ...missing.map((path) => `README.md: the way names ${path}, and there is no such file.`),
    ...(lines < MOST_LINES
      ? []
      : [`README.md: the way has ${lines} lines; below ${MOST_LINES} is the limit.`]),
  ];
}
