/** Our own rules for package-lock.json: no download hosts in it, and nothing missing that `npm ci` would ask for. Pure. */

type Entry = { resolved?: string; optionalDependencies?: Record<string, string> };

/** The sentences for what is wrong with the lock file. */
export function lockProblems(lock: { packages?: Record<string, Entry> }): string[] {
  const packages = lock.packages ?? {};
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(/^(git\+)?(https?|ssh):/.test(entry.resolved ?? '')
      ? [
          `package-lock.json: ${path} names a download host; write the lock with \`npm config set omit-lockfile-registry-resolved true\`.`,
        ]
      : []),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, path, name))
      .map(
        (name) =>
          `package-lock.json: ${path || 'the project'} may need ${name}, which has no entry, so \`npm ci\` fails; pin a release whose platforms are complete.`,
      ),
  ]);
}

/** Looks where Node would: beside the package, then in every folder above. */
function isLocked(packages: Record<string, Entry>, from: string, name: string) {
  let folder = from;
  for (;;) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '';
  }
}
