// Our own rule for the length of source files. Pure.

const MOST_LINES = 250;

/** @param {{path: string, text: string}} file @returns {string[]} */
export function lengthProblems({ path, text }) {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= MOST_LINES) return [];
  return [
    `${path}: ${lines} lines; at most ${MOST_LINES}. It has more than one reason to change: make two files of it.`,
  ];
}

/** True for a shell script, by its name or its first line. @param {{path: string, text: string}} file */
export function isShellScript({ path, text }) {
  return path.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(text);
}

/** The shell that a script asks for. @param {string} text */
export function shellOf(text) {
  return /^#!.*\bbash\b/.test(text) ? 'bash' : 'sh';
}
