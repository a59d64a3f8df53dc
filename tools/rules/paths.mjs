// What a path is to our rules: source or data, test or not. Pure.

/** True for files that people write and read as code. @param {string} path */
export function isSource(path) {
  return /\.(ts|mjs|astro|css|sh)$/.test(path);
}

/** True for tests and their helpers. @param {string} path */
export function isTest(path) {
  return /\.(test|suite)\.ts$|testing[^/]*\.(ts|mjs)$/.test(path);
}

/** @param {string} path @returns {string} the folder without a slash at its end */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
