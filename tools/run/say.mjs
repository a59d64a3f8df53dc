// Where the commands of this folder talk to a person: standard error, so that standard output stays the program's own.

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
