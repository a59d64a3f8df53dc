// Decides whether a Node is new enough. Pure, and in old syntax: Node 12 must parse it.

/** The first release that runs TypeScript without a flag. @type {readonly [number, number]} */
const FLOOR = [22, 18];

/**
 * One sentence for a Node older than `major`, or '' when it is new enough.
 * @param {string} version @param {number} major
 */
export function versionSentence(version, major) {
  if (Number(version.split('.')[0]) >= major) return '';
  return (
    'Vantage needs Node ' +
    major +
    ' or newer to set itself up; this is Node ' +
    version +
    '. Install a newer Node (nodejs.org, or your package manager) and run the command again.'
  );
}

/** One sentence when neither the pinned Node runs here nor a host Node of this version runs TypeScript; else ''. @param {string} version */
export function typeScriptSentence(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return '';
  return (
    'The pinned Node (node_modules/.bin/node, from npm for Linux with glibc on x64 and arm64) does not run here, and the Node of this machine is ' +
    version +
    '. Install Node ' +
    FLOOR.join('.') +
    ' or newer and run the command again.'
  );
}
