// The way into every command: looks at Node's version first, then loads the rest. Kept in old syntax (Node 12 must parse it).
import { versionSentence } from './setup/node-version.mjs';

/**
 * Loads the command's module from `run/` and runs its `main`; a `Stop` is printed without a stack.
 * @param {string} name
 * @param {number} [failure] the exit code of a failure before the command itself runs
 */
export function enter(name, failure = 1) {
  const sentence = versionSentence(process.versions.node, 20);
  if (sentence) {
    console.error(sentence);
    process.exitCode = failure;
    return;
  }
  import('./setup/unpack.mjs')
    .then((setup) => setup.loadCommand(name))
    .then((command) => command.main(process.argv.slice(2)))
    .then(
      (code) => process.exit(code),
      (error) => {
        console.error(error && error.name === 'Stop' ? error.message : error);
        process.exit(failure);
      },
    );
}
