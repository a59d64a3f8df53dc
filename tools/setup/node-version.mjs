// Decides whether a Node is new enough, and which Node runs the project. Pure, and in old syntax: Node 12 must parse it.

/** The first release that runs TypeScript without a flag. @type {readonly [number, number]} */
export const FLOOR = [22, 18];

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

/** True when this Node runs TypeScript files as they are. @param {string} version */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
}

/**
 * Picks the Node for server, build and tests: the pinned one if it runs here, otherwise the host's if it is new enough.
 * @param {{path: string} | null} pinned null when it is absent or does not run on this machine
 * @param {{path: string, version: string}} host
 * @returns {{kind: 'node', path: string} | {kind: 'none', sentence: string}}
 */
export function pickNode(pinned, host) {
  if (pinned) return { kind: 'node', path: pinned.path };
  if (runsTypeScript(host.version)) return { kind: 'node', path: host.path };
  return {
    kind: 'none',
    sentence:
      'The pinned Node (node_modules/.bin/node, from npm for Linux with glibc on x64 and arm64) does not run here, and the Node of this machine is ' +
      host.version +
      '. Install Node ' +
      FLOOR.join('.') +
      ' or newer and run the command again.',
  };
}
