// What the commands tell a person goes to standard error: standard output stays the program's own.

/** @param {string} line */
export function print(line) {
  process.stderr.write(`${line}\n`);
}
