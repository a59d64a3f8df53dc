/** What a path is to our rules: source or data, test or not. Pure. */

/** True for files that people write and read as code. */
export function isSource(path: string) {
  return /\.(ts|mjs|astro|css|sh)$/.test(path);
}

/** True for tests and their helpers. */
export function isTest(path: string) {
  return /\.(test|suite)\.ts$|testing[^/]*\.(ts|mjs)$/.test(path);
}

/** Returns the folder without a slash at its end. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
